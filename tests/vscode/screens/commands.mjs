// What the commands of the extension show, where only a person at the window can see it.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { Window, eventually, keepFailures } from '../stage.mjs';

describe('what the commands show', () => {
  let window;
  before(async () => (window = await Window.editor({ name: 'commands', settings: { 'lsp-lint.statusBar.enable': true } })));
  afterEach(keepFailures(() => window));
  after(() => window.end());

  /** Opens a file with a mistake in a fresh window, and waits until that is found. */
  async function open(size) {
    const page = await window.open('orders.py', size);
    await page.waitForSelector('.monaco-editor .squiggly-error');
    return page;
  }

  /** Runs a command by its title, as a person does. */
  async function run(page, title) {
    await page.keyboard.press('F1');
    await page.waitForSelector('.quick-input-widget:not(.hidden) input');
    await page.keyboard.type(title);
    await page.locator('.quick-input-list .monaco-list-row', { hasText: title }).first().click();
  }

  const ticks = (page) => page.locator('.quick-input-widget .monaco-list-row');

  it('a code that is typed in has its page drawn', async () => {
    const page = await open({ width: 1200, height: 700 });
    await run(page, 'lsp-lint: Explain Status Code');
    const box = page.locator('.quick-input-widget input[placeholder="404"]');
    await box.fill('503');
    await box.press('Enter');
    const drawn = page.frameLocator('iframe.webview').frameLocator('#active-frame');
    await drawn.locator('h1', { hasText: '503 Service Unavailable' }).waitFor();
    await window.keep('page');
  });

  it('what is no code gets a plain answer', async () => {
    const page = await open();
    await run(page, 'lsp-lint: Explain Status Code');
    const box = page.locator('.quick-input-widget input[placeholder="404"]');
    await box.fill('nonsense');
    await box.press('Enter');
    await page.getByText('"nonsense" is no code').first().waitFor({ state: 'attached' });
    await window.keep('no-code');
  });

  it('the status bar counts the codes of the workspace, and leads to the view', async () => {
    const page = await open();
    const count = page.locator('.statusbar-item', { hasText: /^\s*\d+$/ }).and(page.locator('[id*="lsp-lint.count"]'));
    await eventually('a count', async () => Number(await count.innerText()) > 5);
    await count.click();
    await page.locator('.pane-header.expanded', { hasText: 'HTTP Status Codes' }).waitFor();
    await window.keep('count');
  });

  it('the filter offers classes and roles, and the view says what is chosen', async () => {
    const page = await open({ width: 1000, height: 800 });
    const pane = page.locator('.pane', { has: page.locator('.pane-header', { hasText: 'HTTP Status Codes' }) });
    await page.locator('[id*="lsp-lint.count"]').click();
    await pane.locator('.monaco-list-row', { hasText: '404 Not Found' }).waitFor();
    await pane.locator('.pane-header').hover();
    await pane.locator('.action-label[aria-label*="Filter"]').click();
    await ticks(page).filter({ hasText: '5xx' }).locator('input[type="checkbox"], .monaco-checkbox').first().click();
    await window.keep('filter');
    await page.locator('.quick-input-widget .monaco-button', { hasText: 'OK' }).click();
    await pane.locator('.monaco-list-row', { hasText: '404 Not Found' }).waitFor({ state: 'detached' });
    await pane.locator('.monaco-list-row', { hasText: '503 Service Unavailable' }).waitFor();
    await eventually('what is chosen', async () => /5xx/.test(await pane.innerText()));
    await window.keep('filtered');
  });

  it('safe fixes of the workspace are shown, all ticked, before they are made', async () => {
    const page = await open();
    const files = ['openapi.yaml', 'openapi-2.yaml'].map((name) => path.join(window.folder, name));
    const text = fs.readFileSync(files[0], 'utf8').replace('"409"', '"4xx"');
    const all = (wanted) => files.every((file) => fs.readFileSync(file, 'utf8') === wanted);
    for (const file of files) fs.writeFileSync(file, text);
    await run(page, 'lsp-lint: Fix All Safe Problems in the Workspace');
    const panel = page.locator('.bulk-edit-panel');
    await eventually('both fixes', async () => (await panel.locator('.monaco-list-row', { hasText: '4xx' }).count()) === 2);
    await window.keep('preview');
    // A file and a fix in it, twice.
    assert.equal(await panel.locator(':checked, [aria-checked="true"]').count(), 4);
    assert.ok(all(text), 'nothing is changed before');
    await panel.locator('.monaco-button', { hasText: 'Apply' }).click();
    await eventually('the fixes, saved', () => all(text.replace('"4xx"', '"4XX"')));
  });
});
