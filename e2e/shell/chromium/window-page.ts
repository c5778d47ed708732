import type { BrowserContext, CDPSession, Page, Request, Route } from '@playwright/test';
import type { InvokeOutcome, MainHalf, WindowOpening, WindowOptions } from '../contract.ts';
import { createCodec } from '../page/codec.ts';
import type { FromPage, ToPage } from '../page/isolated-world.ts';
import { ISOLATED_WORLD, POST, pageScripts, RECEIVE } from '../page/page-scripts.ts';
import type { Remote } from '../peer.ts';
import { isAppAddress, toApp, toChromium } from './addresses.ts';

const codec = createCodec();
const LOAD_STATES: Readonly<Record<string, 'dom-ready' | 'did-finish-load' | 'ready-to-show' | undefined>> = {
  DOMContentLoaded: 'dom-ready',
  load: 'did-finish-load',
  // OnFirstNonEmptyLayout of shell/browser/api/electron_api_web_contents.cc, as near as the protocol comes.
  firstContentfulPaint: 'ready-to-show',
};

interface Start {
  readonly url: string;
  readonly isMainFrame: boolean;
  readonly isPrevented: Promise<boolean>;
}

export interface PageOwner {
  /** The number of the `webContents`. */
  readonly contents: number;
  readonly main: Remote<MainHalf>;
  /** Takes faults of the simulation itself. */
  readonly report: (problem: unknown) => void;
  /** Is told each message before the page is. */
  readonly onDelivered: (message: string) => void;
}

/**
 * The page of one `webContents`. Its navigations, messages and requests go to the main process in the order in which
 * Chromium tells of them.
 */
export class WindowPage {
  readonly page: Page;
  private readonly cdp: CDPSession;
  private readonly main: Remote<MainHalf>;
  private readonly contents: number;
  private readonly report: (problem: unknown) => void;
  private readonly onDelivered: (message: string) => void;
  private readonly mainFrame: string;
  /** Navigations that a document asked for and that have not started yet, in their order. */
  private requested: readonly { readonly frame: string; readonly url: string }[] = [];
  private starts: Start[] = [];
  private readonly statuses = new Map<string, number>();
  private isolatedContext: number | undefined;
  private isShown = false;
  /** Of the document that the main frame shows; one document never changes it. */
  private origin: string | undefined;

  private constructor(page: Page, cdp: CDPSession, mainFrame: string, owner: PageOwner) {
    this.page = page;
    this.cdp = cdp;
    this.mainFrame = mainFrame;
    this.contents = owner.contents;
    this.main = owner.main;
    this.report = owner.report;
    this.onDelivered = owner.onDelivered;
  }

  static async open(context: BrowserContext, options: WindowOptions, owner: PageOwner): Promise<WindowPage> {
    const page = await context.newPage();
    await page.setViewportSize({ width: options.width, height: options.height });
    const cdp = await context.newCDPSession(page);
    const { frameTree } = await cdp.send('Page.getFrameTree');
    const opened = new WindowPage(page, cdp, frameTree.frame.id, owner);
    await opened.listen(options);
    return opened;
  }

