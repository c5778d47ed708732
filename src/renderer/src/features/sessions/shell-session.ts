import type { Client } from '../../../../shared/client.ts';
import type { Input } from '../../../../shared/contract.ts';
import type { SlipwayError } from '../../../../shared/errors.ts';
import type { Immutable } from '../../../../shared/model/immutable.ts';
import type { SessionEnd } from '../../../../shared/model/session.ts';
import { toSlipwayError } from '../../lib/engine.ts';
import { SESSIONS_TEXT } from './sessions-text.ts';
import type { ShellTerminal, TerminalEvents } from './terminal.ts';

/** So much output is confirmed at a time: the engine holds more back than a mebibyte. */
const CONFIRM_BYTES = 128 * 1024;

/** The container that a shell opens in. */
export type ShellTarget = Immutable<Omit<Input<'sessions.open'>, 'cols' | 'rows'>>;

export type ShellState =
  | { readonly kind: 'opening' | 'running' | 'reconnecting'; readonly container: string }
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

  function tell(input: Omit<Input<'sessions.write'>, 'session'>): void {
    // A session that has just ended takes nothing more; how it ended is the answer of sessions.open.
    if (session !== undefined) engine.call('sessions.write', { session, ...input }).catch(() => undefined);
  }

  function confirm(bytes: number): void {
    read += bytes;
    if (read - confirmed < CONFIRM_BYTES) return;
    confirmed = read;
    tell({ read });
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
              onState({ kind: 'running', container });
              shell.focus();
              return;
            case 'output': {
              const bytes = fromBase64(event.data);
              shell.write(bytes, () => confirm(bytes.length));
              return;
            }
            case 'reconnecting':
              onState({ kind: 'reconnecting', container });
              return;
            case 'reconnected':
              onState({ kind: 'running', container });
          }
        },
      },
    );
  }

  return {
    async run(shell) {
      try {
        onState({ kind: 'ended', end: await open(shell) });
      } catch (error) {
        onState(
          signal.aborted
            ? { kind: 'ended', end: { reason: 'left', sentence: SESSIONS_TEXT.left } }
            : { kind: 'failed', error: toSlipwayError(error) },
        );
      }
    },
    end: () => controller.abort(),
    onInput: (bytes) => tell({ data: toBase64(bytes) }),
    onResize(size) {
      if (session !== undefined) engine.call('sessions.resize', { session, ...size }).catch(() => undefined);
    },
  };
}

function toBase64(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}

function fromBase64(data: string): Uint8Array {
  return Uint8Array.from(atob(data), (character) => character.charCodeAt(0));
}
