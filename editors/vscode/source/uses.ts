// Every place that speaks of a code, shown as references.

import { commands, window } from 'vscode';
import type { Server } from './server';
import { inventory, location } from './view';

/** Shows the uses of the code in the row that is given, else of what stands at the cursor, else of what is typed in. */
export async function showUses(server: Server, row?: { code?: number }): Promise<void> {
  const given = row?.code ?? NaN;
  const editor = Number.isNaN(given) ? window.activeTextEditor : undefined;
  const all = await inventory(server);
  const here = all.filter((use) => {
    const { uri, range } = location(use);
    return uri.toString() === editor?.document.uri.toString() && range.contains(editor.selection.active);
  });
  const typed = here.length > 0 ? given : await asked(given);
  const wanted = here.length > 0 ? here.flatMap((use) => use.ranges) : [[typed, typed] as const];
  const meets = ([low, high]: readonly [number, number]) => wanted.some(([from, to]) => low <= to && from <= high);
  const places = all.filter((use) => use.ranges.some(meets)).map(location);
  const anchor = here.length > 0 && editor ? { uri: editor.document.uri, at: editor.selection.active } : undefined;
  const first = places[0];
  if (first !== undefined) {
    const { uri, at } = anchor ?? { uri: first.uri, at: first.range.start };
    await commands.executeCommand('editor.action.showReferences', uri, at, places);
  } else if (!Number.isNaN(typed)) {
    void window.showInformationMessage(`lsp-lint: nothing in the workspace speaks of ${typed}.`);
  }
}

/** The code, or what the user types in when there is none; not a number when nothing is typed. */
async function asked(code: number): Promise<number> {
  const validateInput = (typed: string) => (/^\d{3}$/.test(typed) ? undefined : 'A code has three digits.');
  const options = { placeHolder: '404', prompt: 'Show all uses of this code', validateInput };
  return Number.isNaN(code) ? Number((await window.showInputBox(options)) ?? NaN) : code;
}
