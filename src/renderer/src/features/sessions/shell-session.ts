import type { Client } from '../../../../shared/client.ts';
import type { Input } from '../../../../shared/contract.ts';
import { SlipwayError } from '../../../../shared/errors.ts';
import type { Immutable } from '../../../../shared/model/immutable.ts';
import type { SessionEnd } from '../../../../shared/model/session.ts';
import { toSlipwayError } from '../../lib/engine.ts';
import { SESSIONS_TEXT } from './sessions-text.ts';
import type { ShellTerminal, TerminalEvents } from './terminal.ts';

/** So much output is confirmed at a time: the engine holds more back than a mebibyte. */
const CONFIRM_BYTES = 128 * 1024;

/** Of one call of the engine, before base64. */
const MOST_INPUT_BYTES = 48 * 1024;
/** How long input waits until it is sent once more to a container that does not read it. */
const HELD_MS = 200;
/** More input than this does not wait. SESSIONS_TEXT.held says so. */
const MOST_HELD_BYTES = 16_000_000;

/** The container that a shell opens in. */
export type ShellTarget = Immutable<Omit<Input<'sessions.open'>, 'cols' | 'rows'>>;

export type ShellState =
  | { readonly kind: 'opening' | 'running' | 'held' | 'reconnecting'; readonly container: string }
  | { readonly kind: 'ended'; readonly end: SessionEnd }
  | { readonly kind: 'failed'; readonly error: SlipwayError };

interface ShellSession extends Pick<TerminalEvents, 'onInput' | 'onResize'> {
  /** Opens the session for a terminal. Settles once it is over, or has failed; it never rejects. */
  readonly run: (shell: ShellTerminal) => Promise<void>;
  /** Ends the session on both sides. */
  readonly end: () => void;
}

/** What goes between a terminal and the engine: keys and sizes to it, output and the state of the session from it. */
export function createShellSession(
  engine: Client,
  target: ShellTarget,
  onState: (state: ShellState) => void,
): ShellSession {
  const controller = new AbortController();
  const { signal } = controller;
  let session: string | undefined;
  let container = target.container ?? '';
  let read = 0;
  let confirmed = 0;
  let input: Uint8Array = NOTHING;
  let isSending = false;
  let isHeld = false;
  let isConnected = true;
  let isOver = false;

  /** Sends in turn what was typed and pasted, and waits while the container does not read it. */
  async function sendInput(to: string): Promise<void> {
    isSending = true;
    while (input.length > 0 && !signal.aborted) {
      const piece = input.subarray(0, MOST_INPUT_BYTES);
      try {
        await engine.call('sessions.write', { session: to, data: toBase64(piece) });
        input = input.subarray(piece.length);
        setHeld(false);
      } catch (error) {
        // A session that has just ended takes nothing more; how it ended is the answer of sessions.open.
        if (!(error instanceof SlipwayError) || error.code !== 'CONFLICT') input = NOTHING;
        else {
          setHeld(true);
          await new Promise((done) => setTimeout(done, HELD_MS));
        }
      }
    }
    isSending = false;
  }

  function setHeld(next: boolean): void {
    if (isHeld === next) return;
    isHeld = next;
    showState();
  }

  function showState(): void {
    if (isOver) return;
    const connected = isHeld ? 'held' : 'running';
    onState({ kind: isConnected ? connected : 'reconnecting', container });
  }

  function confirm(bytes: number): void {
    read += bytes;
    if (read - confirmed < CONFIRM_BYTES) return;
    confirmed = read;
    if (session !== undefined) engine.call('sessions.write', { session, read }).catch(() => undefined);
  }

  function open(shell: ShellTerminal): Promise<SessionEnd> {
    return engine.call(
      'sessions.open',
      { ...target, ...shell.size },
      {
        signal,
        onEvent(event) {
          switch (event.kind) {
            case 'opened':
              ({ session, container } = event);
              showState();
              shell.focus();
              return;
            case 'output': {
              const bytes = fromBase64(event.data);
              shell.write(bytes, () => confirm(bytes.length));
              return;
            }
            case 'reconnecting':
            case 'reconnected':
              isConnected = event.kind === 'reconnected';
              showState();
          }
        },
      },
    );
  }

  return {
    async run(shell) {
      try {
        const end = await open(shell);
        isOver = true;
        onState({ kind: 'ended', end });
      } catch (error) {
        isOver = true;
        onState(
          signal.aborted
            ? { kind: 'ended', end: { reason: 'left', sentence: SESSIONS_TEXT.left } }
            : { kind: 'failed', error: toSlipwayError(error) },
        );
      }
    },
    end: () => controller.abort(),
    onInput(bytes) {
      if (session === undefined || isOver || input.length + bytes.length > MOST_HELD_BYTES) return;
      input = joined(input, bytes);
      if (!isSending) void sendInput(session);
    },
    onResize(size) {
      if (session !== undefined) engine.call('sessions.resize', { session, ...size }).catch(() => undefined);
    },
  };
}

const NOTHING: Uint8Array = new Uint8Array();

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}

function toBase64(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}

function fromBase64(data: string): Uint8Array {
  return Uint8Array.from(atob(data), (character) => character.charCodeAt(0));
}
