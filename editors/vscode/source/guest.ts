// Completion beside the server of the language: what both know is listed once, as that server has it.

import { type CompletionItem, CompletionItemKind, type CompletionList, commands } from 'vscode';
import type { Middleware } from 'vscode-languageclient/node';

const label = ({ label }: CompletionItem) => (typeof label === 'string' ? label : label.label);
/** What all others have is being asked for: we keep silent until they have answered. */
let listening = false;

export const completion: NonNullable<Middleware['provideCompletionItem']> = async (document, position, context, token, next) => {
  const ours = listening ? undefined : await next(document, position, context, token);
  const items = Array.isArray(ours) ? ours : (ours?.items ?? []);
  // The server sorts the members of a constant last: those alone can be known to others too.
  if (!items.some(({ sortText }) => sortText?.startsWith('~'))) return ours;
  listening = true;
  const asked = commands.executeCommand<CompletionList>('vscode.executeCompletionItemProvider', document.uri, position);
  const theirs = await Promise.resolve(asked).finally(() => (listening = false));
  // Words of the document, which the editor falls back to, are nobody's knowledge.
  const known = new Set(theirs.items.filter(({ kind }) => kind !== CompletionItemKind.Text).map(label));
  return items.filter((item) => !known.has(label(item)));
};
