import { Button, Group, Modal, useComputedColorScheme } from '@mantine/core';
import { useEffect, useEffectEvent, useRef, useState } from 'react';
import type { Input } from '../../../../shared/contract.ts';
import type { Immutable } from '../../../../shared/model/immutable.ts';
import type { SessionEnd } from '../../../../shared/model/session.ts';
import { toSlipwayError, useEngine } from '../../lib/engine.ts';
import { recall, remember } from '../../lib/memory.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import styles from './sessions.module.css';
import { SESSIONS_TEXT } from './sessions-text.ts';
import type { openTerminal, ShellTerminal } from './terminal.ts';

/** Whether output is handed to screen readers. */
const READ = 'terminal-read';
/** So much output is confirmed at a time: the engine holds more back than a mebibyte. */
const CONFIRM_BYTES = 128 * 1024;

interface ShellViewProps {
  readonly target: Immutable<Omit<Input<'sessions.open'>, 'cols' | 'rows'>>;
  /** Told whether closing would end a session. */
  readonly onBusyChange: (isBusy: boolean) => void;
}

type ShellState =
  | { readonly kind: 'opening' | 'running' | 'reconnecting'; readonly container: string }
  | { readonly kind: 'ended'; readonly end: SessionEnd }
  | { readonly kind: 'failed'; readonly error: ReturnType<typeof toSlipwayError> };

/** A terminal with its session. The session ends with the view. */
export function ShellView({ target, onBusyChange }: ShellViewProps) {
  const [attempt, setAttempt] = useState(0);
  return (
    <OneShell
      key={attempt}
      target={target}
      onBusyChange={onBusyChange}
      onAgain={() => setAttempt((count) => count + 1)}
    />
  );
}