  private async listen({ preload }: WindowOptions): Promise<void> {
    const { cdp } = this;
    cdp.on('Page.frameRequestedNavigation', ({ frameId, url, disposition }) => {
      if (disposition === 'currentTab') this.requested = [...this.requested, { frame: frameId, url }];
      else this.openWindow({ url, frameName: '', features: '', disposition: dispositionOf(disposition) });
    });
    cdp.on('Page.frameStartedNavigating', ({ frameId, url, navigationType }) => {
      if (navigationType !== 'sameDocument' && navigationType !== 'historySameDocument') {
        this.startNavigation(frameId, url);
      }
    });
    cdp.on('Page.frameNavigated', ({ frame }) => this.finishNavigation(frame));
    cdp.on('Page.navigatedWithinDocument', ({ frameId, url }) => {
      const isMainFrame = frameId === this.mainFrame;
      // Of a document that was left: its process tells late what the browser's process no longer takes.
      if (isMainFrame && new URL(url).origin !== this.origin) return;
      this.tell(this.main.navigateInPage(this.contents, toApp(url), isMainFrame));
    });
    cdp.on('Page.lifecycleEvent', ({ frameId, name }) => {
      const state = LOAD_STATES[name];
      if (state !== undefined && frameId === this.mainFrame && this.isShown) {
        this.tell(this.main.reachLoadState(this.contents, state));
      }
    });
    cdp.on('Page.windowOpen', ({ url, windowName, windowFeatures }) => {
      const disposition = windowFeatures.includes('toolbar') ? 'foreground-tab' : 'new-window';
      this.openWindow({ url, frameName: windowName, features: windowFeatures.join(','), disposition });
    });
    cdp.on('Runtime.executionContextCreated', ({ context }) => {
      if (context.name === ISOLATED_WORLD && context.auxData?.frameId === this.mainFrame) {
        this.isolatedContext = context.id;
      }
    });
    cdp.on('Runtime.executionContextsCleared', () => {
      this.isolatedContext = undefined;
    });
    cdp.on('Runtime.bindingCalled', ({ name, payload, executionContextId }) => {
      if (name === POST) this.receive(codec.decode(payload) as FromPage, executionContextId, preload?.path);
    });
    this.page.on('crash', () => this.tell(this.main.pageCrashed(this.contents)));
    this.page.on('dialog', (dialog) => {
      if (dialog.type() !== 'beforeunload') return;
      this.tell(
        this.main
          .preventUnload(this.contents)
          .then((isOverruled) => (isOverruled ? dialog.accept() : dialog.dismiss())),
      );
    });
    await Promise.all([
      cdp.send('Page.enable'),
      cdp.send('Page.setLifecycleEventsEnabled', { enabled: true }),
      cdp.send('Runtime.enable'),
      // Chromium keeps cookies for http(s) alone, so a page of an app's own scheme has none.
      cdp.send('Emulation.setDocumentCookieDisabled', { disabled: true }),
      cdp.send('Runtime.addBinding', { name: POST, executionContextName: ISOLATED_WORLD }),
    ]);
    if (preload === undefined) return;
    const scripts = pageScripts(preload);
    // Chromium runs them in this order.
    await cdp.send('Page.addScriptToEvaluateOnNewDocument', { source: scripts.page });
    await cdp.send('Page.addScriptToEvaluateOnNewDocument', {
      source: scripts.isolated,
      worldName: ISOLATED_WORLD,
    });
  }

  /** Resolves after the load event; rejects with Chromium's `ERR_NAME`. */
  async load(url: string): Promise<void> {
    try {
      await this.page.goto(toChromium(url), { timeout: 0 });
    } catch (error) {
      const [name = String(error)] = /ERR_\w+/.exec(String(error)) ?? [];
      throw new Error(name);
    }
  }

  async deliver(message: ToPage, context = this.isolatedContext): Promise<void> {
    if (context === undefined) return;
    const expression = `${RECEIVE}(${JSON.stringify(codec.encode(message))})`;
    this.onDelivered(expression);
    // A document that is gone takes no messages, as a frame of Electron that is disposed of.
    const { exceptionDetails } = await this.cdp
      .send('Runtime.evaluate', { expression, contextId: context })
      .catch(() => ({ exceptionDetails: undefined }));
    if (exceptionDetails === undefined) return;
    const { exception, text } = exceptionDetails;
    // A listener that throws is an error of the page, which Chromium would have told on its console.
    await this.page
      .evaluate((line) => reportError(new Error(line)), exception?.description ?? text)
      .catch(() => undefined);
  }

