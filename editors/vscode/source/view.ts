// The view "HTTP Status Codes": a tree of codes, files and places, narrowed by class and role.

import {
  EventEmitter,
  type ExtensionContext,
  Location,
  type QuickPickItem,
  QuickPickItemKind,
  Range,
  StatusBarAlignment,
  ThemeIcon,
  type TreeDataProvider,
  TreeItem,
  TreeItemCollapsibleState,
  Uri,
  commands,
  window,
  workspace,
} from 'vscode';
import type { Server } from './server';

/** Codes from the first to the last, both included. */
export type Interval = [number, number];

/** One place of the inventory: what is read of it here. Positions are the protocol's, 0-based. */
export interface Use {
  uri: string;
  range: { start: { line: number; character: number }; end: { line: number; character: number } };
  text: string;
  codes: number[];
  /** The codes as closed intervals; always there, while `codes` is empty for many of them. */
  ranges: Interval[];
  role: string;
  certainty: string;
  library: string | null;
}

/** Every place of the workspace. Empty when no server runs. */
export async function inventory(server: Server): Promise<Use[]> {
  return (await server.run<Use[]>('lsp-lint.inventory')) ?? [];
}

/** Where a place is, in the editor's own type. */
export function location({ uri, range: { start, end } }: Use): Location {
  return new Location(Uri.parse(uri), new Range(start.line, start.character, end.line, end.character));
}

/** A code, or a set of codes as it is written (`5xx`), with its places. */
interface CodeNode {
  kind: 'code';
  /** What the commands of its row are given: a number, or none for a set. */
  code: number | undefined;
  label: string;
  uses: Use[];
}
interface FileNode {
  kind: 'file';
  uri: Uri;
  uses: Use[];
}
interface PlaceNode {
  kind: 'place';
  use: Use;
}
type Node = CodeNode | FileNode | PlaceNode;

/** What is shown; an empty list lets everything through. Kept with the workspace. */
interface Filter {
  classes: string[];
  roles: string[];
}

const KEPT = 'lsp-lint.filter';
const NOTHING: Filter = { classes: [], roles: [] };
const CLASSES: Record<string, string> = {
  '1': 'Informational',
  '2': 'Successful',
  '3': 'Redirection',
  '4': 'Client error',
  '5': 'Server error',
};

/** Shows the view, keeps it current, and counts in the status bar when that is switched on. */
export function registerView(context: ExtensionContext, server: Server): void {
  const changed = new EventEmitter<void>();
  let uses: Use[] = [];
  /** Saves that come while the server is asked are answered by one more question after it. */
  let asking = false;
  let stale = true;

  const filter = (): Filter => context.workspaceState.get<Filter>(KEPT, NOTHING);
  const shown = () => uses.filter((use) => passes(use, filter()));

  /** A code with its name: the heading of its page, which knows the codes of the project too. */
  const titles = new Map<string, Promise<string>>();
  function title({ label }: CodeNode): Promise<string> {
    const page = titles.get(label) ?? server.run<string>('lsp-lint.explain', label).catch(() => undefined);
    const title = page.then((page) => /^#* *(.*)/.exec(page ?? '')?.[1] || label);
    titles.set(label, title);
    return title;
  }

  const tree: TreeDataProvider<Node> = {
    onDidChangeTreeData: changed.event,
    getTreeItem: async (node) => item(node, node.kind === 'code' ? await title(node) : ''),
    getChildren: (node) => {
      switch (node?.kind) {
        case undefined:
          return codes(shown());
        case 'code':
          return files(node.uses);
        case 'file':
          return node.uses.map((use) => ({ kind: 'place', use }));
        case 'place':
          return [];
      }
    },
  };
  const view = window.createTreeView('lsp-lint.codes', { treeDataProvider: tree, showCollapseAll: true });
  const count = window.createStatusBarItem('lsp-lint.count', StatusBarAlignment.Right, 100);
  count.name = 'HTTP status codes';
  count.command = 'lsp-lint.codes.focus';

  function draw(): void {
    const { classes, roles } = filter();
    const narrowed = [...classes.map((digit) => `${digit}xx`), ...roles];
    const places = shown();
    view.description = narrowed.join(', ');
    view.message = places.length > 0 || asking ? '' : narrowed.length > 0 ? 'Nothing passes the filter.' : 'No status code was found.';
    count.text = `$(globe) ${uses.length}`;
    count.tooltip = `${uses.length} status codes in ${new Set(uses.map((use) => use.uri)).size} files of this workspace`;
    changed.fire();
  }

  const counts = () => workspace.getConfiguration('lsp-lint').get('statusBar.enable', false);

  async function refresh(): Promise<void> {
    stale = true;
    counts() ? count.show() : count.hide();
    if (asking || !(view.visible || counts())) {
      return;
    }
    asking = true;
    while (stale) {
      stale = false;
      uses = await inventory(server).catch((fault: unknown) => {
        server.log.error(String(fault));
        return uses;
      });
    }
    asking = false;
    draw();
  }

  /** A shortcut of the user's may say what to show, as in `{ "classes": ["5xx"], "roles": ["sent"] }`; else they choose. */
  async function chooseFilter(given?: Partial<Filter>): Promise<void> {
    const said = given?.classes ?? given?.roles;
    const labels = said ? [...(given?.classes ?? []), ...(given?.roles ?? [])] : await chosenLabels();
    if (labels !== undefined) {
      const digits = Object.keys(CLASSES);
      const classes = digits.filter((digit) => labels.includes(`${digit}xx`));
      const roles = labels.filter((label) => !digits.some((digit) => label === `${digit}xx`));
      await context.workspaceState.update(KEPT, { classes, roles });
      draw();
    }
  }

  async function chosenLabels(): Promise<string[] | undefined> {
    const { classes, roles } = filter();
    const known = [...new Set([...uses.map((use) => use.role), ...roles])].sort();
    const picks = [
      { label: 'Class', kind: QuickPickItemKind.Separator },
      ...Object.entries(CLASSES).map(([digit, name]) => ({
        label: `${digit}xx`,
        description: name,
        picked: classes.includes(digit),
      })),
      { label: 'Role', kind: QuickPickItemKind.Separator },
      ...known.map((role): QuickPickItem => ({ label: role, picked: roles.includes(role) })),
    ];
    const chosen = await window.showQuickPick(picks, {
      title: 'Filter HTTP Status Codes',
      placeHolder: 'Show only these; nothing chosen shows everything',
      canPickMany: true,
    });
    return chosen?.map(({ label }) => label);
  }

  context.subscriptions.push(
    view,
    count,
    changed,
    commands.registerCommand('lsp-lint.filterCodes', chooseFilter),
    server.onDidStart(() => {
      titles.clear();
      void refresh();
    }),
    workspace.onDidSaveTextDocument(refresh),
    workspace.onDidDeleteFiles(refresh),
    workspace.onDidRenameFiles(refresh),
    workspace.onDidChangeWorkspaceFolders(refresh),
    workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration('lsp-lint')) {
        void refresh();
      }
    }),
    view.onDidChangeVisibility(() => {
      if (stale) {
        void refresh();
      }
    }),
  );
  void commands.executeCommand('setContext', 'lsp-lint.active', true);
}

