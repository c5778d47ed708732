import type { Browser, BrowserContext, Page } from '@playwright/test';
import type { ChromiumHalf, DialogAnswer, DialogRequest, MainHalf, Recorded } from '../contract.ts';
import { ConnectionClosed, type Remote } from '../peer.ts';
import { toChromium } from './addresses.ts';
import { WindowPage } from './window-page.ts';

/** A dialog that waits for a person. */
export interface OpenDialog {
  readonly request: DialogRequest;
  answer(answer: DialogAnswer): void;
}

/** The part of Electron that is Chromium, done with the browser of the test, in a context of its own. */
export interface SimulatedChromium {
  readonly half: ChromiumHalf;
  /** The window's page, which is another one after a crash. */
  page(): Page | undefined;
  /** Resolves when a window is ready to be shown, or a box tells of an error, for the first time. */
  readonly firstSight: Promise<'window' | 'error-box'>;
  readonly recorded: readonly Recorded[];
  readonly dialogs: readonly OpenDialog[];
  /** Answers the dialogs that are open, and all that open later. */
  answerAll(answerTo: (request: DialogRequest) => DialogAnswer): void;
  /** Faults of the simulation itself, none of the app. */
  readonly problems: readonly unknown[];
  /** What pages have stored, for another start of the same user. */
  storage(): Promise<Storage>;
  close(): Promise<void>;
}

/** As Electron keeps it in the folder of `userData`. */
export type Storage = Awaited<ReturnType<BrowserContext['storageState']>>;

interface ChromiumOptions {
  /** What pages find stored; nothing for a new user. */
  readonly storage?: Storage;
  /** Is told all that the main process tells a page. */
  readonly onDelivered?: (message: string) => void;
}

interface OpenedPage {
  readonly current: WindowPage;
  /** Makes another page for the same contents, as Electron starts another renderer after a crash. */
  readonly reopen: () => Promise<WindowPage>;
}

/**
 * @param main answers once the main process is connected
 */
