import { cleanup, screen, within } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { afterEach, expect, it, vi } from 'vitest';
import type { CleanupJob } from '../../../../shared/model/cleanup.ts';
import { anImageJob, anImagePlan, PLAN_ID, SCOPE } from '../../testing/cleanup.ts';
import { type Answer, type Answers, renderWithEngine } from '../../testing/engine.tsx';
import { ImageCleanupPage } from './image-cleanup-page.tsx';

afterEach(cleanup);

const repository = (name: string) => ({ name, uri: `host/${name}`, arn: '', tagMutability: 'MUTABLE' });

/** The page with an engine that holds these jobs. */
function show(answers: Answers = {}, jobs: CleanupJob[] = []) {
  renderWithEngine(<ImageCleanupPage scope={SCOPE} />, {
    'repositories.list': () => [repository('api'), repository('web')],
    'cleanup.imagePolicy': () => ({}),
    'cleanup.planImages': () => anImagePlan(),
    'cleanup.jobs': () => jobs,
    'cleanup.watch': () => new Promise(() => undefined),
    ...answers,
  });
  return userEvent.setup();
}

async function choose(user: ReturnType<typeof userEvent.setup>, name: string): Promise<void> {
  await user.click(await screen.findByRole('combobox', { name: 'Repositories' }));
  await user.click(await screen.findByRole('option', { name }));
}

it('shows of each image whether it goes, why, and what that frees at most, once a repository is chosen', async () => {
  const user = show();
  const preview = await screen.findByRole<HTMLButtonElement>('button', { name: 'Preview' });
  expect(preview.disabled).toBe(true);
  await choose(user, 'web');
  await user.click(preview);
  expect(await screen.findByText(/1 goes, 1 stays; frees at most 18.8 MB/)).toBeTruthy();
  expect(screen.getByText('Slipway looks at ECS.')).toBeTruthy();
  const rows = within(screen.getByRole('region', { name: 'Images' })).getAllByRole('listitem');
  expect(rows.map(({ textContent }) => textContent)).toEqual([
    'web:1.2 +1staysdeployed to production/web18.8 MB',
    'web:1.1goesnothing refers to it18.8 MB',
  ]);
});

it('says how far it is with what takes long', async () => {
  const user = show({
    'cleanup.planImages': (_, { emit }) => {
      emit({ part: 'revisions', done: 1_250, total: 5_000 });
      return new Promise(() => undefined);
    },
  });
  await choose(user, 'web');
  await user.click(screen.getByRole('button', { name: 'Preview' }));
  expect(await screen.findByText('1,250 of 5,000 revisions read')).toBeTruthy();
});

it('takes patterns of tags, and says which is none', async () => {
  const plan = vi.fn<Answer<'cleanup.planImages'>>(() => anImagePlan());
  const user = show({ 'cleanup.planImages': plan });
  await choose(user, 'web');
  const tags = screen.getByRole('combobox', { name: 'Keep those with a tag like' });
  await user.type(tags, 'not/one{Enter}');
  expect(screen.getByText('not/one is not the pattern of a tag.')).toBeTruthy();
  expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Preview' }).disabled).toBe(true);
  await user.type(tags, '{Backspace}release-*{Enter}');
  await user.click(screen.getByRole('button', { name: 'Preview' }));
  expect(plan.mock.calls[0]?.[0]).toMatchObject({
    repositories: ['web'],
    policy: { keepTags: ['latest', 'release-*'], keepForInactive: true, untaggedOnly: false },
  });
});

it('asks for the name before anything goes, whatever the environment', async () => {
  const start = vi.fn<Answer<'cleanup.start'>>(() => anImageJob());
  const user = show({ 'cleanup.start': start });
  await choose(user, 'web');
  await user.click(screen.getByRole('button', { name: 'Preview' }));
  const button = await screen.findByRole<HTMLButtonElement>('button', { name: 'Delete 1 image for good' });
  expect(button.disabled).toBe(true);
  await user.type(screen.getByLabelText(/cannot be brought back/), 'web{Enter}');
  expect(start).toHaveBeenCalledWith({ plan: PLAN_ID, confirmation: 'web' }, expect.anything());
});

it('shows a clean-up of images that runs', async () => {
  show({}, [anImageJob()]);
  const job = within(await screen.findByRole('region', { name: 'Clean-up' }));
  expect(job.getByText('images of web')).toBeTruthy();
  expect(job.getByText('1 of 2 deleted, at most 18.8 MB freed')).toBeTruthy();
});

it('saves the policy as the default of the account', async () => {
  const save = vi.fn<Answer<'cleanup.saveImagePolicy'>>(() => ({}));
  const user = show({ 'cleanup.saveImagePolicy': save });
  await user.click(await screen.findByRole('checkbox', { name: 'Only images without a tag' }));
  await user.click(screen.getByRole('button', { name: 'Save as the default of the account' }));
  expect(save.mock.calls[0]?.[0]).toMatchObject({ ...SCOPE, policy: { untaggedOnly: true, keepNewest: 10 } });
});
