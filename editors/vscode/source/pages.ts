// Pages of codes and rules: documents of a scheme of our own, which the editor draws as Markdown.

import { type Disposable, TabInputCustom, Uri, ViewColumn, commands, window, workspace } from 'vscode';
import type { Server } from './server';

/** Opens the page of the subject that is given. For links, not for people: the palette does not list it. */
export const OPEN_PAGE = 'lsp-lint.openPage';

/** The address of the page of a code, a class, a phrase, a constant or a rule. `package.json` says how it is opened. */
export const page = (subject: string) => Uri.from({ scheme: 'lsp-lint', path: `/${subject}.md` });

/** Tells what the server says when it refuses. */
export const tellWhy = (fault: Error) => void window.showInformationMessage(`lsp-lint: ${fault.message}`);

/** Serves the pages, and the commands that open one. */
export function registerPages(server: Server): Disposable[] {
  /** What is asked about is a word, or a place: `{ uri, position }`. */
  const text = (about: unknown) => server.run<string | null>('lsp-lint.explain', about);

  /** Shows a page beside the editor, where an earlier one is if there is one. */
  async function show(page: Uri): Promise<void> {
    const isOurs = (input: unknown) => input instanceof TabInputCustom && input.uri.scheme === page.scheme;
    const groups = window.tabGroups.all.filter(({ tabs }) => tabs.some(({ input }) => isOurs(input)));
    const beside = groups.find(({ viewColumn }) => viewColumn !== window.activeTextEditor?.viewColumn);
    const options = { viewColumn: beside?.viewColumn ?? ViewColumn.Beside, preserveFocus: true, preview: true };
    await commands.executeCommand('vscode.openWith', page, 'vscode.markdown.preview.editor', options);
  }

  async function open(subject: string): Promise<void> {
    const found = await text(subject).catch(tellWhy);
    await (found ? show(page(subject)) : undefined);
  }

  /** The page of what is at the cursor, named after the first word in it. */
  async function pageHere(): Promise<Uri | undefined> {
    const editor = window.activeTextEditor;
    const place = editor && { uri: editor.document.uri.toString(), position: editor.selection.active };
    const found = place && (await text(place).catch(() => undefined));
    const subject = /^[#\s]*([\w-]+)/.exec(found ?? '')?.[1];
    return subject === undefined ? undefined : page(subject).with({ query: JSON.stringify(place) });
  }

  async function explain(row?: { code?: number }): Promise<void> {
    const here = row?.code === undefined ? await pageHere() : undefined;
    const prompt = { placeHolder: '404', prompt: 'Explain a code, a class (5xx), a phrase, a constant or a rule' };
    const subject = here ? undefined : (row?.code?.toString() ?? (await window.showInputBox(prompt))?.trim());
    await (here ? show(here) : subject ? open(subject) : undefined);
  }

  return [
    workspace.registerTextDocumentContentProvider('lsp-lint', {
      provideTextDocumentContent: async ({ path, query }) => {
        const here = query ? await text(JSON.parse(query)).catch(() => undefined) : undefined;
        // What stood there may be gone by now; its own page is not.
        return here ?? text(path.slice(1, -'.md'.length));
      },
    }),
    commands.registerCommand(OPEN_PAGE, open),
    commands.registerCommand('lsp-lint.explainStatusCode', explain),
  ];
}
