import { cleanup, screen, within } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { SlipwayError } from '../../../../shared/errors.ts';
import type { CleanupJob } from '../../../../shared/model/cleanup.ts';
import { aCleanupPlan, aJob, item, PLAN_ID, SCOPE } from '../../testing/cleanup.ts';
import { type Answer, type Answers, renderAtAddress } from '../../testing/engine.tsx';
import { CleanupPage } from './cleanup-page.tsx';

afterEach(cleanup);

/** The page of a family with an engine that holds these jobs. */
function show(answers: Answers = {}, jobs: CleanupJob[] = []) {
  return showAt('/', answers, jobs).user;
}

function showAt(address: string, answers: Answers = {}, jobs: CleanupJob[] = []) {
  const page = renderAtAddress(
    () => <CleanupPage scope={SCOPE} family="web" />,
    {
      'families.list': () => [{ family: 'web' }, { family: 'api' }],
      'cleanup.policy': () => ({}),
      'cleanup.plan': ({ policy }) => aCleanupPlan(policy),
      'cleanup.jobs': () => jobs,
      'cleanup.watch': () => new Promise(() => undefined),
      ...answers,
    },
    address,
  );
  return { ...page, user: userEvent.setup() };
}

const previewButton = () => screen.findByRole('button', { name: 'Preview' });

describe('the preview', () => {
  it('shows what is removed and kept, how many, why, and what was not checked', async () => {
    const user = show();
    await user.click(await previewButton());
    expect(await screen.findByText(/2 to remove, 1 to keep. Takes about 2 s/)).toBeTruthy();
    expect(screen.getByText('Pipes were not looked at.')).toBeTruthy();

    const rows = () =>
      within(screen.getByRole('region', { name: 'Revisions' }))
        .getAllByRole('listitem')
        .map(({ textContent }) => textContent);
    expect(rows()).toEqual(['web:2Removenot in usenot readACTIVE', 'web:1Removenot in usenot readACTIVE']);
    await user.click(screen.getByRole('radio', { name: 'All 3' }));
    expect(rows()[0]).toBe('web:3Keepruns in production/webnot readACTIVE');
    expect(screen.getByText('Registered')).toBeTruthy();
    expect(screen.getByRole('button', { name: 'Deregister 2 revisions' })).toBeTruthy();
  });

  it('has its filters in the address', async () => {
    const { user, location } = showAt('/?show=all&q=web%3A3');
    await user.click(await previewButton());
    const rows = () =>
      within(screen.getByRole('region', { name: 'Revisions' }))
        .getAllByRole('listitem')
        .map(({ textContent }) => textContent);
    await screen.findByRole('region', { name: 'Revisions' });
    expect(rows()).toEqual(['web:3Keepruns in production/webnot readACTIVE']);
    await user.clear(screen.getByRole('textbox', { name: 'Filter by name or reason' }));
    await user.click(screen.getByRole('radio', { name: 'Keep 1' }));
    expect(location()).toBe('/?show=keep');
  });

  it('says before the start that AWS would refuse it, with the policy that is missing', async () => {
    const start = vi.fn<Answer<'cleanup.start'>>(() => aJob());
    const message = "You aren't allowed to use ecs:DeregisterTaskDefinition";
    const user = show({
      'cleanup.start': start,
      'cleanup.plan': ({ policy }) =>
        aCleanupPlan(policy, {
          checks: [{ rule: 'call-permission', result: 'fail', message, advice: 'Ask for it.', policy: '{}' }],
        }),
      'accounts.refused': () => [{ change: 'deregister', action: 'ecs:DeregisterTaskDefinition' }],
    });
    await user.click(await previewButton());
    expect(await screen.findByText(new RegExp(`${message}\\. Ask for it`))).toBeTruthy();
    expect(screen.getByRole('button', { name: 'Copy IAM policy' })).toBeTruthy();
    const button = screen.getByRole('button', { name: 'Deregister 2 revisions' });
    await vi.waitUntil(() => button.getAttribute('aria-disabled') === 'true');
    await user.click(button);
    expect(start).not.toHaveBeenCalled();
    await user.click(screen.getByRole('button', { name: 'Try anyway' }));
    await user.click(button);
    expect(start).toHaveBeenCalledOnce();
  });

  it('starts without the revisions that are excluded, and says how many are left', async () => {
    const start = vi.fn<Answer<'cleanup.start'>>(() => aJob());
    const user = show({ 'cleanup.start': start });
    await user.click(await previewButton());
    await user.click(await screen.findByRole('checkbox', { name: 'Remove web:1' }));
    expect(screen.getByText(/^1 to remove, 1 excluded, 1 to keep. Takes about 1 s/)).toBeTruthy();
    await user.click(screen.getByRole('button', { name: 'Deregister 1 revision' }));
    expect(start).toHaveBeenCalledWith(
      { plan: PLAN_ID, excluded: [item('web:1', 'remove', '').arn] },
      expect.anything(),
    );
  });

  it('removes nothing where everything is excluded', async () => {
    const user = show();
    await user.click(await previewButton());
    await user.click(await screen.findByRole('checkbox', { name: 'Remove all listed revisions' }));
    const go = screen.getByRole<HTMLButtonElement>('button', { name: 'Nothing to remove' });
    expect(go.disabled).toBe(true);
    await user.click(screen.getByRole('checkbox', { name: 'Remove all listed revisions' }));
    expect(screen.getByRole('button', { name: 'Deregister 2 revisions' })).toBeTruthy();
  });

  it('of the whole account has totals that narrow the list down to a family', async () => {
    const plan = vi.fn<Answer<'cleanup.plan'>>(({ policy }) =>
      aCleanupPlan(policy, {
        target: SCOPE,
        items: [item('api:1', 'remove', 'not in use'), item('web:1', 'keep', 'the newest one')],
        totals: [
          { family: 'api', removing: 1, keeping: 0 },
          { family: 'web', removing: 0, keeping: 1 },
        ],
      }),
    );
    const user = show({ 'cleanup.plan': plan });
    await user.click(await screen.findByRole('radio', { name: 'All families' }));
    await user.click(await previewButton());
    await user.click(await screen.findByRole('button', { name: /^api/ }));
    expect(plan.mock.calls[0]?.[0]).not.toHaveProperty('families');
    const list = within(screen.getByRole('region', { name: 'Revisions' }));
    expect(list.getAllByRole('listitem').map(({ textContent }) => textContent)).toEqual([
      'api:1Removenot in usenot readACTIVE',
    ]);
  });

  it('removes nothing where a use could not be read', async () => {
    const user = show({
      'cleanup.plan': () => {
        throw new SlipwayError('FORBIDDEN', 'The tasks of main could not be listed, so nothing is removed.', {
          detail: { action: 'ecs:ListTasks' },
        });
      },
    });
    await user.click(await previewButton());
    expect((await screen.findByRole('alert')).textContent).toContain('ecs:ListTasks');
    expect(screen.queryByRole('button', { name: /^(?:Deregister|Delete)/ })).toBeNull();
  });
});

