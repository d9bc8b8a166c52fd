// A real VS Code: its own server with fresh folders, and windows of it as pages of a browser.

import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

/** Milliseconds that the editor gets for what it always does. Generous: no test may depend on how busy the machine is. */
export const PATIENCE = 120_000;

/** Milliseconds that a whole test gets, which waits for many such things one after another. */
export const TEST_PATIENCE = 4 * PATIENCE;

/** What every window is told, so that nothing moves by itself and nothing of a first start is in the way. */
const quiet = {
  'chat.commandCenter.enabled': false,
  'chat.disableAIFeatures': true,
  'editor.hover.delay': 100,
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'git.enabled': false,
  'security.workspace.trust.enabled': false,
  'telemetry.telemetryLevel': 'off',
  'workbench.enableExperiments': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
};

// Each server leads a process group: the extension host and the language servers are in it and end with it.
const groups = new Set();

/** Ends every process that was started here and is still there. Safe to call at any time, also from a signal handler. */
export function endAll() {
  for (const group of groups) {
    try {
      process.kill(-group, 'SIGKILL');
    } catch {
      // It had ended by itself.
    }
  }
  groups.clear();
}

/** The command lines of the processes in this group that are still running. */
export function running(group) {
  const found = [];
  for (const pid of fs.readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      // After the name in parentheses: state, parent, group.
      const [state, , its] = fs.readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').pop().split(' ');
      if (Number(its) === group && state !== 'Z') {
        found.push(fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim());
      }
    } catch {
      // It ended between two looks.
    }
  }
  return found;
}

/** A server of VS Code. */
export class Editor {
  /**
   * Starts one with fresh folders below `folder`.
   *
   * @param installed `{ node, home }`: the program Node and the folder of the editor.
   * @param options `{ folder, vsix, settings, environment, log }`: `vsix` (a path) may be absent, `log` is a file.
   * @returns an editor that listens.
   */
  static async start(installed, { folder, vsix, settings = {}, environment = {}, log }) {
    const editor = new Editor();
    editor.user = path.join(folder, 'user');
    editor.log = log;
    editor.#settings = { ...quiet, ...settings };
    for (const name of ['user/User', 'user/Machine', 'home']) fs.mkdirSync(path.join(folder, name), { recursive: true });
    editor.#write();
    const folders = ['--extensions-dir', path.join(folder, 'extensions'), '--user-data-dir', editor.user];
    folders.push('--server-data-dir', path.join(folder, 'server'));
    const program = [path.join(installed.home, 'out/server-main.js'), '--accept-server-license-terms', ...folders];
    const env = { ...process.env, HOME: path.join(folder, 'home'), ...environment };
    // What this program was started with is not what a user's editor is started with.
    for (const name of Object.keys(env)) if (name.startsWith('VSCODE_') || env[name] === undefined) delete env[name];
    if (vsix) {
      const done = spawnSync(installed.node, [...program, '--install-extension', vsix], { env, encoding: 'utf8', timeout: PATIENCE });
      fs.appendFileSync(log, `${done.stdout}${done.stderr}`);
      if (done.status !== 0) throw new Error(`${vsix} does not install:\n${done.stdout}${done.stderr}`);
    }
    const serve = ['--host', '127.0.0.1', '--port', '0', '--without-connection-token', '--telemetry-level', 'off'];
    // What a login shell would set is not asked for: the PATH is the one given here.
    serve.push('--enable-smoke-test-driver', '--force-disable-user-env');
    // In seconds, not three hours: a window whose goodbye was lost is not waited for. Older versions do not know it.
    serve.push('--reconnection-grace-time=10');
    const child = spawn(installed.node, [...program, ...serve], { env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    editor.group = child.pid;
    groups.add(child.pid);
    editor.port = await new Promise((resolve, reject) => {
      let said = '';
      const late = setTimeout(() => reject(new Error(`the editor did not listen after ${PATIENCE} ms:\n${said}`)), PATIENCE);
      const hear = (bytes) => {
        said += bytes;
        fs.appendFileSync(log, bytes);
        const port = /Extension host agent listening on (\d+)/.exec(said);
        if (port) resolve(Number(port[1]));
        if (port) clearTimeout(late);
      };
      child.stdout.on('data', hear);
      child.stderr.on('data', hear);
      child.on('error', reject);
      child.on('exit', (code) => {
        clearTimeout(late);
        reject(new Error(`the editor ended with ${code} before it listened:\n${said}`));
      });
    });
    return editor;
  }

  /** Changes settings of the user while windows are open. */
  set(settings) {
    Object.assign(this.#settings, settings);
    this.#write();
  }

  /** Ends the server and all that it started; what the extension has written into its output is added to the log. */
  end() {
    const logs = path.join(this.user, 'logs');
    for (const file of fs.existsSync(logs) ? fs.readdirSync(logs, { recursive: true }) : []) {
      if (!/lsp-lint.*\.log$/.test(file)) continue;
      fs.appendFileSync(this.log, `[output] ${file}\n${fs.readFileSync(path.join(logs, file), 'utf8')}`);
    }
    try {
      process.kill(-this.group, 'SIGKILL');
    } catch {
      // It had ended by itself.
    }
    groups.delete(this.group);
  }

  /** The name under which a page knows a file of this machine. */
  remote(file) {
    return `vscode-remote://127.0.0.1:${this.port}${file}`;
  }

  /**
   * Opens a window, without waiting for it.
   *
   * @param page a page of a browser; what it prints goes to the log.
   * @param place `{ folder }`, `{ workspace }` (a .code-workspace file) or `{}` for an empty window.
   * @param payload pairs of a name and a value, as the editor takes them: `openFile`, `extensionTestsPath`, ...
   */
  async show(page, place, payload = []) {
    page.on('console', (message) => fs.appendFileSync(this.log, `[page] ${message.text()}\n`));
    const query = new URLSearchParams(place.folder || place.workspace ? place : { ew: 'true' });
    if (payload.length > 0) query.set('payload', JSON.stringify(payload));
    await page.goto(`http://127.0.0.1:${this.port}/?${query}`, { timeout: PATIENCE });
  }

  #settings;

  // A setting of the machine is read from the second place only, once the extension asks for that.
  #write() {
    const text = JSON.stringify(this.#settings, null, 2);
    for (const scope of ['User', 'Machine']) {
      // In one piece: an editor that reads half a file takes all settings for gone.
      const file = path.join(this.user, scope, 'settings.json');
      fs.writeFileSync(`${file}.new`, text);
      fs.renameSync(`${file}.new`, file);
    }
  }
}
