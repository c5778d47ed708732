import { Notifications } from '@mantine/notifications';
import { act, cleanup, screen, waitFor } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { afterEach, expect, it } from 'vitest';
import type { Job } from '../../../../shared/model/job.ts';
import { keepDraft, keptDraft, markDraftSent } from '../../lib/drafts.ts';
import { renderWithEngine } from '../../testing/engine.tsx';
import { JobsMenu } from './jobs-menu.tsx';

afterEach(cleanup);

const PLAN = '7ff1b9ec-2a06-4b9b-9a51-62ad2a3c3b0e';

function aJob(change: Partial<Job> = {}): Job {
  return {
    id: PLAN,
    kind: 'deploy',
    account: 'sandbox',
    region: 'us-east-1',
    cluster: 'production',
    subject: 'web',
    title: 'Deploy web:1.9.0 to web',
    state: 'watching',
    sentence: '2 of 6 tasks run web:42.',
    startedAt: '2026-11-20T10:00:00.000Z',
    recovered: false,
    ...change,
  };
}

function show(first: readonly Job[]) {
  const cancelled: string[] = [];
  let tell: (jobs: readonly Job[]) => void = () => {};
  const view = (
    <>
      <Notifications />
      <JobsMenu />
    </>
  );
  const rendered = renderWithEngine(view, {
    'jobs.watch': (_input, { emit, signal }) => {
      tell = emit;
      emit(first);
      return new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('over'))));
    },
    'jobs.cancel': ({ job }) => {
      cancelled.push(job);
      return {};
    },
  });
  return {
    ...rendered,
    cancelled,
    tell: (jobs: readonly Job[]) => act(() => tell(jobs)),
    user: userEvent.setup(),
  };
}

it('the activity menu shows how many jobs are in progress, and their titles', async () => {
  const { user, cancelled } = show([aJob(), aJob({ id: PLAN.replace('7', '8'), title: 'Deploy api' })]);
  await user.click(await screen.findByRole('button', { name: 'Activity (2)' }));
  expect(await screen.findByText('Deploy web:1.9.0 to web')).toBeTruthy();
  const [stop] = screen.getAllByRole('button', { name: 'Stop watching' });
  if (stop !== undefined) await user.click(stop);
  await waitFor(() => expect(cancelled).toEqual([PLAN]));
});

it('a waiting clean-up offers Stop, not Stop watching', async () => {
  const { user } = show([aJob({ kind: 'cleanup', state: 'waiting', title: 'Clean up web' })]);
  await user.click(await screen.findByRole('button', { name: 'Activity (1)' }));
  expect(await screen.findByRole('button', { name: 'Stop' })).toBeTruthy();
  expect(screen.queryByRole('button', { name: 'Stop watching' })).toBeNull();
});

it('a notification shows the result of a job and links to it', async () => {
  const { user, tell, location } = show([aJob()]);
  await screen.findByRole('button', { name: 'Activity (1)' });
  const sentence = 'web exited with 137, out of memory at 512 MiB; ECS rolled back to web:41.';
  tell([aJob({ state: 'ended', outcome: 'failed', sentence })]);
  expect((await screen.findByRole('alert')).textContent).toContain(sentence);
  expect(screen.getByRole('button', { name: 'Activity' })).toBeTruthy();
  await user.click(screen.getByRole('button', { name: 'Show' }));
  await waitFor(() => expect(location()).toContain('/c/production/s/web'));
});

it('the end of a job is not told on the page that shows it, and is in the list', async () => {
  const { user, tell, location } = show([aJob()]);
  await user.click(await screen.findByRole('button', { name: 'Activity (1)' }));
  await user.click(await screen.findByRole('link', { name: 'production / web' }));
  await waitFor(() => expect(location()).toContain('/c/production/s/web'));
  const sentence = 'All 6 tasks run web:42.';
  tell([aJob({ state: 'ended', outcome: 'succeeded', sentence })]);
  expect(screen.queryByRole('alert')).toBeNull();
  await user.click(screen.getByRole('button', { name: 'Activity' }));
  expect(await screen.findByText(sentence)).toBeTruthy();
});

it('a bulk release is one job with one notification', async () => {
  const fleet = aJob({ id: PLAN.replace('7', '8'), kind: 'fleet', title: 'Deploy web:1.9.0 to 2 services' });
  const part = aJob({ partOf: fleet.id });
  const { tell } = show([part, fleet]);
  expect(await screen.findByRole('button', { name: 'Activity (1)' })).toBeTruthy();
  tell([{ ...part, state: 'ended', outcome: 'succeeded' }, fleet]);
  expect(screen.queryByRole('alert')).toBeNull();
  tell([{ ...fleet, state: 'ended', outcome: 'succeeded', sentence: '2 of 2 updated.' }]);
  expect((await screen.findByRole('alert')).textContent).toContain('2 of 2 updated.');
});

it('a draft is forgotten when AWS accepts its release after the page was left, and kept when AWS refuses it', async () => {
  for (const key of ['deploy.web', 'deploy.api']) keepDraft(key, { image: '1.9.0' });
  const refused = PLAN.replace('7', '8');
  markDraftSent('deploy.web', PLAN);
  markDraftSent('deploy.api', refused);
  const { tell } = show([aJob({ state: 'sending' }), aJob({ id: refused, state: 'sending' })]);
  await screen.findByRole('button', { name: 'Activity (2)' });
  expect(keptDraft('deploy.web')).toBeDefined();

  tell([aJob({ state: 'watching' }), aJob({ id: refused, state: 'ended', outcome: 'failed' })]);
  await waitFor(() => expect(keptDraft('deploy.web')).toBeUndefined());
  expect(keptDraft('deploy.api')).toBeDefined();
});
