// Pages of codes and rules: documents of a scheme of our own, which the editor draws as Markdown.

import { type Disposable, Uri, commands, window, workspace } from 'vscode';
import type { Server } from './server';

/** Opens the page of the subject that is given. For links, not for people: the palette does not list it. */
export const OPEN_PAGE = 'lsp-lint.openPage';

/** The address of the page of a code, a class, a phrase, a constant or a rule. `package.json` says how it is opened. */
export const page = (subject: string) => Uri.from({ scheme: 'lsp-lint', path: `/${subject}.md` });

/** Serves the pages, and the commands that open one. */
export function registerPages(server: Server): Disposable[] {
  const text = (about: unknown) => server.run<string | null>('lsp-lint.explain', about);

  async function open(subject: string): Promise<void> {
    const found = await text(subject).catch((fault: Error) => void window.showInformationMessage(`lsp-lint: ${fault.message}`));
    if (typeof found === 'string') {
      await commands.executeCommand('markdown.showPreviewToSide', page(subject));
    }
  }

  /** The code or the rule at the cursor: the first word of its page. */
  async function subjectHere(): Promise<string | undefined> {
    const editor = window.activeTextEditor;
    const place = editor && { uri: editor.document.uri.toString(), position: editor.selection.active };
    const found = place && (await text(place).catch(() => undefined));
    return /^[#\s]*([\w-]+)/.exec(found ?? '')?.[1];
  }

  async function explain(row?: { code?: number }): Promise<void> {
    const prompt = { placeHolder: '404', prompt: 'Explain a code, a class (5xx), a phrase, a constant or a rule' };
    const subject = row?.code?.toString() ?? (await subjectHere()) ?? (await window.showInputBox(prompt))?.trim();
    await (subject ? open(subject) : undefined);
  }

  return [
    workspace.registerTextDocumentContentProvider('lsp-lint', {
      provideTextDocumentContent: ({ path }) => text(path.slice(1, -'.md'.length)),
    }),
    commands.registerCommand(OPEN_PAGE, open),
    commands.registerCommand('lsp-lint.explainStatusCode', explain),
  ];
}
