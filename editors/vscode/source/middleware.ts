// What the language client is told to change on the way: links to rules lead to pages inside the editor.

import { MarkdownString } from 'vscode';
import type { Middleware } from 'vscode-languageclient/node';
import { OPEN_PAGE, page } from './pages';

/** Settings that are the extension's own: the server would not know them. */
const OURS = ['path', 'statusBar', 'trace'];

export const middleware: Middleware = {
  async provideDiagnostics(document, previous, token, next) {
    const report = await next(document, previous, token);
    for (const diagnostic of report?.kind === 'full' ? report.items : []) {
      // The client keeps what the server attached, and its type does not say so.
      const { data } = diagnostic as { data?: { rule?: string } };
      if (data?.rule !== undefined) {
        diagnostic.code = { value: data.rule, target: page(data.rule) };
      }
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

  workspace: {
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
  const code = /^\*\*(\d{3})\b/.exec(markdown)?.[1];
  return code === undefined ? rules : `${rules} · ${link(code, 'Explain')}`;
}
