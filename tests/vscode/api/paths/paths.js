'use strict';
const assert = require('node:assert/strict');
const fs = require('node:fs');
const vscode = require('vscode');
const { at, eventually, findings, found, open } = require('../../host/asking');
const { order } = require('../../host/order');
const { told } = require('../../host/output');

/** Puts a program into the folder that counts its starts, then does `what`. */
function program(name, what) {
  const file = at(name).fsPath;
  fs.writeFileSync(file, `#!/bin/sh\necho $$ >>"${file}.starts"\n${what}\n`, { mode: 0o755 });
  return file;
}

/** The processes that a program was started as, the last one last. */
function starts(file) {
  const list = `${file}.starts`;
  return fs.existsSync(list) ? fs.readFileSync(list, 'utf8').trim().split('\n').map(Number) : [];
}

function lives(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Sets the path, as a user does in the settings of the workspace. */
function set(path) {
  return vscode.workspace.getConfiguration('lsp-lint').update('path', path, vscode.ConfigurationTarget.Workspace);
}

const count = (text, what) => text.split(what).length - 1;

describe('the setting lsp-lint.path', () => {
  let uri;
  before(async () => {
    ({ uri } = (await open('shop.py')).document);
    await found(uri, 'bare-status-operand');
  });

  it('starts another server as soon as it names one, and ends the one before', async () => {
    const one = program('one', `exec "${order.server}" "$@"`);
    const other = program('other', `exec "${order.server}" "$@"`);
    await set(one);
    await told(new RegExp(`runs: ${one}, from the setting lsp-lint.path`));
    await set(other);
    await told(new RegExp(`runs: ${other}, from the setting lsp-lint.path`));
    await found(uri, 'bare-status-operand');
    await eventually('the end of the first', () => !lives(starts(one)[0]));
    assert.deepEqual([starts(one).length, starts(other).length], [1, 1]);
  });

  it('says what is wrong when there is no program', async () => {
    const nothing = at('nothing').fsPath;
    await set(nothing);
    await told(new RegExp(`There is no program at ${nothing}\\. Correct the setting lsp-lint\\.path, or empty it\\.`));
    await eventually('no findings', () => findings(uri).length === 0);
  });

  it('gives up a program that ends at once, after one start and with one message', async () => {
    const dies = program('dies', 'exit 3');
    await set(dies);
    const message = `The server does not run: ${dies}, from the setting lsp-lint.path.`;
    const all = await told(new RegExp(message.replaceAll('.', '\\.')));
    assert.equal(count(all, message), 1);
    assert.equal(starts(dies).length, 1);
  });

  it('gives up a program that never answers, and ends it', async () => {
    const waits = program('waits', 'exec sleep 1000');
    await set(waits);
    await told(new RegExp(`The server does not run: ${waits}`));
    assert.equal(starts(waits).length, 1);
    await eventually('the end of the program', () => !lives(starts(waits)[0]));
  });

  it('starts a server again that has died, but not for ever, and again when it is asked to', async () => {
    const fragile = program('fragile', `exec "${order.server}" "$@"`);
    await set(fragile);
    const runs = `runs: ${fragile}`;
    for (let lives = 1; lives <= 4; lives += 1) {
      await eventually(`life ${lives}`, async () => count(await told(/runs: /), runs) === lives);
      await found(uri, 'bare-status-operand');
      process.kill(starts(fragile).at(-1), 'SIGKILL');
    }
    const message = `The server does not run: ${fragile}`;
    const all = await told(new RegExp(message));
    assert.match(all, /It has ended 4 times\./);
    assert.equal(count(all, message), 1);
    assert.equal(starts(fragile).length, 4);
    await vscode.commands.executeCommand('lsp-lint.restartServer');
    await eventually('a fifth life', async () => count(await told(/runs: /), runs) === 5);
    await found(uri, 'bare-status-operand');
  });
});