export function startSimulatedChromium(
  browser: Browser,
  main: () => Remote<MainHalf>,
  { storage, onDelivered = () => undefined }: ChromiumOptions,
): SimulatedChromium {
  // The process of the app starts meanwhile.
  const opened = openContext();
  opened.catch(report);
  const pages = new Map<number, OpenedPage>();
  const recorded: Recorded[] = [];
  const dialogs: OpenDialog[] = [];
  let answerAtOnce: ((request: DialogRequest) => DialogAnswer) | undefined;
  const problems: unknown[] = [];
  const firstSight = Promise.withResolvers<'window' | 'error-box'>();
  const crashed = new Set<Page>();
  const closing = new Set<number>();
  let opening = 0;
  let isClosing = false;

  async function openContext(): Promise<BrowserContext> {
    const context = await browser.newContext({
      viewport: { width: 1280, height: 800 },
      ...(storage !== undefined && { storageState: storage }),
    });
    await context.route('**/*', async (route, request) => {
      const owner = ownerOf(request);
      // Of a window that was not allowed; nothing of it reaches the network.
      if (owner === undefined) await route.abort('aborted');
      else await owner.route(route, request).catch(report);
    });
    context.on('page', (page) => {
      if (opening === 0) page.close().catch(report);
    });
    return context;
  }

  function ownerOf(request: Parameters<Parameters<BrowserContext['route']>[1]>[1]): WindowPage | undefined {
    try {
      const page = request.frame().page();
      return [...pages.values()].find(({ current }) => current.page === page)?.current;
    } catch {
      // The first navigation of another window, which has no frame yet.
      return undefined;
    }
  }

  function report(problem: unknown): void {
    // The main process may end at any moment.
    if (!isClosing && !(problem instanceof ConnectionClosed)) problems.push(problem);
  }

  function tell(told: Promise<unknown>): void {
    told.catch(report);
  }

  function pageOf(contents: number): OpenedPage {
    const page = pages.get(contents);
    if (page === undefined) throw new Error(`The simulated shell has no page of contents ${contents}.`);
    return page;
  }

  async function alive(contents: number): Promise<WindowPage> {
    const { current, reopen } = pageOf(contents);
    return crashed.has(current.page) ? reopen() : current;
  }

  const half: ChromiumHalf = {
    async openPage(contents, options) {
      const reopen = async (): Promise<WindowPage> => {
        const before = pages.get(contents)?.current;
        opening += 1;
        try {
          const current = await WindowPage.open(await opened, options, {
            contents,
            main: main(),
            report,
            onDelivered,
          });
          pages.set(contents, { current, reopen });
          current.page.on('crash', () => crashed.add(current.page));
          current.page.on('close', () => {
            if (pages.get(contents)?.current !== current) return;
            pages.delete(contents);
            if (!closing.has(contents) && !isClosing) tell(main().pageClosed(contents));
          });
          return current;
        } finally {
          opening -= 1;
          await before?.page.close();
        }
      };
      await reopen();
    },
    load: async (contents, url) => (await alive(contents)).load(url),
    async reload(contents) {
      const before = pageOf(contents).current;
      const page = await alive(contents);
      if (page === before) await page.page.reload({ waitUntil: 'commit', timeout: 0 });
      else await page.page.goto(before.page.url(), { waitUntil: 'commit', timeout: 0 });
    },
    async closePage(contents, runBeforeUnload) {
      const { page } = pageOf(contents).current;
      closing.add(contents);
      if (!runBeforeUnload || crashed.has(page)) {
        await page.close();
        return true;
      }
      const closed = page.waitForEvent('close', { timeout: 0 }).then(() => true);
      const stays = page.waitForEvent('dialog', { timeout: 0 }).then(() => false);
      await page.close({ runBeforeUnload: true });
      const isClosed = await Promise.race([closed, stays]);
      if (!isClosed) closing.delete(contents);
      return isClosed;
    },
    async crashPage(contents) {
      const { page } = pageOf(contents).current;
      const gone = page.waitForEvent('crash', { timeout: 0 });
      const cdp = await (await opened).newCDPSession(page);
      cdp.send('Page.crash').catch(() => undefined);
      await gone;
    },
    evaluate: (contents, code) => pageOf(contents).current.page.evaluate(code),
    async deliver(contents, channel, args) {
      await pages.get(contents)?.current.deliver({ type: 'message', channel, args });
    },
    async resize(contents, width, height) {
      await pageOf(contents).current.page.setViewportSize({ width, height });
    },
    async setColorScheme(colorScheme) {
      for (const { current } of pages.values()) await current.page.emulateMedia({ colorScheme });
    },
    async grantPermissions(origin, names) {
      const context = await opened;
      await context.clearPermissions();
      await context.grantPermissions([...names], { origin: new URL(toChromium(origin)).origin });
    },
    record(each) {
      recorded.push(each);
      if (each.what === 'ready-to-show') firstSight.resolve('window');
      if (each.what === 'error-box') firstSight.resolve('error-box');
    },
    openDialog(request) {
      if (answerAtOnce !== undefined) return Promise.resolve(answerAtOnce(request));
      const answered = Promise.withResolvers<DialogAnswer>();
      const dialog: OpenDialog = {
        request,
        answer(answer) {
          dialogs.splice(dialogs.indexOf(dialog), 1);
          answered.resolve(answer);
        },
      };
      dialogs.push(dialog);
      return answered.promise;
    },
    closeDialog(id) {
      dialogs.find(({ request }) => request.id === id)?.answer('closed');
    },
  };

  return {
    half,
    page: () => [...pages.values()][0]?.current.page,
    firstSight: firstSight.promise,
    recorded,
    dialogs,
    answerAll(answerTo) {
      answerAtOnce = answerTo;
      // Each answer takes its dialog out of the list.
      for (const dialog of dialogs.slice()) dialog.answer(answerTo(dialog.request));
    },
    problems,
    storage: async () => (await opened).storageState(),
    async close() {
      isClosing = true;
      await (await opened).close();
    },
  };
}
