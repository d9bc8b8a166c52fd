// Windows to look at from outside, and pictures of them.

import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Editor, PATIENCE } from './editor.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const pictures = path.join(here, '../../editors/vscode/pictures');

/** What the driver lends to the tests: the browser, the editor that is installed, where to work. */
export const stage = {};

const themes = { dark: 'Default Dark Modern', light: 'Default Light Modern' };

/** Settings of the windows that people look at: nothing in them that is not about us. */
const tidy = {
  'breadcrumbs.enabled': false,
  'editor.fontSize': 14,
  'editor.lightbulb.enabled': 'off',
  'editor.links': false,
  'editor.minimap.enabled': false,
  'editor.occurrencesHighlight': 'off',
  'editor.renderLineHighlight': 'none',
  'editor.scrollbar.horizontal': 'hidden',
  'editor.scrollbar.vertical': 'hidden',
  'files.autoSave': 'off',
  'outline.collapseItems': 'alwaysCollapse',
  'window.commandCenter': false,
  'window.menuBarVisibility': 'compact',
  'workbench.activityBar.location': 'hidden',
  'workbench.layoutControl.enabled': false,
};

/** A hook after each test that keeps what was on the screen when it failed. */
export function keepFailures(window) {
  return async function () {
    if (this.currentTest.state === 'failed') await window().keep(`failed-${this.currentTest.title.replaceAll(' ', '-')}`);
  };
}

/** An editor with the extension, and the one window of it that is open. */
export class Window {
  /** @param options `{ name, server, settings, environment }`: the name of the log, where the server is found, and what is set besides. */
  static async editor({ name, server = 'setting', settings = {}, environment = {} }) {
    const window = new Window();
    const place = path.join(stage.work, name);
    const found = stage.serverFrom(server);
    window.place = place;
    window.editor = await Editor.start(stage.installed, {
      folder: place,
      vsix: found.vsix,
      settings: { ...tidy, ...found.settings, ...settings },
      environment: { ...found.environment, ...environment },
      log: path.join(stage.installed.kept, `${name}.log`),
    });
    return window;
  }

  /** Opens a fresh copy of `screens/shop`, with this file (its path in there), in a page of this size in pixels. */
  async open(file, { width = 1000, height = 600 } = {}) {
    await this.context?.close();
    // Another folder each time: what was typed into files of an earlier one would be brought back.
    this.folder = path.join(fs.mkdtempSync(path.join(this.place, 'window-')), 'shop');
    fs.cpSync(path.join(here, 'screens/shop'), this.folder, { recursive: true });
    this.context = await stage.browser.newContext({ viewport: { width, height }, deviceScaleFactor: 1.5 });
    this.page = await this.context.newPage();
    this.page.setDefaultTimeout(PATIENCE / 2);
    const files = file ? [['openFile', this.editor.remote(path.join(this.folder, file))]] : [];
    await this.editor.show(this.page, { folder: this.folder }, files);
    await this.page.waitForFunction(() => globalThis.driver !== undefined);
    await this.page.evaluate(() => globalThis.driver.whenWorkbenchRestored());
    if (file) await this.page.waitForSelector('.monaco-editor .view-line');
    return this.page;
  }

  /** Ends the window and its editor. */
  async end() {
    await this.context?.close();
    this.editor.end();
  }

  /** Waits until the extensions that start with a window are there: its host says so in its log, once for each window. */
  async rest(windows = 1) {
    const logs = path.join(this.editor.user, 'logs');
    const hosts = () => fs.readdirSync(logs, { recursive: true }).filter((name) => path.basename(name) === 'remoteexthost.log');
    const resting = (name) => fs.readFileSync(path.join(logs, name), 'utf8').includes('Eager extensions activated');
    await eventually('the extensions of the window', () => hosts().filter(resting).length >= windows);
  }

  /** Puts the cursor at the end of a line, as a person does who goes on typing there. */
  async goTo(line) {
    await this.page.keyboard.press('Control+G');
    await this.page.waitForSelector('.quick-input-widget:not(.hidden) input');
    await this.page.keyboard.type(`${line}`);
    await this.page.keyboard.press('Enter');
    await this.page.waitForSelector('.quick-input-widget', { state: 'hidden' });
    await this.page.keyboard.press('End');
  }

  /** Wears a theme, `dark` or `light`. */
  async wear(theme) {
    const worn = this.page.locator(`.monaco-workbench.${theme === 'dark' ? 'vs-dark' : 'vs'}`);
    // An editor may miss that its settings were written: then they are written again.
    await eventually(`the ${theme} theme`, () => {
      this.editor.set({ 'workbench.colorTheme': themes[theme] });
      return worn.waitFor({ timeout: 10_000 }).then(() => true, () => false);
    });
  }

  /** Keeps a screenshot beside the log, to be looked at. */
  async keep(name, clip) {
    await this.page.screenshot({ path: path.join(stage.installed.kept, `${name}.png`), clip });
  }

  /**
   * Keeps what is seen as a picture of the page of the extension, in both themes. A picture that is there already stays
   * as it is unless BLESS=1 asks for a new one: no two machines draw a letter alike, so pictures are never compared.
   * @param part the selector of what is in the picture
   * @param seen checks, in each theme, that what the picture is about is on the screen
   */
  async picture(name, part, seen) {
    for (const theme of ['light', 'dark']) {
      await this.wear(theme);
      await seen();
      const clip = await this.page.locator(part).first().boundingBox();
      await this.keep(`${name}-${theme}`, clip);
      const kept = path.join(pictures, `${name}-${theme}.png`);
      if (process.env.BLESS !== '1' && fs.existsSync(kept)) continue;
      fs.mkdirSync(pictures, { recursive: true });
      fs.copyFileSync(path.join(stage.installed.kept, `${name}-${theme}.png`), kept);
    }
  }

  /** The text of the line with this number, from 1, as it is on the screen: inlay hints are in it. */
  async line(number) {
    const lines = await this.page.$$eval('.monaco-editor .view-line', (all) =>
      all.map((line) => ({ top: parseFloat(line.style.top), text: line.textContent })),
    );
    const sorted = lines.sort((one, other) => one.top - other.top);
    return (sorted[number - 1]?.text ?? '').replaceAll('\u00a0', ' ');
  }
}

/** Waits until `holds` gives something true, and returns that. */
export async function eventually(what, holds) {
  const end = Date.now() + PATIENCE / 2;
  for (;;) {
    const held = await holds();
    if (held) return held;
    if (Date.now() > end) throw new Error(`never came: ${what}`);
    await new Promise((wake) => setTimeout(wake, 50));
  }
}
