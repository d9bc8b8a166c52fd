// What the language client is told to change on the way: links lead to pages inside the editor, a preview starts ticked,
// and the server is spared the settings that are none of its own.

import { MarkdownString } from 'vscode';
import { CancellationToken, type Middleware, TextDocumentEdit, type WorkspaceEdit } from 'vscode-languageclient/node';
import { completion } from './guest';
import { OPEN_PAGE, page } from './pages';

/** Settings that are the extension's own: the server would not know them. */
const OURS = ['path', 'statusBar', 'trace'];

export const middleware: Middleware = {
  async provideDiagnostics(document, previous, token, next) {
    const report = await next(document, previous, token);
    for (const diagnostic of report?.kind === 'full' ? report.items : []) {
      // The client keeps what the server attached, and its type does not say so.
      const rule = (diagnostic as { data?: { rule?: string } }).data?.rule;
      Object.assign(diagnostic, rule && { code: { value: rule, target: page(rule) } });
    }
    return report;
  },

  async provideHover(document, position, token, next) {
    const hover = await next(document, position, token);
    for (const content of hover?.contents ?? []) {
      if (content instanceof MarkdownString) {
        content.value = linked(content.value);
        content.isTrusted = { enabledCommands: [OPEN_PAGE] };
      }
    }
    return hover;
  },

  provideCompletionItem: completion,

  workspace: {
    // What is called a refactoring is saved, where it would leave many a file open and changed.
    handleApplyEdit: ({ edit }, next) =>
      next({ edit: ticked(edit), metadata: { isRefactoring: true } }, CancellationToken.None),
    async configuration(params, token, next) {
      const sections = await next(params, token);
      const served = (section: object | null) => Object.entries(section ?? {}).filter(([key]) => !OURS.includes(key));
      return Array.isArray(sections) ? sections.map((section) => Object.fromEntries(served(section))) : sections;
    },
  },
};

/** Links whose text is the name of a rule lead to its page; a link to the page of the code is added. */
function linked(markdown: string): string {
  // Markdown in hovers may link to a command, but not to a scheme of our own.
  const link = (to: string, as = to) => `[${as}](command:${OPEN_PAGE}?${encodeURIComponent(JSON.stringify([to]))})`;
  const rules = markdown.replace(/\[([a-z]+(?:-[a-z]+)+)\]\([^)]*\)/g, (_, rule: string) => link(rule));
  const code = /^\*\*(\d(?:\d\d|xx))\b/i.exec(markdown)?.[1];
  return code === undefined ? rules : `${rules} · ${link(code, 'Explain')}`;
}

/**
 * The same edit, whose parts are all ticked when the editor previews it. It previews what has a part that needs
 * confirmation, and such a part starts unticked. So only one does: the removal of a file that cannot be there, which the
 * editor neither shows nor makes.
 */
function ticked(edit: WorkspaceEdit): WorkspaceEdit {
  const annotations = Object.values(edit.changeAnnotations ?? {});
  const first = edit.documentChanges?.find(TextDocumentEdit.is);
  if (first !== undefined && annotations.some(({ needsConfirmation }) => needsConfirmation)) {
    annotations.forEach((annotation) => delete annotation.needsConfirmation);
    edit.changeAnnotations = { ...edit.changeAnnotations, all: { label: 'Preview', needsConfirmation: true } };
    const [uri, options] = [`${first.textDocument.uri}/preview`, { ignoreIfNotExists: true }];
    edit.documentChanges?.push({ kind: 'delete', uri, options, annotationId: 'all' });
  }
  return edit;
}
