import { expect, it, vi } from 'vitest';
import { createClient } from '../../../../shared/client.ts';
import { SlipwayError } from '../../../../shared/errors.ts';
import { type Answers, createTestTransport } from '../../testing/engine.tsx';
import { createShellSession, type ShellState } from './shell-session.ts';

const TARGET = {
  account: 'sandbox',
  region: 'us-east-1',
  cluster: 'main',
  task: '0a1b2c3d4e5f',
  container: 'app',
};
const TERMINAL = {
  size: { cols: 80, rows: 24 },
  write: (_: Uint8Array, done: () => void) => done(),
  paste: () => undefined,
  setTheme: () => undefined,
  setRead: () => undefined,
  focus: () => undefined,
  dispose: () => undefined,
};

it('input that a container does not read waits, says so, and arrives in order and once', async () => {
  const states: ShellState['kind'][] = [];
  const arrived: string[] = [];
  let isFull = true;
  const answers: Answers = {
    'sessions.open': (_, { emit, signal }) => {
      emit({ kind: 'opened', session: 'one', container: 'app', at: '2026-11-27T14:02:00.000Z' });
      return new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(new SlipwayError('CANCELLED', 'Ended.')));
      });
    },
    'sessions.write': ({ data = '' }) => {
      if (isFull) throw new SlipwayError('CONFLICT', 'The container does not read its input.');
      arrived.push(atob(data));
      return {};
    },
  };
  const client = createClient(createTestTransport(answers));
  const session = createShellSession(client, TARGET, ({ kind }) => states.push(kind));
  const over = session.run(TERMINAL);
  await vi.waitFor(() => expect(states).toEqual(['running']));

  const pasted = 'a line of a paste\r'.repeat(10_000);
  session.onInput(new TextEncoder().encode(pasted));
  session.onInput(new TextEncoder().encode('exit\r'));
  await vi.waitFor(() => expect(states).toEqual(['running', 'held']));
  isFull = false;
  await vi.waitFor(() => expect(arrived.join('')).toBe(`${pasted}exit\r`));
  expect(states).toEqual(['running', 'held', 'running']);

  for (const key of 'echo typed\r') session.onInput(new TextEncoder().encode(key));
  await vi.waitFor(() => expect(arrived.join('')).toBe(`${pasted}exit\recho typed\r`));

  session.end();
  await over;
  expect(states.at(-1)).toBe('ended');
});
