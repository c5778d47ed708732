import type { ContextBridge, IpcRenderer } from 'electron';
import type { Bridge } from './bridge.ts';
import type { Codec } from './codec.ts';

/** What the isolated world tells the main process. */
export type FromPage =
  | { readonly type: 'send'; readonly channel: string; readonly args: readonly unknown[] }
  | {
      readonly type: 'invoke';
      readonly id: number;
      readonly channel: string;
      readonly args: readonly unknown[];
    }
  | { readonly type: 'context-menu'; readonly params: Readonly<Record<string, unknown>> }
  | { readonly type: 'preload-error'; readonly message: string };

/** What the main process tells the isolated world. */
export type ToPage =
  | { readonly type: 'message'; readonly channel: string; readonly args: readonly unknown[] }
  | { readonly type: 'answer'; readonly id: number; readonly value: unknown }
  | { readonly type: 'refusal'; readonly id: number; readonly error: string };

export interface IsolatedWorld {
  receive(text: string): void;
  /** Runs a preload script, which is given as a function of what Electron has in its scope. */
  run(path: string, preload: (...scope: readonly unknown[]) => void): void;
}

/**
 * The world of a sandboxed preload script, after docs/tutorial/sandbox.md and lib/sandboxed_renderer/preload.ts: it
 * can require `electron` with renderer modules, `events`, `timers` and `url`, and nothing else. Of these, what Slipway's
 * preload needs is here; the rest throws when it is used.
 *
 * Its text is sent into pages, so it refers to nothing outside of itself.
 */
