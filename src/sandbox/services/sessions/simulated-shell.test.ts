import { expect, it } from 'vitest';
import type { ExecTarget } from './exec-target.ts';
import { createSimulatedShell } from './simulated-shell.ts';

const TARGET: ExecTarget = {
  cluster: 'production',
  taskId: '0123456789abcdef0123456789abcdef',
  runtimeId: '0123456789abcdef0123456789abcdef-0000000001',
  kmsKeyId: undefined,
  container: 'app',
  image: 'acme/web:1',
  shell: 'sh',
  environment: [],
  ports: [],
  isRunning: () => true,
};

/** A shell whose output is taken only while it is not full. */
function openShell() {
  const messages: string[] = [];
  const state = { isFull: false };
  const shell = createSimulatedShell(TARGET, {
    write: (data) => messages.push(data.toString()),
    isFull: () => state.isFull,
    exit: () => messages.push('(exit)'),
    after: () => () => undefined,
  });
  return { messages, state, shell, type: (text: string) => shell.input(Buffer.from(text)) };
}

it('a pasted piece is answered with one message, not with one for each character', () => {
  const { messages, type } = openShell();
  type('echo one\recho two\rexit\r');
  expect(messages).toEqual([
    '/app # ',
    'echo one\r\none\r\n/app # echo two\r\ntwo\r\n/app # exit\r\n',
    '(exit)',
  ]);
});

it('input waits while the output before it was not taken, and none of it is lost', () => {
  const { messages, state, shell, type } = openShell();
  state.isFull = true;
  type('echo waits\r');
  type('echo too\r');
  expect(messages).toEqual(['/app # ']);
  state.isFull = false;
  shell.resume();
  expect(messages.join('')).toBe('/app # echo waits\r\nwaits\r\n/app # echo too\r\ntoo\r\n/app # ');
});

it('a program whose output nobody takes is ended with Ctrl-C', () => {
  const { messages, state, type } = openShell();
  type('sleep 100\r');
  state.isFull = true;
  type('\x03');
  expect(messages.at(-1)).toBe('^C\r\n/app # ');
});
