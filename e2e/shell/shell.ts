import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from '@playwright/test';
import {
  type SimulatedChromium,
  type Storage,
  startSimulatedChromium,
} from './chromium/simulated-chromium.ts';
import type {
  Act,
  DialogAnswer,
  DialogRequest,
  InvokeOutcome,
  MainHalf,
  MainState,
  Sender,
  WindowState,
} from './contract.ts';
import { type Channel, connectPeer, type Remote } from './peer.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const INIT = fileURLToPath(new URL('electron/init.ts', import.meta.url));

/** For hanging, not for slowness. */
const WINDOW_LIMIT_MS = 45_000;
const EXIT_LIMIT_MS = 30_000;

export interface ShellOptions {
  /** The folder of the app: its package.json names the entry. Slipway's own where none is given. */
  readonly folder?: string;
  readonly args?: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** What another start of the same user has stored. */
  readonly storage?: Storage;
  /** Is told all that the app tells its page, as the text of a script. */
  readonly onDelivered?: (message: string) => void;
}

/**
 * A running desktop app in a simulated Electron. What runs is real: the built entry, preload script and page, a Node
 * process for the one and a Chromium for the others. What is simulated is Electron between them; every part of it
 * names the document or the source of Electron that it follows, and has the types of electron.d.ts.
 *
 * What is different, and so not tested here:
 * - the page's address in Chromium, see chromium/addresses.ts
 * - the isolated world's bridge runs in JavaScript, see page/bridge.ts
 * - a window that is not allowed opens and closes at once, where Electron's `window.open` answers null
 * - `about:blank` and addresses of other apps start navigations that cannot be prevented
 * - `will-redirect` is never emitted, and nothing native is drawn: windows, menus, dialogs and notifications are
 *   told to the test, which answers for the person
 */
export interface Shell {
  readonly chromium: SimulatedChromium;
  /** What the main process has written so far. */
  output(): string;
  /** The page of the first window once it has loaded. Rejects with a reason when the app never comes so far. */
  firstWindow(): Promise<Page>;
  /** The window's page as it is now. */
  readonly page: () => Page;
  state(): Promise<MainState>;
  /** Throws when there is no window. */
  window(): Promise<WindowState>;
  act(act: Act): Promise<void>;
  /** Sends a message to the main process as a frame could that is under somebody else's control. */
  invokeAs(sender: Sender, channel: string, ...args: readonly unknown[]): Promise<InvokeOutcome>;
  /** Ends the process of the window's page, and waits until it has ended. */
  crashPage(): Promise<void>;
  /** The exit code. Rejects when the process does not end. */
  exit(): Promise<number>;
  /** Starts the app once more with the same data, and waits for the exit code. */
  startAgain(): Promise<number>;
  /** Ends the process as the system's session does. Whether it may end with jobs in progress is answered with yes. */
  close(): Promise<void>;
}