  /** Answers a request of this page: by the app's protocol handler, or by the network. */
  async route(route: Route, request: Request): Promise<void> {
    if (request.isNavigationRequest() && (await this.isPrevented(request))) {
      await route.abort('aborted');
      return;
    }
    if (!isAppAddress(request.url())) {
      await route.fallback();
      return;
    }
    const url = toApp(request.url());
    const answer = await this.main.answerRequest(this.contents, {
      url,
      method: request.method(),
      headers: request.headers(),
      body: request.postDataBuffer() ?? undefined,
      isFetch: ['fetch', 'xhr'].includes(request.resourceType()),
    });
    if (answer === 'failed') {
      await route.abort('failed');
      return;
    }
    if (request.isNavigationRequest()) this.statuses.set(url, answer.status);
    await route.fulfill({ ...answer, body: Buffer.from(answer.body) });
  }

  private isPrevented(request: Request): Promise<boolean> {
    const isMainFrame = request.frame() === this.page.mainFrame();
    const address = withoutHash(request.url());
    const start = this.starts.findLast(
      (each) => each.isMainFrame === isMainFrame && withoutHash(each.url) === address,
    );
    if (start === undefined) throw new Error(`Chromium never told that a navigation to ${address} started.`);
    return start.isPrevented;
  }

  /** Chromium tells that a document asked for a navigation before it tells that the navigation started. */
  private startNavigation(frame: string, url: string): void {
    const at = this.requested.findIndex((each) => each.frame === frame && each.url === url);
    const isRendererInitiated = at >= 0;
    // Those before it were overtaken by it.
    this.requested = this.requested.slice(at + 1);
    const isMainFrame = frame === this.mainFrame;
    const isPrevented = this.main.startNavigation(this.contents, {
      url: toApp(url),
      isMainFrame,
      isRendererInitiated,
    });
    this.tell(isPrevented);
    this.starts = [...this.starts.slice(-8), { url, isMainFrame, isPrevented }];
  }

  private finishNavigation(frame: {
    readonly id: string;
    readonly url: string;
    readonly urlFragment?: string;
    readonly unreachableUrl?: string;
  }): void {
    const isMainFrame = frame.id === this.mainFrame;
    if (isMainFrame) {
      this.isShown = true;
      this.origin = new URL(frame.url).origin;
      this.requested = [];
    }
    if (frame.unreachableUrl !== undefined) {
      const failed = toApp(frame.unreachableUrl);
      this.tell(this.main.failNavigation(this.contents, failed, 'ERR_FAILED', isMainFrame));
      return;
    }
    const url = toApp(frame.url + (frame.urlFragment ?? ''));
    const status = this.statuses.get(toApp(frame.url)) ?? -1;
    this.tell(this.main.finishNavigation(this.contents, url, status, isMainFrame));
  }

  private openWindow(opening: WindowOpening): void {
    this.tell(this.main.openWindow(this.contents, { ...opening, url: toApp(opening.url) }));
  }

  private receive(message: FromPage, context: number, preload: string | undefined): void {
    const sender = { isMainFrame: true, url: undefined };
    switch (message.type) {
      case 'send':
        this.tell(this.main.receive(this.contents, sender, message.channel, message.args));
        return;
      case 'invoke':
        this.tell(
          this.main
            .invoke(this.contents, sender, message.channel, message.args)
            .then((outcome) => this.deliver(answerOf(message.id, outcome), context)),
        );
        return;
      case 'context-menu': {
        const { linkURL, pageURL } = message.params;
        const addresses = { linkURL: toApp(String(linkURL)), pageURL: toApp(String(pageURL)) };
        this.tell(this.main.showContextMenu(this.contents, { ...message.params, ...addresses }));
        return;
      }
      case 'preload-error':
        this.tell(this.main.failPreload(this.contents, preload ?? '', message.message));
    }
  }

  private tell(told: Promise<unknown>): void {
    told.catch(this.report);
  }
}

function answerOf(id: number, outcome: InvokeOutcome): ToPage {
  return outcome.ok
    ? { type: 'answer', id, value: outcome.value }
    : { type: 'refusal', id, error: outcome.error };
}

function withoutHash(address: string): string {
  return address.replace(/#.*$/s, '');
}

function dispositionOf(disposition: string): WindowOpening['disposition'] {
  if (disposition === 'newTab') return 'background-tab';
  return disposition === 'newWindow' ? 'new-window' : 'other';
}