export function createIsolatedWorld(
  codec: Codec,
  bridge: Bridge,
  post: (text: string) => void,
): IsolatedWorld {
  type Listener = (...args: unknown[]) => void;
  const listeners = new Map<string, Listener[]>();
  const waiting = new Map<
    number,
    { readonly channel: string; readonly answered: PromiseWithResolvers<unknown> }
  >();
  let calls = 0;

  function tell(message: FromPage): void {
    post(codec.encode(message));
  }

  /** Throws for what a part of Electron has and this simulation does not. */
  function only<Part extends object>(name: string, part: Part): Part {
    return new Proxy(part, {
      get(target, property): unknown {
        if (typeof property === 'symbol' || property in target) return Reflect.get(target, property);
        throw new Error(`The simulated Electron has no ${name}.${property} in a preload script.`);
      },
    });
  }

  function listen(channel: string, listener: Listener): IpcRenderer {
    listeners.set(channel, [...(listeners.get(channel) ?? []), listener]);
    return ipcRenderer as unknown as IpcRenderer;
  }

  function unlisten(channel: string, listener: Listener): IpcRenderer {
    const left = [...(listeners.get(channel) ?? [])];
    const at = left.lastIndexOf(listener);
    if (at >= 0) left.splice(at, 1);
    listeners.set(channel, left);
    return ipcRenderer as unknown as IpcRenderer;
  }

  // lib/renderer/api/ipc-renderer.ts
  const ipcRenderer = only('ipcRenderer', {
    invoke(channel, ...args) {
      calls += 1;
      const answered = Promise.withResolvers<unknown>();
      tell({ type: 'invoke', id: calls, channel, args });
      waiting.set(calls, { channel, answered });
      return answered.promise;
    },
    send: (channel, ...args) => tell({ type: 'send', channel, args }),
    on: (channel, listener) => listen(channel, listener as Listener),
    addListener: (channel, listener) => listen(channel, listener as Listener),
    off: (channel, listener) => unlisten(channel, listener as Listener),
    removeListener: (channel, listener) => unlisten(channel, listener as Listener),
    once(channel, listener) {
      const first: Listener = (...args) => {
        unlisten(channel, first);
        (listener as Listener)(...args);
      };
      return listen(channel, first);
    },
  } satisfies Partial<IpcRenderer>);

  const contextBridge = only('contextBridge', {
    exposeInMainWorld: (name, api) => bridge.expose(name, api),
  } satisfies Partial<ContextBridge>);

  const events = only('events', {});
  const timers = only('timers', { setTimeout, clearTimeout, setInterval, clearInterval });
  const urls = only('url', { URL, URLSearchParams });
  const modules = new Map<string, unknown>([
    ['electron', only('electron', { contextBridge, ipcRenderer })],
    ['electron/common', only('electron', { contextBridge, ipcRenderer })],
    ['electron/renderer', only('electron', { contextBridge, ipcRenderer })],
    ['events', events],
    ['node:events', events],
    ['timers', timers],
    ['node:timers', timers],
    ['url', urls],
    ['node:url', urls],
  ]);

  function require(name: string): unknown {
    if (modules.has(name)) return modules.get(name);
    throw new Error(`module not found: ${name}`);
  }

  function receive(text: string): void {
    const message = codec.decode(text) as ToPage;
    if (message.type === 'message') {
      const event = { sender: ipcRenderer, ports: [] };
      for (const listener of listeners.get(message.channel) ?? []) listener(event, ...message.args);
      return;
    }
    const call = waiting.get(message.id);
    waiting.delete(message.id);
    if (message.type === 'answer') call?.answered.resolve(message.value);
    else {
      const { channel } = call ?? {};
      call?.answered.reject(new Error(`Error invoking remote method '${channel}': ${message.error}`));
    }
  }

  // A page that shows a menu of its own prevents the event; until then all of its listeners have to run.
  window.addEventListener('contextmenu', (event) => setTimeout(() => showContextMenu(event)));

  /** The parts of docs/api/web-contents.md, Event 'context-menu', that a page can tell of. */
  function showContextMenu(event: MouseEvent): void {
    if (event.defaultPrevented) return;
    const target = event.composedPath()[0];
    const link = target instanceof Element ? target.closest('a[href]') : null;
    const selectionText = String(getSelection() ?? '');
    const field = target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement ? target : null;
    const isEditable = field !== null || (target instanceof HTMLElement && target.isContentEditable);
    const selected = field === null ? selectionText : selectionIn(field);
    tell({
      type: 'context-menu',
      params: {
        x: event.clientX,
        y: event.clientY,
        linkURL: link instanceof HTMLAnchorElement ? link.href : '',
        linkText: link?.textContent ?? '',
        pageURL: location.href,
        frameURL: '',
        srcURL: '',
        mediaType: 'none',
        hasImageContents: false,
        selectionText: selected,
        titleText: '',
        altText: '',
        misspelledWord: '',
        dictionarySuggestions: [],
        spellcheckEnabled: false,
        isEditable,
        formControlType: field === null ? 'none' : 'input-text',
        menuSourceType: 'mouse',
        editFlags: {
          canUndo: isEditable,
          canRedo: isEditable,
          canCut: isEditable && selected !== '',
          canCopy: selected !== '',
          canPaste: isEditable,
          canDelete: isEditable && selected !== '',
          canSelectAll: true,
          canEditRichly: false,
        },
      },
    });
  }

  function selectionIn(field: HTMLInputElement | HTMLTextAreaElement): string {
    return field.value.slice(field.selectionStart ?? 0, field.selectionEnd ?? 0);
  }

  return {
    receive,
    run(path, preload) {
      const exports = {};
      const unavailable = only('Buffer', {});
      const process = only('process', { sandboxed: true, contextIsolated: true, type: 'renderer' });
      try {
        preload(require, process, exports, { exports }, unavailable, globalThis, setTimeout, clearTimeout);
      } catch (error) {
        // biome-ignore lint/suspicious/noConsole: as Electron tells a page's author.
        console.error(`Unable to load preload script: ${path}`);
        // biome-ignore lint/suspicious/noConsole: as above.
        console.error(error);
        tell({ type: 'preload-error', message: error instanceof Error ? error.message : String(error) });
      }
    },
  };
}
