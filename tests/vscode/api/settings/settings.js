'use strict';
const assert = require('node:assert/strict');
const vscode = require('vscode');
const { at, eventually, findings, found, open } = require('../../host/asking');

/** Sets a value in the settings of the workspace; nothing takes it away again. */
function set(name, value) {
  return vscode.workspace.getConfiguration('lsp-lint').update(name, value, vscode.ConfigurationTarget.Workspace);
}

/** The labels of our inlay hints in a document. */
async function hints(document) {
  const everything = new vscode.Range(0, 0, document.lineCount, 0);
  const found = await vscode.commands.executeCommand('vscode.executeInlayHintProvider', document.uri, everything);
  return found.map(({ label }) => label);
}

describe('settings', () => {
  let document;
  before(async () => {
    ({ document } = await open('shop.py'));
    await found(document.uri, 'bare-status-operand');
  });

  it('of a rule hold at once, and are gone at once', async () => {
    await set('rules', { 'bare-status-operand': 'hint' });
    await eventually('a hint', () => findings(document.uri)[0]?.severity === vscode.DiagnosticSeverity.Hint);
    await set('rules', { 'bare-status-operand': 'off' });
    await found(document.uri);
    await set('rules', undefined);
    await found(document.uri, 'bare-status-operand');
  });

  it('of a code of their own are known at once', async () => {
    await set('codes', [{ code: 460, name: 'Sold Out' }]);
    await eventually('its name', async () => (await hints(document)).includes('Sold Out'));
    await set('codes', undefined);
    await eventually('no name', async () => !(await hints(document)).includes('Sold Out'));
  });

  it('switch inlay hints off and on', async () => {
    await eventually('hints', async () => (await hints(document)).length > 0);
    await set('inlayHints.enable', false);
    await eventually('no hints', async () => (await hints(document)).length === 0);
    await set('inlayHints.enable', undefined);
    await eventually('hints again', async () => (await hints(document)).length > 0);
  });

  it('of the extension itself are nothing that the server complains of', async () => {
    await set('statusBar.enable', true);
    await set('trace.server', 'messages');
    await set('rules', { 'bare-status-operand': 'warning' });
    await eventually('a warning', () => findings(document.uri)[0]?.severity === vscode.DiagnosticSeverity.Warning);
    await set('trace.server', undefined);
    await set('statusBar.enable', undefined);
    assert.deepEqual(vscode.languages.getDiagnostics(document.uri).map(({ source }) => source), ['lsp-lint']);
  });

  it('are described one by one', () => {
    const { contributes } = vscode.extensions.getExtension('lsp-lint.lsp-lint').packageJSON;
    const all = contributes.configuration.flatMap(({ properties }) => Object.entries(properties));
    assert.ok(all.length > 10);
    for (const [name, { description, markdownDescription, type }] of all) {
      assert.ok(description ?? markdownDescription, name);
      assert.ok(type, name);
    }
  });
});

describe('lsp-lint.toml', () => {
  it('has a schema that extensions for TOML find in the package', async () => {
    const { contributes } = vscode.extensions.getExtension('lsp-lint.lsp-lint').packageJSON;
    const [{ fileMatch, url }] = contributes.tomlValidation;
    assert.deepEqual(fileMatch, ['lsp-lint.toml', '.lsp-lint.toml']);
    const bytes = await vscode.workspace.fs.readFile(vscode.Uri.parse(url, true));
    const schema = JSON.parse(new TextDecoder().decode(bytes));
    assert.deepEqual(schema.properties.profile.default, 'recommended');
  });

  it('is read anew when it changes', async () => {
    const { document } = await open('shop.py');
    await vscode.workspace.fs.writeFile(at('lsp-lint.toml'), new TextEncoder().encode('[rules]\nbare-status-operand = "off"\n'));
    await found(document.uri);
    await vscode.workspace.fs.delete(at('lsp-lint.toml'));
    await found(document.uri, 'bare-status-operand');
  });
});
