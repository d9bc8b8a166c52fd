// Every place that speaks of a code, shown as references.

import { commands, window } from 'vscode';
import type { Server } from './server';
import { type Interval, inventory, location } from './view';

/** Shows the uses of the code in the row that is given, else of what stands at the cursor, else of what is typed in. */
export async function showUses(server: Server, row?: { code?: number }): Promise<void> {
  const all = (await inventory(server)).map((use) => ({ ranges: use.ranges, at: location(use) }));
  const editor = row?.code === undefined ? window.activeTextEditor : undefined;
  const { uri, cursor } = { uri: editor?.document.uri.toString(), cursor: editor?.selection.active };
  const here = all.filter(({ at }) => cursor && at.uri.toString() === uri && at.range.contains(cursor));
  const wanted = here.length > 0 ? here.flatMap(({ ranges }) => ranges) : await asked(row?.code);
  const meets = ([low, high]: Interval) => wanted.some(([from, to]) => low <= to && from <= high);
  const places = all.filter(({ ranges }) => ranges.some(meets)).map(({ at }) => at);
  const from = here[0]?.at ?? places[0];
  if (from !== undefined) {
    await commands.executeCommand('editor.action.showReferences', from.uri, from.range.start, places);
  } else if (wanted.length > 0) {
    void window.showInformationMessage('lsp-lint: nothing in the workspace speaks of this status code.');
  }
}

/** The code alone, or what the user types in when there is none; empty when nothing is typed. */
async function asked(code: number | undefined): Promise<Interval[]> {
  const validateInput = (typed: string) => (/^\d{3}$/.test(typed) ? undefined : 'A code has three digits.');
  const options = { placeHolder: '404', prompt: 'Show all uses of this code', validateInput };
  const chosen = code ?? (await window.showInputBox(options));
  return chosen === undefined ? [] : [[Number(chosen), Number(chosen)]];
}