describe('the policy', () => {
  it('begins with what is saved for the account, and can be saved', async () => {
    const save = vi.fn<Answer<'cleanup.savePolicy'>>(() => ({}));
    const saved = { keepNewest: 4, keepDays: 30, keepWorked: 2, deletePermanently: false };
    const user = show({ 'cleanup.policy': () => ({ policy: saved }), 'cleanup.savePolicy': save });
    expect(await screen.findByText('This is the default policy of the account.')).toBeTruthy();
    expect(screen.getByLabelText<HTMLInputElement>('Keep the newest').value).toBe('4');

    await user.type(screen.getByLabelText('Keep revisions with the tag'), 'schedule');
    await user.click(screen.getByRole('button', { name: 'Save as account default' }));
    expect(save).toHaveBeenCalledWith(
      { ...SCOPE, policy: { ...saved, keepTagged: { key: 'schedule' } } },
      expect.anything(),
    );
  });
});

describe('a clean-up', () => {
  it('that deletes permanently asks for the name of the family', async () => {
    const start = vi.fn<Answer<'cleanup.start'>>(() => aJob());
    const user = show({ 'cleanup.start': start });
    await user.click(await screen.findByRole('checkbox', { name: 'Delete permanently' }));
    await user.click(await previewButton());
    const name = await screen.findByLabelText(/cannot be undone/);

    await user.type(name, 'we{Enter}');
    expect(start).not.toHaveBeenCalled();
    await user.type(name, 'b{Enter}');
    expect(start).toHaveBeenCalledWith({ plan: PLAN_ID, confirmation: 'web' }, expect.anything());
  });

  it('asks for a check of every user that resolves its revision at run time', async () => {
    const start = vi.fn<Answer<'cleanup.start'>>(() => aJob());
    const unknown = [
      { source: 'the state machine month-end', reason: 'computes its task definition when it runs' },
    ];
    const user = show({
      'cleanup.start': start,
      'cleanup.plan': ({ policy }) => aCleanupPlan(policy, { unknown }),
    });
    await user.click(await previewButton());
    const go = await screen.findByRole<HTMLButtonElement>('button', { name: 'Deregister 2 revisions' });
    expect(go.disabled).toBe(true);
    await user.click(screen.getByRole('checkbox', { name: /checked the state machine month-end/ }));
    await user.click(go);
    expect(start).toHaveBeenCalledWith(
      { plan: PLAN_ID, acknowledged: ['the state machine month-end'] },
      expect.anything(),
    );
  });

  it('that runs says what is left and how long, and can be paused and resumed', async () => {
    const pause = vi.fn<Answer<'cleanup.pause'>>(() => aJob({ state: 'paused' }));
    const resume = vi.fn<Answer<'cleanup.resume'>>(() => aJob());
    const user = show({ 'cleanup.pause': pause, 'cleanup.resume': resume }, [aJob()]);
    const job = within(await screen.findByRole('region', { name: 'Clean-up' }));
    expect(job.getByText('1 of 2 deregistered')).toBeTruthy();
    expect(job.getByText('1 remaining, about 1 s')).toBeTruthy();

    await user.click(job.getByRole('button', { name: 'Pause' }));
    expect(await job.findByText('Paused')).toBeTruthy();
    await user.click(job.getByRole('button', { name: 'Resume' }));
    expect(await job.findByText('In progress')).toBeTruthy();
  });

  it('that has ended names what was kept, what failed and what ECS still deletes', async () => {
    const over = aJob({
      state: 'failed',
      left: 0,
      spared: [{ name: 'web:1', message: 'runs in production/web' }],
      failed: [{ name: 'web:2', message: 'AWS refused.' }],
      held: [{ name: 'web:4', message: 'a standalone task runs it in jobs' }],
    });
    show({ 'cleanup.watch': () => over }, [over]);
    expect((await screen.findByRole('region', { name: /in use since the preview/i })).textContent).toContain(
      'web:1',
    );
    expect(screen.getByRole('region', { name: 'Failed' }).textContent).toContain('AWS refused.');
    expect(screen.getByRole('region', { name: /DELETE_IN_PROGRESS/ }).textContent).toContain('web:4');
    expect(screen.queryByRole('button', { name: 'Stop' })).toBeNull();
  });
});
