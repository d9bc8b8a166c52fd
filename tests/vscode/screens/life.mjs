// The life of the server in a window: soon there, and gone with it.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { running } from '../editor.mjs';
import { Window, eventually, keepFailures, stage } from '../stage.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));

describe('the server of a window', () => {
  let window;
  const said = () => path.join(stage.work, 'said.jsonl');
  before(async () => {
    const { settings } = stage.serverFrom('setting');
    window = await Window.editor({
      name: 'life',
      settings: { 'lsp-lint.path': path.join(here, '../tee') },
      environment: { LSP_LINT: settings['lsp-lint.path'], LSP_LINT_SAID: said() },
    });
  });
  afterEach(keepFailures(() => window));
  after(() => window.end());

  /** Opens a file with a mistake by its row as soon as that is there, and says how long the squiggle took, and what of it was the server's. */
  async function squiggles(page) {
    const row = page.locator('.explorer-folders-view .monaco-list-row', { hasText: 'orders.py' });
    await row.waitFor();
    await page.evaluate(() => {
      const times = (globalThis.times = {});
      addEventListener('mousedown', () => (times.opened ??= performance.now()), true);
      const look = () => document.querySelector('.squiggly-error') && (times.seen ??= performance.now());
      new MutationObserver(look).observe(document.body, { subtree: true, childList: true, attributes: true });
    });
    await row.dblclick();
    await page.waitForFunction(() => globalThis.times.seen !== undefined);
    const { opened, seen } = await page.evaluate(() => globalThis.times);
    assert.ok(opened < seen);
    const all = fs.readFileSync(said(), 'utf8').trim().split('\n').map((line) => JSON.parse(line));
    // That of an earlier window may still say goodbye.
    const messages = all.slice(all.findLastIndex(({ message }) => message.method === 'initialize'));
    const sent = (method) => messages.find(({ message }) => message.method === method);
    const answer = (call) => messages.find(({ from, message }) => from === 'server' && message.id === call.message.id && !message.method);
    const found = messages.find(({ message }) => message.result?.items?.some(({ code }) => code === 'bare-status-operand'));
    assert.ok(found, 'the tee has heard of no finding');
    const start = answer(sent('initialize')).at - sent('initialize').at;
    const judged = found.at - sent('textDocument/didOpen').at;
    // A figure to read, not a limit: what a busy machine does to it says nothing.
    console.log(
      `       ${Math.round(seen - opened)} ms from the click to the squiggle; of these the server took ` +
        `${Math.round(start)} ms to answer initialize and ${Math.round(judged)} ms from the text to the finding`,
    );
  }

  it('finds a mistake in a file that is opened while a fresh window still starts its extensions, and says how soon', async () => {
    await squiggles(await window.open());
  });

  it('finds a mistake in a file that is opened in a fresh window which is at rest, and says how soon', async () => {
    const page = await window.open();
    await window.rest(2);
    await squiggles(page);
  });
});

describe('a window that is closed', () => {
  let window;
  before(async () => {
    window = await Window.editor({ name: 'closed' });
  });
  afterEach(keepFailures(() => window));
  after(() => window.end());

  it('takes its server along', async () => {
    const page = await window.open('orders.py');
    await window.rest();
    const servers = () => running(window.editor.group).filter((command) => /lsp-lint/.test(command) && / server\b/.test(command));
    await eventually('the server', () => servers().length > 0);
    // Left as a person leaves a page: one that is torn down has no time to say goodbye, and the editor waits for its return.
    await page.goto('about:blank');
    await eventually('its end', () => servers().length === 0);
  });
});
