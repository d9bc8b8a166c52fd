// What the extension adds to the editor, in reading order.

import { type ExtensionContext, Uri, commands, workspace } from 'vscode';
import { registerPages, tellWhy } from './pages';
import { Server } from './server';
import { showUses } from './uses';
import { registerView } from './view';

let server: Server | undefined;

/** Nothing here waits for the server: the editor is not held up by it. */
export function activate(context: ExtensionContext): void {
  const running = new Server(context);
  server = running;
  context.subscriptions.push(
    running.log,
    ...registerPages(running),
    commands.registerCommand('lsp-lint.showUses', (given) => showUses(running, given)),
    // The server sends the edits by itself, marked so that the editor shows them before it makes them.
    commands.registerCommand('lsp-lint.fixWorkspace', () => running.run('lsp-lint.fixAll').catch(tellWhy)),
    commands.registerCommand('lsp-lint.restartServer', () => running.restart()),
    commands.registerCommand('lsp-lint.showOutput', () => running.log.show()),
    workspace.onDidChangeConfiguration((change) => void (change.affectsConfiguration('lsp-lint.path') && running.restart())),
  );
  registerView(context, running);
  // Extensions for TOML take the address of a schema from our manifest as it stands there, and none resolves a path.
  for (const schema of context.extension.packageJSON.contributes.tomlValidation) {
    schema.url = Uri.joinPath(context.extensionUri, schema.url).toString();
  }
  void running.restart();
}

/** The editor waits for this before it closes. */
export const deactivate = (): Promise<void> | undefined => server?.stop();
