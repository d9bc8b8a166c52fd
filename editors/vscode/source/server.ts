// The server's life: found, started, started again when it dies, left alone when it dies too often.

import { setTimeout as delay } from 'node:timers/promises';
import { EventEmitter, type ExtensionContext, commands, window, workspace } from 'vscode';
import { CloseAction, ErrorAction, LanguageClient, type LanguageClientOptions } from 'vscode-languageclient/node';
import { RevealOutputChannelOn, State, TransportKind } from 'vscode-languageclient/node';
import { middleware } from './middleware';
import { findProgram } from './program';

/** How long a program may take to answer `initialize`, in milliseconds: some that are no server never do. */
const PATIENCE = 10_000;
/** A server that dies more often than this within `SPAN` milliseconds stays down until it is asked for again. */
const DEATHS = 3;
const SPAN = 180_000;

/** Shows no failure by itself: `complain` does, once and with something to do. */
class Client extends LanguageClient {
  override error(message: string, data?: unknown): void {
    super.error(message, data, false);
  }
}

export class Server {
  readonly log = window.createOutputChannel('lsp-lint', { log: true });
  private client: Client | undefined;
  /** Starts and stops wait for each other. */
  private turn: Promise<void> = Promise.resolve();
  private deaths: number[] = [];
  /** A failure was told, and nobody has done anything about it since. */
  private complained = false;
  private readonly started = new EventEmitter<void>();
  /** The server has started, or has started again. */
  readonly onDidStart = this.started.event;

  constructor(private readonly context: ExtensionContext) {}

  /** Starts the server, or starts it anew: with what is set and found now. */
  restart(): Promise<void> {
    return (this.turn = this.turn.then(() => this.end()).then(() => this.begin()));
  }

  stop(): Promise<void> {
    return (this.turn = this.turn.then(() => this.end()));
  }

  /**
   * Runs a command of the server.
   * @returns its result; `undefined` when no server runs, which the user is told
   * @throws what the server says when it refuses
   */
  async run<T>(command: string, ...values: unknown[]): Promise<T | undefined> {
    await this.turn;
    if (this.client?.isRunning() === true) {
      return this.client.sendRequest('workspace/executeCommand', { command, arguments: values });
    }
    this.complained = false;
    this.complain('The server does not run.');
    return undefined;
  }

  private async begin(): Promise<void> {
    this.complained = false;
    this.deaths = [];
    const setting = workspace.getConfiguration('lsp-lint').get('path', '').trim();
    const found = findProgram(setting, this.context.extensionPath);
    if (typeof found === 'string') {
      return this.complain(found);
    }
    const named = `${found.path}, from ${found.from}`;
    const fail = (why: unknown) =>
      this.complain(`The server does not run: ${named}. See why in the output, or name another one in the setting.`, why);
    this.log.info(`Starting ${named}.`);
    const server = { command: found.path, args: ['server'], transport: TransportKind.stdio };
    const client = (this.client = new Client('lsp-lint', 'lsp-lint', server, this.options(fail)));
    client.onDidChangeState(({ newState }) => {
      if (newState === State.Running) {
        this.log.info(`lsp-lint ${client.initializeResult?.serverInfo?.version ?? '(no version)'} runs: ${named}.`);
        this.started.fire();
      }
    });
    const late = delay(PATIENCE, undefined, { ref: false }).then(() => Promise.reject(new Error('It does not answer.')));
    await Promise.race([client.start(), late]).catch((why: unknown) => {
      fail(why);
      return this.end();
    });
  }

  private async end(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    // One that never came up cannot be stopped, and is ended all the same.
    await client?.dispose().catch((fault: unknown) => this.log.debug(String(fault)));
  }

  private options(fail: (why: unknown) => void): LanguageClientOptions {
    // The list of what activates the extension is generated, and is the list of the languages that are served.
    const events: string[] = this.context.extension.packageJSON.activationEvents;
    const languages = events.flatMap((event) => /^onLanguage:(.*)/.exec(event)?.[1] ?? []);
    return {
      documentSelector: languages.flatMap((language) => ['file', 'untitled'].map((scheme) => ({ language, scheme }))),
      outputChannel: this.log,
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      initializationFailedHandler: () => false,
      middleware,
      errorHandler: {
        error: () => ({ action: ErrorAction.Continue, handled: true }),
        closed: () => {
          const now = Date.now();
          this.deaths = [...this.deaths.filter((death) => now - death < SPAN), now];
          const again = this.client?.state === State.Running && this.deaths.length <= DEATHS;
          if (!again) {
            fail(`It has ended${this.deaths.length > 1 ? ` ${this.deaths.length} times` : ''}.`);
          }
          return { action: again ? CloseAction.Restart : CloseAction.DoNotRestart, handled: true };
        },
      },
    };
  }

  /** Tells what is wrong, with something to do about it. What follows from the same failure is not told again. */
  private complain(what: string, why?: unknown): void {
    if (why !== undefined) {
      this.log.error(String(why));
    }
    if (this.complained) {
      return;
    }
    this.complained = true;
    this.log.error(what);
    const answers: Record<string, () => unknown> = {
      'Open Setting': () => commands.executeCommand('workbench.action.openSettings', 'lsp-lint.path'),
      'Show Output': () => this.log.show(),
      'Try Again': () => this.restart(),
    };
    void window.showErrorMessage(`lsp-lint: ${what}`, ...Object.keys(answers)).then((answer) => answers[answer ?? '']?.());
  }
}
