// What the extension writes into its output channel.
'use strict';
const vscode = require('vscode');
const { eventually } = require('./asking');

/** Everything in the channel so far. It is asked for again until it is seen: what else opens meanwhile may take its place. */
async function output() {
  const ours = ({ uri }) => uri.scheme === 'output' && uri.path.includes('lsp-lint');
  const shown = await eventually('the output channel', async () => {
    await vscode.commands.executeCommand('lsp-lint.showOutput');
    return vscode.window.visibleTextEditors.find((editor) => ours(editor.document));
  });
  return shown.document.getText();
}

/** Waits until the channel says this (a regular expression), and returns all that it says. */
function told(what) {
  return eventually(`output that says ${what}`, async () => {
    const all = await output();
    if (what.test(all)) return all;
    throw new Error(`it says:\n${all}`);
  });
}

module.exports = { output, told };
