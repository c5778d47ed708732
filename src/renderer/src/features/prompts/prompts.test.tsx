import { cleanup, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, expect, it, vi } from 'vitest';
import type { PromptRequest } from '../../../../shared/model/prompt.ts';
import { type Answer, renderWithEngine } from '../../testing/engine.tsx';
import { Prompts } from './prompts.tsx';

afterEach(cleanup);

const ID = '6f2c1f0e-3c52-4c0e-9a40-0f4f1f6f0a01';
const STEP = {
  id: ID,
  kind: 'sign-in',
  session: 'corp',
  address: 'https://example.com/authorize?x=1',
  over: false,
} as const;

function showing(first: PromptRequest) {
  let emit: (request: PromptRequest) => void = () => undefined;
  const answered = vi.fn<Answer<'prompts.answer'>>(() => ({}));
  const watch: Answer<'prompts.watch'> = (_input, call) => {
    emit = call.emit;
    emit(first);
    return new Promise(() => undefined);
  };
  renderWithEngine(<Prompts />, { 'prompts.watch': watch, 'prompts.answer': answered });
  return { answered, emit: (request: PromptRequest) => emit(request) };
}

it('a sign-in is opened in the browser, and its dialog closes once it is over', async () => {
  const { emit } = showing(STEP);
  expect(await screen.findByRole('dialog', { name: 'Sign in to corp' })).toBeDefined();
  const link = screen.getByRole('link', { name: 'Open the sign-in page' });
  expect(link.getAttribute('href')).toBe(STEP.address);
  expect(link.getAttribute('target')).toBe('_blank');
  emit({ ...STEP, over: true });
  await vi.waitUntil(() => screen.queryByRole('dialog') === null);
});

it('the focus returns to where it was once a sign-in is over', async () => {
  let emit: (request: PromptRequest) => void = () => undefined;
  const watch: Answer<'prompts.watch'> = (_input, call) => {
    emit = call.emit;
    return new Promise(() => undefined);
  };
  renderWithEngine(
    <>
      <input aria-label="Filter" />
      <Prompts />
    </>,
    { 'prompts.watch': watch },
  );
  const field = screen.getByRole('textbox', { name: 'Filter' });
  field.focus();
  await vi.waitUntil(() => {
    emit(STEP);
    return screen.queryByRole('dialog') !== null;
  });
  await vi.waitUntil(() => document.activeElement?.textContent === 'Open the sign-in page');
  emit({ ...STEP, over: true });
  await vi.waitFor(() => expect(document.activeElement).toBe(field));
});

it('a sign-in without a code offers one, which is shown', async () => {
  const { answered, emit } = showing(STEP);
  await userEvent.click(await screen.findByRole('button', { name: 'Use a code instead' }));
  expect(answered).toHaveBeenCalledExactlyOnceWith({ id: ID, answer: 'with-code' }, expect.anything());
  emit({ ...STEP, id: '6f2c1f0e-3c52-4c0e-9a40-0f4f1f6f0a02', code: 'ABCD-EFGH' });
  expect((await screen.findByLabelText('Sign-in code')).textContent).toBe('ABCD-EFGH');
  expect(screen.queryByRole('button', { name: 'Use a code instead' })).toBeNull();
});

it('a sign-in is declined by Not now and by Escape', async () => {
  const first = showing(STEP);
  await userEvent.click(await screen.findByRole('button', { name: 'Not now' }));
  expect(first.answered).toHaveBeenCalledExactlyOnceWith({ id: ID }, expect.anything());
  cleanup();
  const next = showing(STEP);
  await screen.findByRole('dialog');
  await userEvent.keyboard('{Escape}');
  expect(next.answered).toHaveBeenCalledExactlyOnceWith({ id: ID }, expect.anything());
});

it('an MFA code is typed at once, and entered by Enter', async () => {
  const { answered } = showing({ id: ID, kind: 'mfa-code', question: 'MFA code of a phone', over: false });
  const digit = await screen.findByRole('textbox', { name: 'Digit 1 of the code' });
  await vi.waitFor(() => expect(document.activeElement).toBe(digit));
  await userEvent.keyboard('123456{Enter}');
  expect(answered).toHaveBeenCalledExactlyOnceWith({ id: ID, answer: '123456' }, expect.anything());
});

it('the command of a profile is shown before it runs, and is allowed or declined', async () => {
  const request = {
    id: ID,
    kind: 'run-command',
    profile: 'shop',
    command: 'vault read shop',
    place: 'line 4 of /home/ana/.aws/config',
    over: false,
  } as const;
  const first = showing(request);
  const dialog = await screen.findByRole('dialog', { name: 'Run a command for credentials?' });
  for (const text of ['vault read shop', 'shop', 'line 4 of /home/ana/.aws/config'])
    expect(dialog.textContent).toContain(text);
  await userEvent.click(screen.getByRole('button', { name: 'Run the command' }));
  expect(first.answered).toHaveBeenCalledExactlyOnceWith({ id: ID, answer: 'run' }, expect.anything());
  cleanup();
  const next = showing(request);
  await userEvent.click(await screen.findByRole('button', { name: 'Not now' }));
  expect(next.answered).toHaveBeenCalledExactlyOnceWith({ id: ID }, expect.anything());
});

it('an authorization code is entered where the browser is on another machine, and a wrong one is named', async () => {
  const request = {
    id: ID,
    kind: 'authorization-code',
    session: 'dev',
    address: 'https://example.com/v1/authorize?x=1',
    over: false,
  } as const;
  const { answered, emit } = showing(request);
  expect(await screen.findByRole('dialog', { name: 'Sign in to dev' })).toBeDefined();
  expect(screen.getByRole('link', { name: 'Open the sign-in page' }).getAttribute('href')).toBe(
    request.address,
  );
  expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Sign in' }).disabled).toBe(true);
  await userEvent.type(screen.getByRole('textbox', { name: 'Authorization code' }), '  c3RhdGU= {Enter}');
  expect(answered).toHaveBeenCalledExactlyOnceWith({ id: ID, answer: 'c3RhdGU=' }, expect.anything());
  const next = { ...request, id: '6f2c1f0e-3c52-4c0e-9a40-0f4f1f6f0a02', problem: 'This is not a code.' };
  emit({ ...request, over: true });
  emit(next);
  expect(await screen.findByText('This is not a code.')).toBeDefined();
  const field = screen.getByRole<HTMLInputElement>('textbox', { name: 'Authorization code' });
  expect([field.value, field.getAttribute('aria-invalid')]).toEqual(['', 'true']);
});
