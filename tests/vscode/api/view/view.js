'use strict';
const vscode = require('vscode');
const { eventually, open } = require('../../host/asking');

const run = (command, ...values) => vscode.commands.executeCommand(command, ...values);

/** Waits until the first place of the first file of the first code of the view is this one: `file: text`. */
async function first(wanted) {
  await run('workbench.action.closeAllEditors');
  await eventually(`${wanted} as the first place`, async () => {
    await run('lsp-lint.codes.focus');
    await run('list.focusFirst');
    // Opens a row, and goes into one that is open.
    for (let level = 0; level < 4; level += 1) await run('list.expand');
    await run('list.select');
    const { document, selection } = vscode.window.activeTextEditor ?? {};
    const shown = document && `${vscode.workspace.asRelativePath(document.uri)}: ${document.getText(selection)}`;
    if (shown === wanted) return true;
    throw new Error(`the first place is ${shown}`);
  });
}

/** Ticks or unticks these entries of the filter, counted from the top, and accepts. */
async function filter(...entries) {
  const chosen = run('lsp-lint.filterCodes');
  let at = -1;
  for (const entry of entries) {
    for (; at < entry; at += 1) await run('quickInput.next');
    await run('workbench.action.quickPickManyToggle');
  }
  await run('workbench.action.acceptSelectedQuickOpenItem');
  await chosen;
}

describe('the view HTTP Status Codes', () => {
  before(() => open('shop.py'));

  it('leads from a code to its files, and from a file to its places', async () => {
    await first('shop.py: 404');
  });

  it('shows only the chosen classes and roles', async () => {
    const [serverErrors, observed] = [4, 5];
    await filter(serverErrors);
    await first('client.js: 503');
    await filter(serverErrors);
    await first('shop.py: 404');
    await filter(observed);
    await first('client.js: 503');
    await filter(observed);
    await first('shop.py: 404');
  });

  it('is current after a file is saved', async () => {
    const { document } = await open('shop.py');
    const all = new vscode.Range(0, 0, document.lineCount, 0);
    const edit = new vscode.WorkspaceEdit();
    edit.replace(document.uri, all, document.getText().replace('404', '402'));
    await vscode.workspace.applyEdit(edit);
    await document.save();
    await first('shop.py: 402');
  });
});
