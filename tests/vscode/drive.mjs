// Runs the tests in real windows; tests/vscode/run starts it, once everything it needs is there.

import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Editor, PATIENCE, TEST_PATIENCE, endAll } from './editor.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const { values: asked } = parseArgs({
  options: {
    // VERSION=NODE=HOME, one for each version to run in.
    editor: { type: 'string', multiple: true },
    tools: { type: 'string' },
    chromium: { type: 'string' },
    server: { type: 'string' },
    vsix: { type: 'string' },
    bundled: { type: 'string' },
    kept: { type: 'string' },
    kind: { type: 'string', default: 'all' },
    window: { type: 'string' },
    only: { type: 'string' },
  },
});
const tools = createRequire(path.join(asked.tools, 'here.js'));
const { chromium } = tools('playwright-core');
const editors = asked.editor.map((words) => {
  const [version, node, home] = words.split('=');
  return { version, node, home, kept: path.join(asked.kept, version) };
});
const work = fs.mkdtempSync(path.join(os.tmpdir(), 'lsp-lint-vscode-'));

// Also on an interrupt nothing stays behind; the browser ends in its own handler of the same event.
function leave() {
  endAll();
  fs.rmSync(work, { recursive: true, force: true });
}
process.on('exit', leave);
for (const [signal, code] of [['SIGINT', 130], ['SIGTERM', 143], ['SIGHUP', 129]]) process.on(signal, () => process.exit(code));

let passed = 0;
let failed = 0;

/** Prints what became of a test, and counts it. */
function tell({ version }, window, { event, title, fault }) {
  if (event === 'pass') {
    passed += 1;
    console.log(`ok     ${version} ${window}: ${title}`);
  } else if (event === 'fail') {
    failed += 1;
    console.log(`FAILED ${version} ${window}: ${title}\n       ${fault.trim().replaceAll('\n', '\n       ')}`);
  }
}

/** The folders of tests/vscode/api that are asked for, each the tests of one window. */
function windows() {
  const folder = path.join(here, 'api');
  const names = asked.window ? [asked.window] : fs.readdirSync(folder).sort();
  return names.map((name) => path.join(folder, name));
}

/** The PATH without any folder that has an lsp-lint of this machine's user. */
function plainPath() {
  const folders = process.env.PATH.split(':');
  return folders.filter((folder) => !fs.existsSync(path.join(folder, 'lsp-lint'))).join(':');
}

/**
 * Where a window finds the server, as settings and environment: `setting` (lsp-lint.path), `PATH`, `bundled` (in the
 * extension itself) or `none`.
 */
function serverFrom(where) {
  const environment = { PATH: plainPath() };
  if (where === 'PATH') environment.PATH = `${path.dirname(asked.server)}:${environment.PATH}`;
  const settings = where === 'setting' ? { 'lsp-lint.path': asked.server } : {};
  return { settings, environment, vsix: where === 'bundled' ? asked.bundled : asked.vsix };
}

/** Copies a folder to open. Paths of programs in its settings know no variables, so the one of the folder is filled in. */
function copyWorkspace(from, to) {
  fs.cpSync(from, to, { recursive: true });
  const settings = path.join(to, '.vscode/settings.json');
  if (!fs.existsSync(settings)) return;
  fs.writeFileSync(settings, fs.readFileSync(settings, 'utf8').replaceAll('${workspaceFolder}', to));
}

/** Runs the tests of one folder of tests/vscode/api in a window of its own, as its window.json says. */
async function runInside(browser, installed, folder) {
  const name = path.basename(folder);
  const described = JSON.parse(fs.readFileSync(path.join(folder, 'window.json'), 'utf8'));
  const { server = 'setting', trusted = true, settings = {}, workspace = 'workspace' } = described;
  const place = path.join(work, installed.version, name);
  const opened = path.join(place, 'workspace');
  copyWorkspace(path.join(folder, workspace), opened);
  const roots = fs.readdirSync(opened).find((file) => file.endsWith('.code-workspace'));
  const results = path.join(place, 'results.jsonl');
  const { tools, server: program, only } = asked;
  const order = { tests: folder, results, tools, server: program, patience: TEST_PATIENCE, only };
  fs.writeFileSync(results, '');
  const found = serverFrom(server);
  const editor = await Editor.start(installed, {
    folder: place,
    vsix: found.vsix,
    settings: { 'security.workspace.trust.enabled': !trusted, ...found.settings, ...settings },
    environment: { ...found.environment, LSP_LINT_TEST_ORDER: JSON.stringify(order) },
    log: path.join(installed.kept, `${name}.log`),
  });
  const context = await browser.newContext({ viewport: { width: 1200, height: 800 } });
  try {
    const page = await context.newPage();
    const end = new Promise((resolve) => {
      page.exposeFunction('codeAutomationExit', resolve);
      page.on('crash', () => resolve('crash'));
    });
    const errors = [];
    const say = (type, words) => {
      fs.appendFileSync(editor.log, `[${type}] ${words.join(' ')}\n`);
      if (type === 'error') errors.push(words.join(' '));
    };
    await page.exposeFunction('codeAutomationLog', say);
    await editor.show(page, roots ? { workspace: path.join(opened, roots) } : { folder: opened }, [
      ['extensionDevelopmentPath', editor.remote(path.join(here, 'host'))],
      ['extensionTestsPath', editor.remote(path.join(here, 'host/index.js'))],
    ]);
    const { code, ran, fine } = await watched(installed, name, results, end);
    if (fine && code !== 0) tell(installed, name, { event: 'fail', title: 'runs', fault: `it ended with ${code}\n${errors.at(-1) ?? ''}` });
    if (!ran && code === 0 && !asked.only) tell(installed, name, { event: 'fail', title: 'has tests', fault: 'none ran' });
  } finally {
    await context.close();
    editor.end();
  }
}

