import { pino } from 'pino';
import { expect, it } from 'vitest';
import type { PromptRequest } from '../../../shared/model/prompt.ts';
import { eventually } from '../../../shared/testing/eventually.ts';
import { createDispatcher } from './dispatcher.ts';
import { createPromptBroker } from './prompts.ts';

function open() {
  const broker = createPromptBroker();
  const seen: PromptRequest[] = [];
  const dispatcher = createDispatcher(broker.handlers, pino({ level: 'silent' }));
  const connection = dispatcher.connect((_id, event) => seen.push(event as PromptRequest));
  const watch = () => connection.call({ id: 'watch', method: 'prompts.watch', input: {} });
  const answer = (input: unknown) => connection.call({ id: 'answer', method: 'prompts.answer', input });
  return { prompt: broker.prompt, seen, watch, answer, connection };
}

it('a prompt brings a question to its watchers and the answer back, and reports its end', async () => {
  const { prompt, seen, watch, answer, connection } = open();
  const watching = watch();
  const code = prompt.mfaCode('MFA code of ana');
  await eventually(() => expect(seen).toHaveLength(1));
  await answer({ id: seen[0]?.id, answer: '123456' });
  await expect(code).resolves.toBe('123456');
  expect(seen).toMatchObject([
    { kind: 'mfa-code', question: 'MFA code of ana', over: false },
    { kind: 'mfa-code', question: 'MFA code of ana', over: true },
  ]);
  connection.cancel('watch');
  await expect(watching).resolves.toMatchObject({ ok: false, error: { code: 'CANCELLED' } });
});

it('a prompt that is open is sent to new watchers', async () => {
  const { prompt, seen, watch, answer } = open();
  const code = prompt.mfaCode('MFA code of ana');
  void watch();
  await eventually(() => expect(seen).toHaveLength(1));
  await answer({ id: seen[0]?.id, answer: '1' });
  await expect(code).resolves.toBe('1');
});

it('a prompt rejects with CANCELLED when it is declined, and when its signal aborts', async () => {
  const { prompt, seen, watch, answer } = open();
  void watch();
  const refused = prompt.mfaCode('one');
  await eventually(() => expect(seen).toHaveLength(1));
  await answer({ id: seen[0]?.id });
  await expect(refused).rejects.toMatchObject({ code: 'CANCELLED' });

  const controller = new AbortController();
  const stopped = prompt.mfaCode('two', controller.signal);
  controller.abort();
  await expect(stopped).rejects.toMatchObject({ code: 'CANCELLED' });
});

it('a prompt that has ended cannot be answered', async () => {
  const { answer } = open();
  const late = await answer({ id: crypto.randomUUID(), answer: '1' });
  expect(late).toMatchObject({ ok: false, error: { code: 'NOT_FOUND' } });
});

it('a prompt shows where to sign in until its signal aborts, and takes the wish for a code', async () => {
  const { prompt, seen, watch, answer } = open();
  void watch();
  const step = { session: 'corp', address: 'https://example.com/authorize' };
  const over = new AbortController();
  const shown = prompt.signIn(step, over.signal);
  await eventually(() => expect(seen).toMatchObject([{ kind: 'sign-in', ...step, over: false }]));
  over.abort();
  await expect(shown).rejects.toMatchObject({ code: 'CANCELLED' });
  expect(seen.at(-1)).toMatchObject({ kind: 'sign-in', over: true });

  const wished = prompt.signIn(step, new AbortController().signal);
  await eventually(() => expect(seen).toHaveLength(3));
  await answer({ id: seen[2]?.id, answer: 'with-code' });
  await expect(wished).resolves.toBe('with-code');
});
