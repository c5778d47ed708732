import { Button, Group, Modal, useComputedColorScheme } from '@mantine/core';
import { useEffect, useEffectEvent, useRef, useState } from 'react';
import { toSlipwayError, useEngine } from '../../lib/engine.ts';
import { recall, remember } from '../../lib/memory.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import styles from './sessions.module.css';
import { SESSIONS_TEXT } from './sessions-text.ts';
import { createShellSession, type ShellState, type ShellTarget } from './shell-session.ts';
import type { openTerminal, ShellTerminal } from './terminal.ts';

/** Whether output is handed to screen readers. */
const READ = 'terminal-read';

interface ShellViewProps {
  readonly target: ShellTarget;
  /** Told whether closing would end a session. */
  readonly onBusyChange: (isBusy: boolean) => void;
}

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
  const engine = useEngine();
  const scheme = useComputedColorScheme('light', { getInitialValueInEffect: false });
  const place = useRef<HTMLDivElement>(null);
  const way = useRef<HTMLButtonElement>(null);
  const terminal = useRef<ShellTerminal>(undefined);
  const end = useRef<() => void>(undefined);
  const [state, setState] = useState<ShellState>({ kind: 'opening', container: target.container ?? '' });
  const [risky, setRisky] = useState<string>();
  const [isRead, setRead] = useState(() => recall(READ) === 'on');

  const run = useEffectEvent((element: HTMLElement, openIn: typeof openTerminal) => {
    const session = createShellSession(engine, target, setState);
    const { onInput, onResize } = session;
    const onLeave = (): void => way.current?.focus();
    const shell = openIn(element, { onInput, onResize, onLeave, onRiskyPaste: setRisky }, isRead);
    terminal.current = shell;
    end.current = session.end;
    onBusyChange(true);
    void session.run(shell).then(() => {
      onBusyChange(false);
      way.current?.focus();
    });
    return () => {
      session.end();
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
        <Button ref={way} size="compact-xs" onClick={() => (isOver ? onAgain() : end.current?.())}>
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
    case 'held':
      return SESSIONS_TEXT.held(state.container);
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