/** A set of codes passes when one of its codes does. */
function passes(use: Use, { classes, roles }: Filter): boolean {
  const touches = (digit: string) =>
    use.ranges.some(([low, high]) => low <= Number(digit) * 100 + 99 && Number(digit) * 100 <= high);
  return (classes.length === 0 || classes.some(touches)) && (roles.length === 0 || roles.includes(use.role));
}

/** The rows of the first level, in the order of the numbers; sets stand behind the codes they begin with. */
function codes(uses: Use[]): CodeNode[] {
  const found = new Map<string, CodeNode>();
  for (const use of uses) {
    for (const [label, code] of named(use)) {
      const node = found.get(label) ?? { kind: 'code', code, label, uses: [] };
      node.uses.push(use);
      found.set(label, node);
    }
  }
  return [...found.values()].sort((one, other) => one.label.localeCompare(other.label));
}

/** A few codes stand under each of them, many under the interval that they are. */
function named({ codes, ranges }: Use): [string, number | undefined][] {
  if (codes.length > 0) {
    return codes.map((code) => [String(code), code]);
  }
  return ranges.map(([low, high]) => [
    low % 100 === 0 && high === low + 99 ? `${low / 100}xx` : `${low}–${high}`,
    undefined,
  ]);
}

function files(uses: Use[]): FileNode[] {
  const found = new Map<string, Use[]>();
  for (const use of uses) {
    found.set(use.uri, [...(found.get(use.uri) ?? []), use]);
  }
  return [...found].map(([uri, uses]) => ({ kind: 'file', uri: Uri.parse(uri), uses }));
}

function item(node: Node, title: string): TreeItem {
  switch (node.kind) {
    case 'code': {
      const row = new TreeItem(title, TreeItemCollapsibleState.Collapsed);
      const roles = [...new Set(node.uses.map((use) => use.role))].sort();
      row.description = `${node.uses.length} · ${roles.join(', ')}`;
      row.contextValue = node.code === undefined ? 'set' : 'code';
      return row;
    }
    case 'file': {
      const row = new TreeItem(node.uri, TreeItemCollapsibleState.Collapsed);
      row.iconPath = ThemeIcon.File;
      row.description = workspace.asRelativePath(node.uri).split('/').slice(0, -1).join('/');
      return row;
    }
    case 'place': {
      const { use } = node;
      const at = location(use);
      const row = new TreeItem(use.text);
      row.description = [use.role, use.library, `line ${at.range.start.line + 1}`].filter(Boolean).join(' · ');
      row.tooltip = `${use.role}, ${use.certainty}`;
      row.command = { title: 'Open', command: 'vscode.open', arguments: [at.uri, { selection: at.range }] };
      return row;
    }
  }
}
