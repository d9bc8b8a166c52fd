'use strict';
const assert = require('node:assert/strict');
const vscode = require('vscode');
const { open } = require('../../host/asking');
const { told } = require('../../host/output');

describe('without a server anywhere', () => {
  it('says once what to do, and starts nothing', async () => {
    await open('shop.py');
    const all = await told(/Install lsp-lint, or say in the setting lsp-lint\.path where it is\./);
    assert.equal(all.match(/\[error\]/g).length, 1, all);
    assert.doesNotMatch(all, /Starting/);
  });

  it('answers a command that needs one with the same', async () => {
    await vscode.commands.executeCommand('lsp-lint.explainStatusCode', { code: 404 });
    const all = await told(/The server does not run\./);
    assert.equal(all.match(/\[error\]/g).length, 2, all);
  });
});
