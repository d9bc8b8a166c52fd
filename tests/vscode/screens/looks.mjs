// What people look at, in the order in which they meet it.

import assert from 'node:assert/strict';
import { Window, eventually, keepFailures } from '../stage.mjs';

const CODE = '.part.editor';
const ALL = '.monaco-workbench';

describe('what people look at', () => {
  let window;
  before(async () => (window = await Window.editor({ name: 'looks' })));
  afterEach(keepFailures(() => window));
  after(() => window.end());

  /** Rests the mouse on the first squiggle, and waits for the hover there. */
  async function hover(page) {
    // The editor may draw it anew between a look and the next.
    const place = async () => (await page.waitForSelector('.monaco-editor .squiggly-error')).boundingBox();
    const box = await eventually('the place of the squiggle', place);
    await page.mouse.move(box.x + 40, box.y - 60);
    await page.mouse.move(box.x + 40, box.y + box.height / 2, { steps: 4 });
    await page.waitForSelector('.monaco-hover:not(.hidden) .hover-contents');
  }

  it('a mistake has a squiggle', async () => {
    const page = await window.open('orders.py');
    await page.waitForSelector('.monaco-editor .squiggly-error');
    await window.keep('squiggle');
  });

  it('a hover says what is wrong, and what the code means', async () => {
    const page = await window.open('orders.py', { width: 1300, height: 480 });
    await hover(page);
    await window.picture('hover', CODE, async () => {
      // The finding stands there first, and "Loading..." below it until the code is explained.
      const said = await eventually('both parts of the hover', async () => {
        const text = await page.locator('.monaco-hover:not(.hidden)').innerText();
        return /404 Not Found/.test(text) && text;
      });
      assert.match(said, /always true.*\n?.*bare-status-operand/s);
    });
  });

  it('codes are listed while 40 is typed', async () => {
    const page = await window.open('server.js', { width: 1000, height: 480 });
    await eventually('a hint', async () => (await window.line(8)).includes('Not Found'));
    await window.goTo(11);
    await page.keyboard.press('Enter');
    await page.keyboard.type('app.get("/secret", (req, res) => res.status(40');
    await page.waitForSelector('.suggest-widget.visible .monaco-list-row');
    await window.picture('completion', CODE, async () => {
      const rows = await page.$$eval('.suggest-widget.visible .monaco-list-row', (all) => all.map((row) => row.ariaLabel));
      assert.match(rows[0], /^400/);
      assert.ok(rows.some((row) => /^404.*Not Found/.test(row)), rows.join('\n'));
    });
    await page.keyboard.press('Enter');
    await eventually('the code', async () => /res\.status\(400/.test(await window.line(12)));
    await window.keep('completed');
  });

  it('a quick fix mends the mistake', async () => {
    const page = await window.open('orders.py', { width: 1000, height: 480 });
    await page.waitForSelector('.monaco-editor .squiggly-error');
    await window.goTo(8);
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowLeft');
    const offers = page.locator('.action-widget .monaco-list-row.action').first();
    // The editor drops a question that the cursor has just moved away from, and says that there is nothing.
    await eventually('quick fixes', async () => {
      await page.keyboard.press('Control+.');
      return offers.waitFor({ timeout: 10_000 }).then(() => true, () => false);
    });
    await window.picture('fix', CODE, async () => {
      const rows = await page.$$eval('.action-widget .monaco-list-row.action', (all) => all.map((row) => row.textContent));
      assert.match(rows[0], /Compare with 404, 410/);
    });
    await page.keyboard.press('Enter');
    await page.waitForSelector('.monaco-editor .squiggly-error', { state: 'detached' });
    await eventually('the fix, with its hints', async () => /in \(404\s?Not Found, 410\s?Gone\):/.test(await window.line(8)));
    await window.keep('fixed');
  });

  it('a bare number shows its phrase', async () => {
    await window.open('server.js', { width: 1000, height: 480 });
    await window.picture('hints', CODE, async () => {
      await eventually('a hint', async () => /status\(404\s?Not Found\)/.test(await window.line(8)));
      await eventually('a hint', async () => /status\(201\s?Created\)/.test(await window.line(15)));
    });
  });

  it('the view lists codes, files and places', async () => {
    const page = await window.open('orders.py', { width: 1200, height: 680 });
    await page.waitForSelector('.monaco-editor .squiggly-error');
    const pane = page.locator('.pane', { has: page.locator('.pane-header', { hasText: 'HTTP Status Codes' }) });
    await page.locator('.pane-header', { hasText: 'SHOP' }).click();
    await pane.locator('.pane-header').click();
    await pane.locator('.monaco-list-row', { hasText: '404' }).first().click();
    await pane.locator('.monaco-list-row', { hasText: 'server.js' }).first().click();
    await window.picture('view', ALL, async () => {
      await eventually('places', async () => /server\.js/.test(await pane.innerText()));
    });
  });
});

describe('a computer without the server', () => {
  let window;
  before(async () => (window = await Window.editor({ name: 'none', server: 'none' })));
  afterEach(keepFailures(() => window));
  after(() => window.end());

  it('is told once what to do', async () => {
    const page = await window.open('orders.py');
    // Whether a message is shown by itself or waits behind the bell, the bell tells of it and lists all there are. A slow
    // window has messages of its own, which come and go, and its list goes when they do.
    const bell = page.locator('.statusbar-item', { has: page.locator('.codicon-bell-dot') });
    const list = page.locator('.notifications-center');
    const ours = async () => {
      if (await bell.isVisible() && !(await list.isVisible())) await bell.click({ timeout: 1000 }).catch(() => undefined);
      return (await list.locator('.notification-list-item').allInnerTexts()).filter((text) => /lsp-lint/.test(text));
    };
    await window.rest();
    await bell.waitFor();
    await window.keep('message');
    const said = await eventually('our message', async () => {
      const all = await ours();
      return all.length > 0 && all;
    });
    await window.keep('messages');
    assert.equal(said.length, 1, said.join('\n'));
    assert.match(said[0], /no server to start/);
    assert.match(said[0], /Open Setting/);
  });
});
