'use strict';
const assert = require('node:assert/strict');
const vscode = require('vscode');
const { at, eventually, found, hover, open, place } = require('../../host/asking');
const { told } = require('../../host/output');

const run = (command, ...values) => vscode.commands.executeCommand(command, ...values);

/** The tabs that show pages of ours, drawn as Markdown. */
function pages() {
  const drawn = (tab) => tab.input instanceof vscode.TabInputCustom && tab.input.viewType === 'vscode.markdown.preview.editor';
  return vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs.filter(drawn));
}

/** Waits for the tab of this page alone, and returns it with its text. */
async function page(name) {
  const tab = await eventually(`the page ${name} and no other`, () => {
    const names = pages().map(({ input }) => input.uri.path);
    if (names.length === 1 && names[0] === `/${name}.md`) return pages()[0];
    throw new Error(`there are: ${names.join(', ')}`);
  });
  return { tab, text: (await vscode.workspace.openTextDocument(tab.input.uri)).getText() };
}

/** Opens a file with the cursor within this text of it. */
async function cursorIn(file, text) {
  const editor = await open(file);
  const position = place(editor.document, text, true).translate(0, 1);
  editor.selection = new vscode.Selection(position, position);
  return editor;
}

beforeEach(() => run('workbench.action.closeAllEditors'));

describe('Explain Status Code', () => {
  it('opens the page of the code at the cursor, drawn, beside the editor', async () => {
    const editor = await cursorIn('shop.py', '404, "No');
    await found(editor.document.uri, 'reason-phrase-mismatch');
    await run('lsp-lint.explainStatusCode');
    const { tab, text } = await page('404');
    assert.match(text, /^# 404 Not Found\n/);
    assert.notEqual(tab.group.viewColumn, editor.viewColumn);
    assert.equal(vscode.window.activeTextEditor.document.uri.path, editor.document.uri.path, 'the editor kept the cursor');
  });

  it('adds the page of the rule that has found something there', async () => {
    const editor = await cursorIn('shop.py', '404 Forbidden');
    await found(editor.document.uri, 'reason-phrase-mismatch');
    await run('lsp-lint.explainStatusCode');
    const { text } = await page('404');
    assert.match(text, /^# 404 Not Found\n/);
    assert.match(text, /^# reason-phrase-mismatch\n/m);
  });

  it('takes the code of a row of the view, and shows it where the page before was', async () => {
    await cursorIn('shop.py', '404, "No');
    await run('lsp-lint.explainStatusCode', { code: 503 });
    const before = await page('503');
    await run('lsp-lint.explainStatusCode', { code: 429 });
    const after = await page('429');
    assert.match(before.text, /^# 503 Service Unavailable\n/);
    assert.match(after.text, /^# 429 Too Many Requests\n/);
    assert.equal(after.tab.group.viewColumn, before.tab.group.viewColumn);
  });
});

describe('links', () => {
  it('of a finding lead to the page of its rule, drawn by the editor', async () => {
    const { document } = await open('shop.py');
    const [finding] = await found(document.uri, 'reason-phrase-mismatch');
    assert.equal(finding.code.value, 'reason-phrase-mismatch');
    await run('vscode.open', finding.code.target);
    const { text } = await page('reason-phrase-mismatch');
    assert.match(text, /^# reason-phrase-mismatch\n[^]*## Why it matters\n/);
  });

  it('of a hover open the page of the code and of the rule', async () => {
    const { document } = await open('shop.py');
    await found(document.uri, 'reason-phrase-mismatch');
    const text = await hover(document.uri, place(document, '404 Forbidden', true).translate(0, 1));
    const commands = [...text.matchAll(/\[([^\]]+)\]\(command:([^?)]+)\?([^)]+)\)/g)];
    const opened = [];
    for (const [, label, command, values] of commands) {
      const [subject] = JSON.parse(decodeURIComponent(values));
      await run(command, subject);
      opened.push(`${label}: ${(await page(subject)).text.split('\n')[0]}`);
    }
    assert.deepEqual(opened, ['reason-phrase-mismatch: # reason-phrase-mismatch', 'Explain: # 404 Not Found']);
  });
});

describe('Show All Uses of This Status Code', () => {
  /** Walks through the list of references that is open, until it begins again. */
  async function walk() {
    const seen = [];
    for (;;) {
      const { document, selection } = vscode.window.activeTextEditor;
      const here = `${vscode.workspace.asRelativePath(document.uri)}:${selection.start.line + 1}`;
      if (seen.includes(here)) return seen.sort();
      seen.push(here);
      await run('goToNextReference');
      await eventually('another place', () => {
        const { document, selection } = vscode.window.activeTextEditor;
        return `${vscode.workspace.asRelativePath(document.uri)}:${selection.start.line + 1}` !== here;
      });
    }
  }
  // What speaks of a class speaks of its codes.
  const uses = ['client.js:3', 'deploy/openapi-4.yaml:8', 'shop.py:14', 'shop.py:9'];

  it('lists those of the code at the cursor, in every file', async () => {
    const editor = await cursorIn('client.js', '404');
    await found(editor.document.uri);
    await run('lsp-lint.showUses');
    assert.deepEqual(await walk(), uses);
  });

  it('lists those of a row of the view', async () => {
    await run('lsp-lint.showUses', { code: 404 });
    await eventually('an editor', () => vscode.window.activeTextEditor);
    assert.deepEqual(await walk(), uses);
  });
});

describe('Fix All Safe Problems in the Workspace', () => {
  it('changes nothing before the preview is applied, and then every file', async () => {
    const files = ['deploy/openapi-4.yaml', 'deploy/openapi-5.yaml'];
    const texts = () => Promise.all(files.map(async (file) => (await vscode.workspace.openTextDocument(at(file))).getText()));
    const before = await texts();
    await run('lsp-lint.fixWorkspace');
    assert.deepEqual(await texts(), before);
    const expected = before.map((text) => text.replace(/"([45])xx"/, '"$1XX"'));
    assert.notDeepEqual(expected, before);
    await eventually('the fixed files', async () => {
      await run('refactorPreview.apply');
      return (await texts()).every((text, i) => text === expected[i]);
    });
    const { document } = await open('shop.py');
    assert.match(document.getText(), /404 Forbidden/, 'what is not safe to fix stays');
  });
});

describe('Restart Server', () => {
  it('starts another process, which serves', async () => {
    const { document } = await open('shop.py');
    await found(document.uri, 'reason-phrase-mismatch');
    const starts = (text) => text.match(/Starting /g)?.length ?? 0;
    const before = starts(await told(/ runs: /));
    await run('lsp-lint.restartServer');
    await eventually('one more start', async () => starts(await told(/ runs: /)) === before + 1);
    await found(document.uri, 'reason-phrase-mismatch');
    assert.match(await hover(document.uri, place(document, '404, ', true)), /404 Not Found/);
  });
});

describe('Show Output', () => {
  it('says which server runs, where it is from, and its version', async () => {
    await open('shop.py');
    assert.match(await told(/ runs: /), /lsp-lint \d+\.\d+\.\d+ runs: \S+lsp-lint, from the setting lsp-lint\.path\./);
  });
});
