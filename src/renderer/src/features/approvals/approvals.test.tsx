import { act, cleanup, screen, waitFor } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { afterEach, expect, it } from 'vitest';
import type { Input, Output } from '../../../../shared/contract.ts';
import type { ApprovalRequest } from '../../../../shared/model/approval.ts';
import type { Immutable } from '../../../../shared/model/immutable.ts';
import type { Plan } from '../../../../shared/model/plan.ts';
import { renderWithEngine } from '../../testing/engine.tsx';
import { aPlan, RELEASE, SERVICE, SHARED } from '../../testing/plan.ts';
import { Approvals } from './approvals.tsx';
import { SharedPlans } from './shared-plans.tsx';

afterEach(cleanup);

function aRequest(plan: Partial<Plan> = {}, change: Partial<ApprovalRequest> = {}): ApprovalRequest {
  return {
    id: '5f0b8d4e-3d0c-4a68-9b5c-0f0c7b0f9a09',
    requester: 'some-agent 2.1',
    plan: aPlan(plan),
    overrides: [],
    why: 'the fix of the login',
    askedAt: '2026-11-20T16:00:00Z',
    expiresAt: '2026-11-20T16:10:00Z',
    ...change,
  };
}

function show(first: readonly ApprovalRequest[]) {
  const answers: Input<'approvals.answer'>[] = [];
  let tell: (requests: readonly ApprovalRequest[]) => void = () => {};
  renderWithEngine(<Approvals />, {
    'approvals.watch': (_input, { emit, signal }) => {
      tell = emit;
      emit(first);
      return new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('over'))));
    },
    'approvals.answer': (answer) => {
      answers.push(answer);
      return {};
    },
  });
  return {
    answers,
    user: userEvent.setup(),
    tell: (now: readonly ApprovalRequest[]) => act(() => tell(now)),
  };
}

async function open(user: ReturnType<typeof userEvent.setup>): Promise<void> {
  await user.click(await screen.findByRole('button', { name: 'Review plan' }));
  await screen.findByRole('dialog', { name: 'Approve a plan' });
}

it("an agent's plan names who asks, why, and what changes, and is approved with a click", async () => {
  const { user, answers } = show([aRequest()]);
  expect((await screen.findByRole('status')).textContent).toBe(
    'some-agent 2.1 asks you to approve “Deploy web:42 to web”.',
  );
  await open(user);
  for (const text of ['the fix of the login', 'UpdateService web', 'half-even'])
    expect(screen.getByText(text, { exact: false })).toBeTruthy();
  await user.click(screen.getByRole('button', { name: 'Approve' }));
  await waitFor(() => expect(answers).toEqual([{ id: aRequest().id, answer: 'approve' }]));
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
});

it("an agent's plan can be refused", async () => {
  const { user, answers } = show([aRequest()]);
  await open(user);
  await user.click(screen.getByRole('button', { name: 'Refuse' }));
  await waitFor(() => expect(answers).toEqual([{ id: aRequest().id, answer: 'refuse' }]));
});

it("an agent's plan for production is approved only after the name was typed", async () => {
  const { user, answers } = show([aRequest({ environment: 'production', confirmation: 'web' })]);
  await open(user);
  const approve = screen.getByRole('button', { name: 'Approve' });
  expect(approve).toHaveProperty('disabled', true);
  await user.type(screen.getByRole('textbox'), 'web');
  await user.click(approve);
  await waitFor(() =>
    expect(answers).toEqual([{ id: aRequest().id, answer: 'approve', confirmation: 'web' }]),
  );
});

it("an agent's plan shows the checks that it overrides, and the person cannot change them", async () => {
  const image = { rule: 'image', subject: 'app', message: "The image doesn't exist", overridable: true };
  const checks = [{ ...image, result: 'fail' as const }];
  const { user } = show([aRequest({ canExecute: false, checks }, { overrides: ['image:app'] })]);
  await open(user);
  const override = screen.getByRole('checkbox', { name: "Override this check: The image doesn't exist" });
  expect(override).toHaveProperty('checked', true);
  expect(override).toHaveProperty('disabled', true);
  expect(screen.getByRole('button', { name: 'Approve' })).toHaveProperty('disabled', false);
});

