import { FitAddon } from '@xterm/addon-fit';
import { type ITheme, Terminal } from '@xterm/xterm';
import '@xterm/xterm/css/xterm.css';
import { cspNonce } from '../../lib/csp-nonce.ts';
import { SESSIONS_TEXT } from './sessions-text.ts';

const SCROLLBACK = 5_000;

export interface TerminalEvents {
  /** What a person types or pastes. */
  readonly onInput: (bytes: Uint8Array) => void;
  readonly onResize: (size: { readonly cols: number; readonly rows: number }) => void;
  /** F6: the way out for those who use the keyboard. */
  readonly onLeave: () => void;
  /** A paste of several lines that the shell would run at once. */
  readonly onRiskyPaste: (text: string) => void;
}

/** A terminal in an element. It shows bytes, and asks nothing of the window: no title, no clipboard, no links. */
export interface ShellTerminal {
  readonly size: { readonly cols: number; readonly rows: number };
  write(bytes: Uint8Array, done: () => void): void;
  paste(text: string): void;
  setTheme(): void;
  setRead(isRead: boolean): void;
  focus(): void;
  dispose(): void;
}

/** @param isRead whether output is handed to screen readers, which makes much of it slow */
export function openTerminal(parent: HTMLElement, events: TerminalEvents, isRead: boolean): ShellTerminal {
  const { onInput, onResize, onLeave, onRiskyPaste } = events;
  const terminal = new Terminal({
    cursorBlink: false,
    fontFamily: getComputedStyle(parent).getPropertyValue('--mono'),
    fontSize: 13,
    scrollback: SCROLLBACK,
    screenReaderMode: isRead,
    // OSC 8 links are text: a container must not choose what is opened.
    linkHandler: { activate: () => undefined },
    theme: themeOf(parent),
  });
  const fit = new FitAddon();
  terminal.loadAddon(fit);
  // Its style elements need the nonce before they are in the document, or the content security policy refuses them.
  const element = document.createElement('div');
  element.style.height = '100%';
  terminal.open(element);
  for (const style of element.querySelectorAll('style')) style.nonce = cspNonce();
  parent.append(element);
  fit.fit();

  const { textarea } = terminal;
  // Escape belongs to the shell, not to the dialog around it.
  textarea?.setAttribute('data-mantine-stop-propagation', 'true');
  textarea?.setAttribute('aria-label', SESSIONS_TEXT.terminal);
  textarea?.setAttribute('aria-description', SESSIONS_TEXT.howToLeave);

  terminal.attachCustomKeyEventHandler((event) => {
    if (event.key === 'F6') {
      if (event.type === 'keydown') onLeave();
      event.preventDefault();
      return false;
    }
    const isCopy = event.ctrlKey && event.key.toLowerCase() === 'c' && terminal.hasSelection();
    const isPaste = event.ctrlKey && event.key.toLowerCase() === 'v';
    // The browser copies and pastes.
    return !isCopy && !isPaste;
  });
  function pasted(event: ClipboardEvent): void {
    event.preventDefault();
    event.stopPropagation();
    const text = event.clipboardData?.getData('text/plain') ?? '';
    const isRisky = /[\r\n]./s.test(text) && !terminal.modes.bracketedPasteMode;
    if (isRisky) onRiskyPaste(text);
    else paste(text);
  }
  /** A pasted text holds no keys: with an escape it could end the brackets of the paste itself. */
  function paste(text: string): void {
    terminal.paste(text.replaceAll('\u001b', ''));
  }
  element.addEventListener('paste', pasted, { capture: true });

  const encoder = new TextEncoder();
  terminal.onData((data) => onInput(encoder.encode(data)));
  terminal.onBinary((data) => onInput(Uint8Array.from(data, (character) => character.charCodeAt(0))));
  // Its event has more fields than the size.
  terminal.onResize(({ cols, rows }) => onResize({ cols, rows }));
  const observer = new ResizeObserver(() => fit.fit());
  observer.observe(parent);

  return {
    get size() {
      return { cols: terminal.cols, rows: terminal.rows };
    },
    write: (bytes, done) => terminal.write(bytes, done),
    paste,
    setTheme() {
      terminal.options.theme = themeOf(parent);
    },
    setRead(next) {
      terminal.options.screenReaderMode = next;
    },
    focus: () => terminal.focus(),
    dispose() {
      observer.disconnect();
      terminal.dispose();
      element.remove();
    },
  };
}

/** The colours of the window. Programs' own colours are those of the terminal. */
function themeOf(element: HTMLElement): ITheme {
  const style = getComputedStyle(element);
  const color = (name: string): string => style.getPropertyValue(name).trim();
  return {
    background: color('--pane'),
    foreground: color('--ink'),
    cursor: color('--ink'),
    cursorAccent: color('--pane'),
    selectionBackground: color('--selected'),
    red: color('--bad'),
    green: color('--ok'),
    yellow: color('--warn'),
    blue: color('--go'),
  };
}