/** Starts the app; it may not have a window yet, or ever. */
export function launchShell(browser: Browser, options: ShellOptions): Shell {
  const connected: { main?: Remote<MainHalf> } = {};
  const mainHalf = (): Remote<MainHalf> => {
    if (connected.main === undefined) throw new Error('The main process is not connected yet.');
    return connected.main;
  };
  const chromium = startSimulatedChromium(browser, mainHalf, options);
  const child = startMain(options);
  const main = connectPeer<SimulatedChromium['half'], MainHalf>(channelTo(child), chromium.half);
  connected.main = main;
  const output: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => output.push(chunk.toString()));
  }
  const contents = 1;
  const exited = exitOf(child);

  async function reasonForNoWindow(): Promise<string> {
    const boxes = chromium.recorded.flatMap((each) => (each.what === 'error-box' ? [each.content] : []));
    const said = [...boxes, ...output].join('').trim();
    return `The app opened no window: ${await whatItDoes()}.\n${said}`;
  }

  async function whatItDoes(): Promise<string> {
    if (child.exitCode !== null || child.signalCode !== null) {
      return `it ended with ${String(child.exitCode ?? child.signalCode)}`;
    }
    const { isEvaluated, windows } = await main.state();
    if (!isEvaluated) return 'its entry is still being evaluated, and Electron is not ready before that';
    return windows.length === 0 ? 'it runs without one' : 'its page did not load';
  }

  const shell: Shell = {
    chromium,
    output: () => output.join(''),
    async firstWindow() {
      const seen = Promise.race([chromium.firstSight, exited.then(() => 'end' as const)]);
      if ((await withLimit(seen, WINDOW_LIMIT_MS, () => 'end')) !== 'window') {
        throw new Error(await reasonForNoWindow());
      }
      const page = shell.page();
      await page.waitForLoadState();
      return page;
    },
    page() {
      const page = chromium.page();
      if (page === undefined) throw new Error('The app has no window.');
      return page;
    },
    state: () => main.state(),
    async window() {
      const [window] = (await main.state()).windows;
      if (window === undefined) throw new Error('The app has no window.');
      return window;
    },
    act: (act) => main.act(act),
    invokeAs: (sender, channel, ...args) => main.invoke(contents, sender, channel, args),
    crashPage: () => chromium.half.crashPage(contents),
    exit: () =>
      withLimit(exited, EXIT_LIMIT_MS, () => {
        throw new Error(`The app did not end.\n${output.join('')}`);
      }),
    startAgain: () => runAgain(options),
    async close() {
      chromium.answerAll(closeAnyway);
      child.kill('SIGTERM');
      const limit = setTimeout(() => child.kill('SIGKILL'), EXIT_LIMIT_MS);
      await exited;
      clearTimeout(limit);
      await chromium.close();
      const [cause] = chromium.problems;
      if (cause !== undefined) throw new Error('The simulated shell failed.', { cause });
    },
  };
  return shell;
}

function closeAnyway({ options: { buttons } }: DialogRequest): DialogAnswer {
  const button = Array.isArray(buttons) ? buttons.indexOf('Close anyway') : -1;
  return button === -1 ? 'closed' : { button };
}

function startMain({ folder = ROOT, args = [], environment }: ShellOptions): ChildProcess {
  // Electron warns of unhandled rejections and continues (shell/common/node_bindings.cc).
  return spawn(process.execPath, ['--unhandled-rejections=warn', '--expose-gc', INIT, folder, ...args], {
    cwd: folder,
    // The app may ask for a display before it has Electron look for one; the simulation is one.
    env: { DISPLAY: ':0', ...environment },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    serialization: 'advanced',
  });
}

function channelTo(child: ChildProcess): Channel {
  return {
    send(message) {
      // A process that has ended takes no more; its calls reject when the channel closes.
      if (child.connected) child.send(message as object, () => undefined);
    },
    onMessage: (listener) => child.on('message', listener),
    onClose: (listener) => child.on('disconnect', listener),
  };
}

/** Once its output has arrived too, which may be after its exit. */
async function exitOf(child: ChildProcess): Promise<number> {
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  return code ?? (signal === null ? -1 : 128);
}

async function runAgain(options: ShellOptions): Promise<number> {
  const child = startMain(options);
  const output: string[] = [];
  child.stderr?.on('data', (chunk: Buffer) => output.push(chunk.toString()));
  child.stdout?.resume();
  try {
    return await withLimit(exitOf(child), EXIT_LIMIT_MS, () => {
      throw new Error(`The second app did not end.\n${output.join('')}`);
    });
  } finally {
    child.kill('SIGKILL');
  }
}

/** Answers what comes first: what is awaited, or what there is instead after a limit. */
async function withLimit<Value>(
  awaited: Promise<Value>,
  milliseconds: number,
  otherwise: () => Value,
): Promise<Value> {
  const late = Promise.withResolvers<Value>();
  const limit = setTimeout(() => {
    try {
      late.resolve(otherwise());
    } catch (error) {
      late.reject(error);
    }
  }, milliseconds);
  try {
    return await Promise.race([awaited, late.promise]);
  } finally {
    clearTimeout(limit);
  }
}
