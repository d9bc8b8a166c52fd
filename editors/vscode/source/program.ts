// Which program to start as server: the one the setting names, else the bundled one, else the one on the PATH.

import { accessSync, constants, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

/** A program, and in words where it comes from. */
export type Program = { path: string; from: string };

/**
 * Finds the program. What the setting names is taken or nothing is: who names one wants no other.
 * @param setting the value of `lsp-lint.path`; empty when it is not set
 * @param extension the folder of the extension
 * @returns the program, or a sentence that says what to do
 */
export function findProgram(setting: string, extension: string): Program | string {
  if (setting !== '') {
    const path = locate(setting.replace(/^~(?=[/\\])/, homedir()));
    return path !== undefined
      ? { path, from: 'the setting lsp-lint.path' }
      : `There is no program at ${setting}. Correct the setting lsp-lint.path, or empty it.`;
  }
  const bundled = runnable(join(extension, 'server', 'lsp-lint'));
  const path = bundled ?? locate('lsp-lint');
  return path !== undefined
    ? { path, from: bundled !== undefined ? 'this extension' : 'the PATH' }
    : 'There is no server to start: this package of the extension brings none, and there is no lsp-lint on the PATH. ' +
        'Install lsp-lint, or say in the setting lsp-lint.path where it is.';
}

/** A path as it is; a bare name by the folders of the PATH. */
function locate(program: string): string | undefined {
  const folders = /[/\\]/.test(program) ? [''] : (process.env['PATH'] ?? '').split(delimiter).filter(Boolean);
  return folders.map((folder) => runnable(join(folder, program))).find(Boolean);
}

/** The file of this path that can be run. On Windows, programs are also written without their ending. */
function runnable(path: string): string | undefined {
  return [path, `${path}.exe`].find((candidate) => {
    try {
      accessSync(candidate, constants.X_OK);
      return statSync(candidate).isFile();
    } catch {
      return false;
    }
  });
}
