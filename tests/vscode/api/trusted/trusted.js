'use strict';
const assert = require('node:assert/strict');
const vscode = require('vscode');
const { at, eventually, found, open } = require('../../host/asking');

describe('a folder that is trusted', () => {
  it('may bring the server along', async () => {
    assert.equal(vscode.workspace.isTrusted, true);
    const { document } = await open('shop.py');
    await found(document.uri, 'bare-status-operand');
    await eventually('the trace of the program', () => vscode.workspace.fs.stat(at('was-started')));
  });
});
