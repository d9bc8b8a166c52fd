// What tests inside the editor ask it, and how they wait: for a condition, never for a time.
'use strict';
const path = require('node:path');
const vscode = require('vscode');

/** Milliseconds within which anything that is waited for has to come. */
const PATIENCE = 60_000;

/**
 * Waits until `holds` gives something true (it may be asynchronous), and returns that.
 * @throws when it never does, with the last fault of `holds` if there was one.
 */
async function eventually(what, holds) {
  const end = Date.now() + PATIENCE;
  let fault;
  do {
    try {
      fault = undefined;
      const held = await holds();
      if (held) return held;
    } catch (thrown) {
      fault = thrown;
    }
    await new Promise((wake) => setTimeout(wake, 25));
  } while (Date.now() < end);
  throw new Error(`never came: ${what}${fault ? `\nlast: ${fault.stack ?? fault}` : ''}`);
}

/** The uri of a file of the workspace; `root` counts the folders of a window with several. */
function at(file, root = 0) {
  return vscode.Uri.file(path.join(vscode.workspace.workspaceFolders[root].uri.fsPath, file));
}

/** Opens a file of the workspace in an editor of its own. */
async function open(file, root = 0) {
  return vscode.window.showTextDocument(await vscode.workspace.openTextDocument(at(file, root)), { preview: false });
}

/** Opens a text without a file, as somebody does who pastes something to look at it. */
async function paste(language, content) {
  return vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ language, content }));
}

/** Our findings in a document, as the editor has them. */
function findings(uri) {
  return vscode.languages.getDiagnostics(uri).filter((finding) => finding.source === 'lsp-lint');
}

/** Waits until our findings in a document are those of these rules, in any order. */
async function found(uri, ...rules) {
  const names = () => findings(uri).map(ruleOf).sort().join(', ');
  const wanted = rules.sort().join(', ');
  await eventually(`findings: ${wanted || 'none'}`, () => {
    if (names() === wanted) return true;
    throw new Error(`there are: ${names() || 'none'}`);
  });
  return findings(uri);
}

/** The rule that a finding is of. */
function ruleOf(finding) {
  return typeof finding.code === 'object' ? finding.code.value : finding.code;
}

/** The place right behind (or, with `before`, in front of) the first occurrence of a text. */
function place(document, text, before = false) {
  const start = document.getText().indexOf(text);
  if (start < 0) throw new Error(`${document.uri} has no ${text}`);
  return document.positionAt(before ? start : start + text.length);
}

/** All hover texts at a place, joined. */
async function hover(uri, position) {
  const hovers = await vscode.commands.executeCommand('vscode.executeHoverProvider', uri, position);
  return hovers.flatMap((one) => one.contents.map((content) => content.value ?? content)).join('\n');
}

/** What the editor would list at a place, of all providers, as if `trigger` had just been typed. */
async function completions(uri, position, trigger) {
  return (await vscode.commands.executeCommand('vscode.executeCompletionItemProvider', uri, position, trigger, 50)).items;
}

/** The label of a completion as it is listed. */
function label(item) {
  return typeof item.label === 'string' ? item.label : item.label.label;
}

/** The code actions that are offered for a range. */
async function actions(uri, range, kind) {
  return vscode.commands.executeCommand('vscode.executeCodeActionProvider', uri, range, kind, 20);
}

module.exports = { actions, at, completions, eventually, findings, found, hover, label, open, paste, place, ruleOf };
