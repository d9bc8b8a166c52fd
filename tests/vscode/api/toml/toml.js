'use strict';
const assert = require('node:assert/strict');
const vscode = require('vscode');
const { tool } = require('../../host/order');
const { completions, eventually, label, open } = require('../../host/asking');

describe('lsp-lint.toml, in a server for TOML', () => {
  let document;
  let tombi;
  before(async () => {
    const { LanguageClient } = tool('vscode-languageclient/node');
    const command = tool.resolve(`@tombi-toml/cli-${process.platform}-${process.arch}/tombi`);
    const documentSelector = [{ language: 'toml', scheme: 'file' }];
    // A channel of the client's own is closed at the end, while the server is still writing its last words.
    const outputChannel = vscode.window.createOutputChannel('Tombi', { log: true });
    const server = { command, args: ['lsp', '--offline'] };
    tombi = new LanguageClient('tombi', 'Tombi', server, { documentSelector, outputChannel });
    ({ document } = await open('lsp-lint.toml'));
    await eventually('our extension', () => vscode.extensions.getExtension('lsp-lint.lsp-lint').isActive);
    await tombi.start();
    // As the extensions of such servers do: what the manifests say is handed on as it stands there.
    for (const { packageJSON } of vscode.extensions.all) {
      for (const { url, fileMatch } of packageJSON.contributes?.tomlValidation ?? []) {
        await tombi.sendNotification('tombi/associateSchema', { uri: url, fileMatch });
      }
    }
  });
  after(() => tombi.stop());

  it('is validated by the schema of the package', async () => {
    const said = await eventually('what is wrong in both lines', () => {
      const theirs = vscode.languages.getDiagnostics(document.uri).filter(({ source }) => source === 'Tombi');
      return new Set(theirs.map(({ range }) => range.start.line)).size === 2 && theirs;
    });
    const messages = said.map(({ message }) => message).join('\n');
    assert.match(messages, /strict/);
    assert.match(messages, /fial-on/);
  });

  it('is completed by it', async () => {
    const keys = await eventually('keys', async () => {
      const labels = (await completions(document.uri, new vscode.Position(2, 0))).map(label);
      return labels.includes('vendor') && labels;
    });
    for (const key of ['fail-on', 'rules', 'overrides', 'codes']) assert.ok(keys.includes(key), `${key} among ${keys}`);
  });
});