function OneShell({ target, onBusyChange, onAgain }: ShellViewProps & { readonly onAgain: () => void }) {
  const client = useEngine();
  const scheme = useComputedColorScheme('light', { getInitialValueInEffect: false });
  const place = useRef<HTMLDivElement>(null);
  const way = useRef<HTMLButtonElement>(null);
  const terminal = useRef<ShellTerminal>(undefined);
  const running = useRef<AbortController>(undefined);
  const [state, setState] = useState<ShellState>({ kind: 'opening', container: target.container ?? '' });
  const [risky, setRisky] = useState<string>();
  const [isRead, setRead] = useState(() => recall(READ) === 'on');

  const run = useEffectEvent((element: HTMLElement, openIn: typeof openTerminal) => {
    const controller = new AbortController();
    running.current = controller;
    let session: string | undefined;
    let read = 0;
    let confirmed = 0;
    // What a session that has just ended no longer takes.
    const tell = (input: Omit<Input<'sessions.write'>, 'session'>): void => {
      if (session !== undefined) client.call('sessions.write', { session, ...input }).catch(() => undefined);
    };
    const shell = openIn(
      element,
      {
        onInput: (bytes) => tell({ data: toBase64(bytes) }),
        onResize: (size) => {
          if (session !== undefined)
            client.call('sessions.resize', { session, ...size }).catch(() => undefined);
        },
        onLeave: () => way.current?.focus(),
        onRiskyPaste: setRisky,
      },
      isRead,
    );
    terminal.current = shell;
    onBusyChange(true);
    client
      .call(
        'sessions.open',
        { ...target, ...shell.size },
        {
          signal: controller.signal,
          onEvent(event) {
            switch (event.kind) {
              case 'opened':
                session = event.session;
                setState({ kind: 'running', container: event.container });
                shell.focus();
                return;
              case 'output': {
                const bytes = fromBase64(event.data);
                shell.write(bytes, () => {
                  read += bytes.length;
                  if (read - confirmed < CONFIRM_BYTES) return;
                  confirmed = read;
                  tell({ read });
                });
                return;
              }
              case 'reconnecting':
                setState((now) => ({
                  kind: 'reconnecting',
                  container: 'container' in now ? now.container : '',
                }));
                return;
              case 'reconnected':
                setState((now) => ({ kind: 'running', container: 'container' in now ? now.container : '' }));
            }
          },
        },
      )
      .then((end) => setState({ kind: 'ended', end }))
      .catch((error: unknown) => {
        if (controller.signal.aborted) {
          setState({ kind: 'ended', end: { reason: 'left', sentence: SESSIONS_TEXT.left } });
        } else setState({ kind: 'failed', error: toSlipwayError(error) });
      })
      .finally(() => {
        onBusyChange(false);
        way.current?.focus();
      });
    return () => {
      controller.abort();
      shell.dispose();
    };
  });
  useEffect(() => {
    let stop: (() => void) | undefined;
    let isGone = false;
    const begin = async (): Promise<void> => {
      // The terminal is the largest library of the page.
      const library = await import('./terminal.ts');
      if (!isGone && place.current !== null) stop = run(place.current, library.openTerminal);
    };
    begin().catch((error: unknown) => setState({ kind: 'failed', error: toSlipwayError(error) }));
    return () => {
      isGone = true;
      stop?.();
    };
  }, []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the colours are read again when the scheme changes
  useEffect(() => terminal.current?.setTheme(), [scheme]);

  const isOver = state.kind === 'ended' || state.kind === 'failed';
  return (
    <section className={styles.shell} aria-label={SESSIONS_TEXT.openShell}>
      <div className={styles.bar}>
        <span role="status">{statusOf(state)}</span>
        <span className={styles.hint}>{isOver ? '' : SESSIONS_TEXT.leaveHint}</span>
        <Button
          size="compact-xs"
          aria-pressed={isRead}
          onClick={() => {
            remember(READ, isRead ? 'off' : 'on');
            terminal.current?.setRead(!isRead);
            setRead(!isRead);
          }}
        >
          {SESSIONS_TEXT.read}
        </Button>
        <Button ref={way} size="compact-xs" onClick={() => (isOver ? onAgain() : running.current?.abort())}>
          {isOver ? SESSIONS_TEXT.again : SESSIONS_TEXT.end}
        </Button>
      </div>
      {state.kind === 'failed' ? <ErrorNotice error={state.error} /> : null}
      <div ref={place} className={styles.terminal} />
      {risky === undefined ? null : (
        <PasteQuestion
          text={risky}
          onClose={() => setRisky(undefined)}
          onPaste={() => terminal.current?.paste(risky)}
        />
      )}
    </section>
  );
}

function statusOf(state: ShellState): string {
  switch (state.kind) {
    case 'opening':
      return SESSIONS_TEXT.opening;
    case 'running':
      return SESSIONS_TEXT.running(state.container);
    case 'reconnecting':
      return SESSIONS_TEXT.reconnecting;
    case 'ended':
      return state.end.sentence;
    case 'failed':
      return '';
  }
}

interface PasteQuestionProps {
  readonly text: string;
  readonly onPaste: () => void;
  readonly onClose: () => void;
}

function PasteQuestion({ text, onPaste, onClose }: PasteQuestionProps) {
  const lines = text.trimEnd().split(/\r\n|\r|\n/);
  return (
    <Modal opened onClose={onClose} title={SESSIONS_TEXT.pasteTitle(lines.length)} zIndex={400}>
      <p className={styles.note}>{SESSIONS_TEXT.pasteAbout}</p>
      <pre className={styles.pasted}>{lines.slice(0, 10).join('\n')}</pre>
      <Group justify="flex-end" gap="xs">
        <Button data-autofocus onClick={onClose}>
          {SESSIONS_TEXT.cancel}
        </Button>
        <Button
          variant="filled"
          onClick={() => {
            onPaste();
            onClose();
          }}
        >
          {SESSIONS_TEXT.paste}
        </Button>
      </Group>
    </Modal>
  );
}

function toBase64(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}

function fromBase64(data: string): Uint8Array {
  return Uint8Array.from(atob(data), (character) => character.charCodeAt(0));
}
