'use strict';
const assert = require('node:assert/strict');
const path = require('node:path');
const vscode = require('vscode');
const { tool } = require('../../host/order');
const { completions, eventually, found, hover, label, open, place } = require('../../host/asking');

// For each language with a server of its own: a constant, a bare number, and what that server says of each file.
const languages = [
  { file: 'shop.py', constant: 'HTTPStatus.', source: 'Pyright', hovered: 'NOT_FOUND' },
  { file: 'shop.ts', constant: 'StatusCodes.', source: 'ts', hovered: '(enum member)' },
];

/** Whether a completion is one of ours: it says code and phrase. */
const isOurs = (item) => /^\d{3} /.test(item.detail ?? '');

/** Labels that are listed twice. */
function doubled(items) {
  const labels = items.map(label);
  return labels.filter((one, at) => labels.indexOf(one) !== at);
}

describe('beside the server of the language', () => {
  let pyright;
  before(() => {
    const { LanguageClient, TransportKind } = tool('vscode-languageclient/node');
    const module = tool.resolve('pyright/langserver.index.js');
    const server = { module, transport: TransportKind.stdio, options: { cwd: path.dirname(module) } };
    const documentSelector = [{ language: 'python', scheme: 'file' }];
    pyright = new LanguageClient('pyright', 'Pyright', server, { documentSelector });
    return pyright.start();
  });
  after(() => pyright.dispose());

  for (const { file, constant, source, hovered } of languages) {
    it(`${file}: the members of a constant are listed once, as the server of the language knows them`, async () => {
      const { document } = await open(file);
      await found(document.uri, 'bare-status-operand');
      const behind = place(document, `(${constant}`);
      const items = await eventually(`members as ${source} knows them`, async () => {
        const listed = await completions(document.uri, behind);
        return listed.some((item) => label(item) === 'NOT_FOUND' && !isOurs(item)) && listed;
      });
      assert.deepEqual(doubled(items), []);
    });

    it(`${file}: a bare number is completed by us alone`, async () => {
      const { document } = await open(file);
      // Words of the document are listed by the editor before any server has an answer.
      const items = await eventually('codes', async () => {
        const listed = await completions(document.uri, place(document, '(40'));
        if (listed.some((item) => label(item) === `${constant}NOT_FOUND`)) return listed;
        throw new Error(`there are: ${listed.map(label).join(', ')}`);
      });
      assert.deepEqual(doubled(items), []);
    });

    it(`${file}: a hover of a constant has both, each once`, async () => {
      const { document } = await open(file);
      const said = await eventually('both', async () => {
        const text = await hover(document.uri, place(document, `(${constant}`).translate(0, 1));
        return text.includes(hovered) && text.includes('404 Not Found') && text;
      });
      assert.equal(said.split('**404 Not Found**').length, 2, said);
    });

    it(`${file}: findings of both stand side by side`, async () => {
      const { document } = await open(file);
      await found(document.uri, 'bare-status-operand');
      await eventually(`the finding of ${source}`, () =>
        vscode.languages.getDiagnostics(document.uri).some((finding) => finding.source === source && /not assignable/.test(finding.message)),
      );
    });
  }
});