it("an agent's plan with a failed check that it does not override cannot be approved", async () => {
  const checks = [{ rule: 'image', result: 'fail' as const, message: "The image doesn't exist" }];
  const { user } = show([aRequest({ canExecute: false, checks })]);
  await open(user);
  expect(screen.getByRole('button', { name: 'Approve' })).toHaveProperty('disabled', true);
  expect(screen.getByText('A check failed that the agent does not override', { exact: false })).toBeTruthy();
});

it('an open request that is withdrawn says that it has ended', async () => {
  const { user, tell } = show([aRequest()]);
  await open(user);
  tell([]);
  expect(await screen.findByText('This request has ended', { exact: false })).toBeTruthy();
  expect(screen.getByRole('button', { name: 'Approve' })).toHaveProperty('disabled', true);
});

async function openShared(opened: Immutable<Output<'releases.openShared'>>) {
  const executed: Immutable<Input<'releases.execute'>>[] = [];
  const withdrawn: Immutable<Input<'releases.withdrawShared'>>[] = [];
  const { account, region, cluster } = SERVICE;
  const { location } = renderWithEngine(<SharedPlans cluster={{ account, region, cluster }} />, {
    'releases.shared': () => [SHARED],
    'releases.openShared': () => opened,
    'releases.execute': (input) => {
      executed.push(input);
      return RELEASE;
    },
    'releases.withdrawShared': (input) => {
      withdrawn.push(input);
      return SHARED;
    },
  });
  const user = userEvent.setup();
  await user.click(await screen.findByRole('button', { name: 'Review “Deploy web:42 to web”' }));
  await screen.findByRole('dialog', { name: 'Plan of another person' });
  return { user, executed, withdrawn, location };
}

it('the plan of another person says who made it and why, is executed as it was made again, and leads to its deployment', async () => {
  const plan = aPlan({ id: '2b8f8d4e-3d0c-4a68-9b5c-0f0c7b0f9a02', needsReason: true });
  const { user, executed, location } = await openShared({ shared: SHARED, plan, differences: [] });
  expect(await screen.findByText('mira planned this on laptop-7', { exact: false })).toBeTruthy();
  expect(screen.getByText('OPS-12')).toBeTruthy();
  expect(screen.queryByRole('textbox', { name: 'Reason' })).toBeNull();
  await user.click(screen.getByRole('button', { name: /^Deploy/ }));
  await waitFor(() => expect(executed).toMatchObject([{ plan: plan.id }]));
  const deployment = encodeURIComponent(RELEASE.deploymentArn ?? '');
  await waitFor(() => expect(location()).toContain(`/c/main/s/web?deployment=${deployment}`));
});

it('the plan of another person is withdrawn once that is confirmed', async () => {
  const plan = aPlan({ id: '2b8f8d4e-3d0c-4a68-9b5c-0f0c7b0f9a02' });
  const { user, withdrawn } = await openShared({ shared: SHARED, plan, differences: [] });
  await user.click(await screen.findByRole('button', { name: 'Withdraw plan…' }));
  expect(withdrawn).toEqual([]);
  await user.click(await screen.findByRole('button', { name: 'Withdraw plan' }));
  const { account, region, cluster } = SERVICE;
  await waitFor(() => expect(withdrawn).toEqual([{ account, region, cluster, plan: SHARED.id }]));
});

it('the plan of another person that is different here says what, and cannot be executed', async () => {
  await openShared({ shared: SHARED, differences: ['The service runs web:43 now.'] });
  expect((await screen.findByRole('alert')).textContent).toContain('The service runs web:43 now.');
  expect(screen.queryByRole('button', { name: /^Deploy/ })).toBeNull();
});
