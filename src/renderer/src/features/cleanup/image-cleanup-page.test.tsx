import { cleanup, screen, within } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { afterEach, expect, it, vi } from 'vitest';
import type { CleanupJob } from '../../../../shared/model/cleanup.ts';
import { anImageJob, anImagePlan, PLAN_ID, SCOPE } from '../../testing/cleanup.ts';
import { type Answer, type Answers, renderAtAddress } from '../../testing/engine.tsx';
import { ImageCleanupPage } from './image-cleanup-page.tsx';

afterEach(cleanup);

const repository = (name: string) => ({ name, uri: `host/${name}`, arn: '', tagMutability: 'MUTABLE' });

/** The page with an engine that holds these jobs. */
function show(answers: Answers = {}, jobs: CleanupJob[] = [], search = {}) {
  renderAtAddress(() => <ImageCleanupPage scope={SCOPE} search={search} />, {
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

it('the image preview shows which images are removed, why, and how much space is freed', async () => {
  const user = show();
  const preview = await screen.findByRole<HTMLButtonElement>('button', { name: 'Preview' });
  expect(preview.disabled).toBe(true);
  await choose(user, 'web');
  await user.click(preview);
  expect(await screen.findByText(/1 to remove, 1 to keep. Frees up to 18.8 MB/)).toBeTruthy();
  await user.click(screen.getByRole('radio', { name: 'All 2' }));
  expect(screen.getByText('Slipway looks at ECS.')).toBeTruthy();
  const rows = within(screen.getByRole('region', { name: 'Images' })).getAllByRole('listitem');
  expect(rows.map(({ textContent }) => textContent)).toEqual([
    'web:1.2 +1Keepdeployed to production/web18.8 MB',
    'web:1.1Removenot referenced18.8 MB',
  ]);
});

it('an image that the address names is previewed at once, by itself', async () => {
  const plan = vi.fn<Answer<'cleanup.planImages'>>(() => anImagePlan());
  const image = `sha256:${'b'.repeat(64)}`;
  show({ 'cleanup.planImages': plan }, [], { repository: 'web', image });
  expect(await screen.findByText(/1 to remove, 1 to keep. Frees up to 18.8 MB/)).toBeTruthy();
  expect(plan.mock.calls[0]?.[0]).toMatchObject({ repositories: ['web'], images: [image] });
});

it('the image preview keeps what belongs to an excluded image, and counts what is freed without both', async () => {
  const [kept, removed] = anImagePlan().items;
  if (kept === undefined || removed === undefined) throw new Error('The plan has two images.');
  const index = { ...removed, digest: `sha256:${'a'.repeat(64)}`, tags: ['1.0'], kind: 'index' as const };
  const part = { ...removed, digest: `sha256:${'b'.repeat(64)}`, tags: [], follows: [`web@${index.digest}`] };
  const start = vi.fn<Answer<'cleanup.start'>>(() => anImageJob());
  const user = show({
    'cleanup.planImages': () => anImagePlan({ items: [kept, removed, index, part], removing: 3 }),
    'cleanup.start': start,
  });
  await choose(user, 'web');
  await user.click(screen.getByRole('button', { name: 'Preview' }));
  await screen.findByText(/^3 to remove, 1 to keep. Frees up to 37.6 MB/);
  await user.click(screen.getByRole('checkbox', { name: 'Remove web:1.0' }));
  expect(screen.getByText(/^1 to remove, 2 excluded, 1 to keep. Frees up to 18.8 MB/)).toBeTruthy();
  expect(screen.getByText('kept with an excluded image')).toBeTruthy();
  await user.type(screen.getByLabelText(/cannot be undone/), 'web');
  await user.click(screen.getByRole('button', { name: 'Delete 1 image permanently' }));
  expect(start).toHaveBeenCalledWith(
    { plan: PLAN_ID, confirmation: 'web', excluded: [`web@${index.digest}`] },
    expect.anything(),
  );
});

it('the image preview shows the progress of its reads', async () => {
  const user = show({
    'cleanup.planImages': (_, { emit }) => {
      emit({ part: 'revisions', done: 1_250, total: 5_000 });
      return new Promise(() => undefined);
    },
  });
  await choose(user, 'web');
  await user.click(screen.getByRole('button', { name: 'Preview' }));
  expect(await screen.findByText('1,250 of 5,000 revisions loaded')).toBeTruthy();
});

it('the image policy takes tag patterns and names an invalid one', async () => {
  const plan = vi.fn<Answer<'cleanup.planImages'>>(() => anImagePlan());
  const user = show({ 'cleanup.planImages': plan });
  await choose(user, 'web');
  const tags = screen.getByRole('combobox', { name: 'Keep images with a tag matching' });
  await user.type(tags, 'not/one{Enter}');
  expect(screen.getByText('not/one is not a valid tag pattern.')).toBeTruthy();
  expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Preview' }).disabled).toBe(true);
  await user.type(tags, '{Backspace}release-*{Enter}');
  await user.click(screen.getByRole('button', { name: 'Preview' }));
  expect(plan.mock.calls[0]?.[0]).toMatchObject({
    repositories: ['web'],
    policy: { keepTags: ['latest', 'release-*'], keepForInactive: true, untaggedOnly: false },
  });
});

it('an image clean-up asks for the name before it deletes, in every environment', async () => {
  const start = vi.fn<Answer<'cleanup.start'>>(() => anImageJob());
  const user = show({ 'cleanup.start': start });
  await choose(user, 'web');
  await user.click(screen.getByRole('button', { name: 'Preview' }));
  const button = await screen.findByRole<HTMLButtonElement>('button', { name: 'Delete 1 image permanently' });
  expect(button.disabled).toBe(true);
  await user.type(screen.getByLabelText(/cannot be undone/), 'web{Enter}');
  expect(start).toHaveBeenCalledWith({ plan: PLAN_ID, confirmation: 'web' }, expect.anything());
});

it('an image clean-up in progress shows its counts', async () => {
  show({}, [anImageJob()]);
  const job = within(await screen.findByRole('region', { name: 'Clean-up' }));
  expect(job.getByText('images of web')).toBeTruthy();
  expect(job.getByText('1 of 2 deleted, up to 18.8 MB freed')).toBeTruthy();
});

it('the image policy is saved as the account default', async () => {
  const save = vi.fn<Answer<'cleanup.saveImagePolicy'>>(() => ({}));
  const user = show({ 'cleanup.saveImagePolicy': save });
  await user.click(await screen.findByRole('checkbox', { name: 'Only untagged images' }));
  await user.click(screen.getByRole('button', { name: 'Save as account default' }));
  expect(save.mock.calls[0]?.[0]).toMatchObject({ ...SCOPE, policy: { untaggedOnly: true, keepNewest: 10 } });
});
