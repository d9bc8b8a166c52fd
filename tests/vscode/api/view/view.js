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

describe('the view HTTP Status Codes', () => {
  before(() => open('shop.py'));

  it('leads from a code to its files, and from a file to its places', async () => {
    await first('shop.py: 404');
  });

  it('shows only the chosen classes and roles', async () => {
    await run('lsp-lint.filterCodes', { classes: ['5xx'] });
    await first('client.js: 503');
    await run('lsp-lint.filterCodes', { classes: ['4xx', '5xx'] });
    await first('shop.py: 404');
    await run('lsp-lint.filterCodes', { roles: ['observed'] });
    await first('client.js: 503');
    await run('lsp-lint.filterCodes', { classes: [] });
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
