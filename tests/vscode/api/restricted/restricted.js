'use strict';
const assert = require('node:assert/strict');
const vscode = require('vscode');
const { at, found, hover, open, place } = require('../../host/asking');

describe('a folder that nobody has trusted', () => {
  it('is served all the same, by no program of its own', async () => {
    assert.equal(vscode.workspace.isTrusted, false);
    const { document } = await open('shop.py');
    await found(document.uri, 'bare-status-operand');
    assert.match(await hover(document.uri, place(document, '404', true)), /404 Not Found/);
    await assert.rejects(async () => vscode.workspace.fs.stat(at('was-started')), 'the program of the folder was started');
  });

  it('cannot say where the server is', () => {
    const { workspaceValue } = vscode.workspace.getConfiguration('lsp-lint').inspect('path');
    const effective = vscode.workspace.getConfiguration('lsp-lint').get('path');
    assert.equal(effective, '', `the folder said ${workspaceValue}`);
  });
});