/** Milliseconds without a word after which a window is given up: a test that hangs has been ended long before. */
const SILENCE = TEST_PATIENCE + PATIENCE;

/** Tells the results as they come, until the window says that it is done or no test has ended for too long. */
async function watched(installed, name, results, end) {
  let read = 0;
  let now = 'the window opens';
  let fine = true;
  const more = () => {
    const lines = fs.readFileSync(results, 'utf8').split('\n').slice(0, -1);
    for (const line of lines.slice(read)) {
      const event = JSON.parse(line);
      now = event.title;
      fine &&= event.event !== 'fail';
      tell(installed, name, event);
    }
    read = lines.length;
  };
  let code;
  end.then((said) => (code = said));
  for (let seen = -1, since = Date.now(); code === undefined; ) {
    await Promise.race([end, new Promise((wake) => setTimeout(wake, 200))]);
    more();
    if (read !== seen) since = Date.now();
    seen = read;
    if (Date.now() - since > SILENCE) {
      tell(installed, name, { event: 'fail', title: now, fault: `nothing has happened for ${SILENCE / 1000} s; the window is ended` });
      return { code: 'silence', ran: true, fine: false };
    }
  }
  more();
  return { code, ran: read > 0, fine };
}

/** Runs the tests that look at windows from outside. */
async function runOutside(browser, installed) {
  const { Mocha } = tools('mocha');
  const { recorder } = createRequire(import.meta.url)('./host/recorder.js');
  const { stage } = await import('./stage.mjs');
  // A place of its own for what is there once for each window: a window of tests/vscode/api may have the same name.
  const kept = path.join(installed.kept, 'screens');
  fs.mkdirSync(kept);
  const place = path.join(work, installed.version, 'screens');
  Object.assign(stage, { browser, installed: { ...installed, kept }, serverFrom, work: place });
  const reporter = recorder(Mocha, (event) => tell(installed, 'screens', event));
  const mocha = new Mocha({ ui: 'bdd', timeout: TEST_PATIENCE, fgrep: asked.only, reporter });
  for (const file of fs.readdirSync(path.join(here, 'screens')).sort()) {
    // Once for each version: a module is loaded a second time only under another name.
    if (file.endsWith('.mjs')) mocha.addFile(path.join(here, 'screens', file));
  }
  await mocha.loadFilesAsync({ esmDecorator: (file) => `${file}?${installed.version}` });
  await new Promise((done) => mocha.run(done));
}

const browser = await chromium.launch({
  executablePath: asked.chromium,
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
});
try {
  const jobs = [];
  for (const installed of editors) {
    fs.rmSync(installed.kept, { recursive: true, force: true });
    fs.mkdirSync(installed.kept, { recursive: true });
    for (const folder of asked.kind === 'screens' ? [] : windows()) {
      jobs.push({ installed, name: path.basename(folder), run: () => runInside(browser, installed, folder) });
    }
  }
  const screens = asked.kind === 'api' || asked.window ? [] : editors;
  const looks = screens.map((installed) => ({ installed, name: 'screens', run: () => runOutside(browser, installed) }));
  // Two at a time, for a window waits for much that is no work; but what looks from outside shares a stage.
  const lane = async (...lists) => {
    for (const list of lists) {
      for (let job = list.shift(); job; job = list.shift()) {
        try {
          await job.run();
        } catch (fault) {
          tell(job.installed, job.name, { event: 'fail', title: 'starts', fault: String(fault.stack ?? fault) });
        }
      }
    }
  };
  await Promise.all([lane(looks, jobs), lane(jobs)]);
} finally {
  await browser.close();
}
if (passed + failed === 0) tell(editors[0], 'all', { event: 'fail', title: 'some test runs', fault: 'no test is called so' });
if (failed > 0) console.log(`\nWhat the windows printed is kept in ${asked.kept}`);
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
