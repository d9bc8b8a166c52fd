'use strict';
const assert = require('node:assert/strict');
const vscode = require('vscode');
const { at, eventually, found, hover, open, paste, place, ruleOf } = require('../../host/asking');

// For each identifier of a language that an editor may use: a file with one mistake, the rule that finds it, and a text
// whose hover is what this says. An identifier that no file of its own has is given to the text of another language's file.
const served = [
  { id: 'go', file: 'shop.go', rule: 'constant-status-test', under: '404', says: '404 Not Found' },
  { id: 'javascript', file: 'shop.js', rule: 'bare-status-operand', under: '404', says: '404 Not Found' },
  { id: 'javascriptreact', file: 'shop.jsx', rule: 'bare-status-operand', under: '404', says: '404 Not Found' },
  { id: 'typescript', file: 'shop.ts', rule: 'bare-status-operand', under: '404', says: '404 Not Found' },
  { id: 'typescriptreact', file: 'shop.tsx', rule: 'bare-status-operand', under: '404', says: '404 Not Found' },
  { id: 'python', file: 'shop.py', rule: 'bare-status-operand', under: '404', says: '404 Not Found' },
  { id: 'rust', file: 'shop.rs', rule: 'body-on-bodyless-status', under: 'NO_CONTENT', says: '204 No Content' },
  { id: 'yaml', file: 'openapi.yaml', rule: 'openapi-response-key', under: '4xx', says: '4xx' },
  { id: 'json', file: 'openapi.json', rule: 'openapi-response-key', under: '4xx', says: '4xx' },
  { id: 'jsonc', file: 'openapi.jsonc', rule: 'openapi-response-key', under: '4xx', says: '4xx' },
  { id: 'json5', file: 'openapi.json5', rule: 'openapi-response-key', under: '4xx', says: '4xx' },
  { id: 'toml', file: 'netlify.toml', rule: 'redirect-with-wrong-status', under: '306', says: '306 (Unused)' },
  { id: 'nginx', file: 'nginx.conf', rule: 'config-status-not-allowed', under: '200', says: '200 OK' },
  { id: 'NGINX', like: 'nginx.conf', rule: 'config-status-not-allowed', under: '200', says: '200 OK' },
  { id: 'dockercompose', like: 'openapi.yaml', rule: 'openapi-response-key', under: '4xx', says: '4xx' },
  { id: 'github-actions-workflow', like: 'openapi.yaml', rule: 'openapi-response-key', under: '4xx', says: '4xx' },
];

describe('the extension', () => {
  it('takes little time of its own to start', async function () {
    const extension = vscode.extensions.getExtension('lsp-lint.lsp-lint');
    // 1.139 opens a document of JSON before anybody else does.
    const early = extension.isActive;
    const began = performance.now();
    await extension.activate();
    assert.ok(extension.isActive);
    // A figure to read, not a limit: what a busy machine does to it says nothing. Reading the program is in it.
    this.test.title += early ? ' (started before it could be timed)' : `: ${Math.round(performance.now() - began)} ms`;
  });
});

describe('each language that is served', () => {
  it('has an entry here', () => {
    const events = vscode.extensions.getExtension('lsp-lint.lsp-lint').packageJSON.activationEvents;
    const languages = events.map((event) => event.replace(/^onLanguage:/, '')).sort();
    assert.deepEqual(served.map(({ id }) => id).sort(), languages);
  });

  for (const { id, file, like, rule, under, says } of served) {
    it(`${id}: a mistake is a finding, and a code is explained on hover`, async () => {
      const { document } = file ? await open(file) : await relabelled(like, id);
      assert.equal(document.languageId, id);
      const [finding] = await found(document.uri, rule);
      assert.equal(ruleOf(finding), rule);
      assert.notEqual(finding.message, '');
      const position = place(document, under, true).translate(0, 1);
      await eventually(`a hover that says ${says}`, async () => (await hover(document.uri, position)).includes(says));
    });
  }
});

/** A text like that of a file, in an editor that calls its language something else. */
async function relabelled(file, id) {
  const text = new TextDecoder().decode(await vscode.workspace.fs.readFile(at(file)));
  return paste(id, text);
}
