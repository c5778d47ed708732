import { cleanup, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import axe from 'axe-core';
import { afterEach, expect, it, vi } from 'vitest';
import { discardDraft } from '../../lib/drafts.ts';
import { type Answers, renderWithEngine } from '../../testing/engine.tsx';
import { type BuildChoice, BuildForm } from './build-form.tsx';
import { BuildPanel } from './build-panel.tsx';

afterEach(() => {
  cleanup();
  localStorage.clear();
  remembered = {};
});

const WEB = { account: 'sandbox', region: 'us-east-1', cluster: 'staging', service: 'web' };
const REPOSITORY = {
  name: 'web',
  uri: '127.0.0.1:5000/web',
  arn: 'arn:aws:ecr:us-east-1:111111111111:repository/web',
  tagMutability: 'MUTABLE',
} as const;
const SETTINGS = {
  file: '/data/settings.json',
  pinned: {},
  newRepositories: {},
  notifications: { desktop: 'all', webhook: 'all', webhookPlaces: 'all', desktopAvailable: true },
} as const;
const GUARD = {
  environment: 'staging',
  from: 'name',
  confirm: 'click',
  readOnly: false,
  mutableTags: 'allow',
} as const;
/** What the settings have for each repository. */
let remembered: Record<string, string> = {};

const OFFER = { folder: '/src', dockerfiles: ['Dockerfile'], suggestedTag: '1' };

async function openForm(answers: Answers = {}) {
  const onStart = vi.fn<(choice: BuildChoice) => void>();
  const user = userEvent.setup();
  const view = renderWithEngine(
    <BuildForm
      draftKey="build.web.form"
      deployTo={{ service: WEB, container: 'app' }}
      scope={{ account: 'sandbox', region: 'us-east-1' }}
      offer={OFFER}
      repository="web"
      wantedPlatform="linux/arm64"
      running={false}
      onStart={onStart}
      onStop={() => undefined}
    />,
    {
      'repositories.list': () => [],
      'releases.checkRules': () => [],
      'settings.read': () => ({ ...SETTINGS, tagFrom: { ...remembered } }),
      'settings.setTagFrom': ({ account, region, repository, tagFrom }) => {
        remembered[`${account}/${region}/${repository}`] = tagFrom;
        return {};
      },
      'environments.of': () => GUARD,
      ...answers,
    },
  );
  await user.click(screen.getByText('Build arguments, secrets, target, platform and second tag'));
  return { user, onStart, ...view };
}

const start = () => screen.getByRole('button', { name: 'Build and push' });
const row = (number: number) => within(screen.getByRole('group', { name: `Build argument ${number}` }));

it('a build without options is started with the defaults of Docker', async () => {
  const { user, onStart } = await openForm();
  await user.click(screen.getByRole('button', { name: 'Add build argument' }));
  await user.click(start());
  expect(onStart).toHaveBeenCalledWith({ dockerfile: 'Dockerfile', repository: 'web', tag: '1' });
});

it('a build secret is named by a variable or a file of this machine, and never typed', async () => {
  const { user, onStart } = await openForm();
  expect(screen.getByText('Empty: linux/arm64, which the service runs on')).toBeDefined();
  await user.click(screen.getByRole('button', { name: 'Add build secret (BuildKit)' }));
  const secret = within(screen.getByRole('group', { name: 'Build secret 1' }));
  await user.type(secret.getByRole('textbox', { name: /^Id/ }), 'npm');
  expect(start().hasAttribute('disabled'), 'without a source').toBe(true);
  await user.type(secret.getByRole('textbox', { name: 'Name of the variable' }), 'NPM_TOKEN');
  await user.click(start());
  expect(onStart.mock.lastCall?.[0].secrets).toEqual([{ id: 'npm', variable: 'NPM_TOKEN' }]);
});

it('a build is started with the build arguments, target and platform of the form', async () => {
  const { user, onStart } = await openForm();
  await user.click(screen.getByRole('button', { name: 'Add build argument' }));
  await user.click(screen.getByRole('button', { name: 'Add build argument' }));
  await user.type(row(1).getByLabelText('Name'), 'VERSION');
  await user.type(row(1).getByLabelText('Value'), '1 = 2 ');
  await user.click(screen.getByRole('button', { name: 'Remove build argument 2' }));
  await user.type(screen.getByLabelText('Target stage'), 'runtime');
  await user.type(screen.getByLabelText('Platform'), 'linux/arm64');
  await user.type(screen.getByLabelText('Second tag'), 'latest');
  await user.click(start());
  expect(onStart).toHaveBeenCalledWith({
    dockerfile: 'Dockerfile',
    repository: 'web',
    tag: '1',
    alsoTag: 'latest',
    buildArguments: [{ name: 'VERSION', value: '1 = 2 ' }],
    target: 'runtime',
    platform: 'linux/arm64',
  });
});

it('a build argument whose name looks like a secret warns and does not prevent the build', async () => {
  const { user, onStart, container } = await openForm();
  await user.click(screen.getByRole('button', { name: 'Add build argument' }));
  await user.type(row(1).getByLabelText('Name'), 'NPM_TOKEN');
  expect(row(1).getByText(/^This looks like a secret\./)).toBeDefined();
  // There are no colours without a layout.
  const { violations } = await axe.run(container, { rules: { 'color-contrast': { enabled: false } } });
  expect(violations.map(({ id }) => id)).toEqual([]);
  await user.click(start());
  expect(onStart).toHaveBeenCalledOnce();
});

it.each([
  ['Target stage', 'a/b', 'it starts with a letter or a digit'],
  ['Platform', 'arm64', 'Operating system and architecture'],
  ['Second tag', 'a/b', 'at most 128'],
])('%s “%s” is refused before the build starts', async (label, text, problem) => {
  const { user } = await openForm();
  await user.type(screen.getByLabelText(label), text);
  expect(screen.getByText(new RegExp(problem))).toBeDefined();
  expect(start()).toHaveProperty('disabled', true);
});

it('a platform that the service does not run on is named before the build', async () => {
  const { user } = await openForm();
  await user.type(screen.getByLabelText('Platform'), 'linux/arm64/v8');
  expect(screen.queryByText(/can't start an image/)).toBeNull();
  await user.clear(screen.getByLabelText('Platform'));
  await user.type(screen.getByLabelText('Platform'), 'linux/amd64');
  expect(screen.getByText(/runs on linux\/arm64 and can't start an image/)).toBeDefined();
  expect(start()).toHaveProperty('disabled', false);
});

it('a build argument that is set twice is refused before the build starts', async () => {
  const { user } = await openForm();
  for (const number of [1, 2]) {
    await user.click(screen.getByRole('button', { name: 'Add build argument' }));
    await user.type(row(number).getByLabelText('Name'), 'VERSION');
  }
  expect(row(2).getByText('This build argument is set twice. Remove one of them.')).toBeDefined();
  expect(start()).toHaveProperty('disabled', true);
});

it('a tag that has an image and cannot be moved is named with free ones, and a click takes one', async () => {
  const { user, onStart } = await openForm({
    'repositories.list': () => [
      {
        name: 'web',
        uri: 'registry/web',
        arn: 'arn',
        tagMutability: 'IMMUTABLE_WITH_EXCLUSION',
        tagExceptions: ['dev-*'],
      },
    ],
    'images.list': () => [
      {
        repository: 'web',
        digest: `sha256:${'a'.repeat(64)}`,
        tags: ['1.2.0', 'dev-1'],
        platforms: [],
        status: 'ACTIVE',
      },
    ],
  });
  const tag = screen.getByLabelText('Tag');
  await user.clear(tag);
  await user.type(tag, '1.2.0');
  expect(await screen.findByText(/1\.2\.0 already has an image and can't be moved/)).toBeDefined();
  expect(screen.getByRole('button', { name: 'Use 1.2.0-2' })).toBeDefined();
  await user.click(screen.getByRole('button', { name: 'Use 1.2.1' }));
  expect(screen.queryByText(/already has an image/)).toBeNull();
  await user.click(start());
  expect(onStart.mock.calls[0]?.[0].tag).toBe('1.2.1');
  await user.clear(tag);
  await user.type(tag, 'dev-1');
  expect(screen.queryByText(/already has an image/)).toBeNull();
});

const image = (digit: string, tags: readonly string[]) => ({
  repository: 'web',
  digest: `sha256:${digit.repeat(64)}`,
  tags,
  platforms: [],
  status: 'ACTIVE',
});

const TAGGED = {
  'repositories.list': () => [{ name: 'web', uri: 'r/web', arn: 'arn:web', tagMutability: 'MUTABLE' }],
  'images.list': () => [image('a', ['1.4.2', 'latest']), image('b', ['1.3.9'])],
  'docker.folder': () => ({
    ...OFFER,
    described: 'v1.4.2-3-g4be91d7',
    versions: { time: '20261129-080509', package: '1.5.0' },
  }),
} satisfies Answers;

it('a tag is proposed by what the folder and the repository say, and its pattern is used for the next build', async () => {
  const { user, onStart, unmount } = await openForm(TAGGED);
  await user.click(screen.getByRole('combobox', { name: 'Tag from' }));
  await screen.findByRole('option', { name: 'Next patch: 1.4.3' });
  const offered = within(screen.getByRole('listbox', { name: 'Tag from' })).getAllByRole('option');
  expect(offered.map(({ textContent }) => textContent)).toEqual([
    'git describe: v1.4.2-3-g4be91d7',
    'package.json: 1.5.0',
    'Next patch: 1.4.3',
    'Next minor version: 1.5.0',
    'Next major version: 2.0.0',
    'Time: 20261129-080509',
    'Variable…',
  ]);
  await user.click(screen.getByRole('option', { name: 'Next minor version: 1.5.0' }));
  await user.click(start());
  expect(onStart).toHaveBeenCalledWith({ dockerfile: 'Dockerfile', repository: 'web', tag: '1.5.0' });
  unmount();
  expect(remembered).toEqual({ 'sandbox/us-east-1/web': 'next-minor' });
  discardDraft('build.web.form.tag');
  await openForm(TAGGED);
  await vi.waitUntil(() => screen.getByRole<HTMLInputElement>('textbox', { name: 'Tag' }).value === '1.5.0');
});

it('a pattern that an earlier version kept in the window is used and written to the settings', async () => {
  window.localStorage.setItem('slipway.tag-pattern.sandbox.us-east-1.web', 'minor');
  const { user, onStart } = await openForm(TAGGED);
  await vi.waitUntil(() => screen.getByRole<HTMLInputElement>('textbox', { name: 'Tag' }).value === '1.5.0');
  await user.click(start());
  expect(onStart).toHaveBeenCalledWith({ dockerfile: 'Dockerfile', repository: 'web', tag: '1.5.0' });
  expect(remembered).toEqual({ 'sandbox/us-east-1/web': 'next-minor' });
});

it('a tag is made of what slipway.yml says, which another choice does not replace', async () => {
  const images = [{ container: 'app', repository: 'web', tagFrom: 'describe' }];
  const { user, onStart } = await openForm({ ...TAGGED, 'environments.of': () => ({ ...GUARD, images }) });
  await screen.findByText('As slipway.yml says');
  await vi.waitUntil(() => screen.getByRole<HTMLInputElement>('textbox', { name: 'Tag' }).value !== '');
  await user.click(screen.getByRole('combobox', { name: 'Tag from' }));
  await user.click(await screen.findByRole('option', { name: 'Next patch: 1.4.3' }));
  expect(screen.queryByText('As slipway.yml says')).toBeNull();
  await user.click(start());
  expect(onStart).toHaveBeenCalledWith({ dockerfile: 'Dockerfile', repository: 'web', tag: '1.4.3' });
  expect(remembered).toEqual({});
});

it('a tag that is typed replaces the one of the pattern', async () => {
  const { user, onStart } = await openForm(TAGGED);
  const tag = screen.getByRole('textbox', { name: 'Tag' });
  await user.clear(tag);
  await user.type(tag, 'rc-7');
  await user.click(start());
  expect(onStart).toHaveBeenCalledWith({ dockerfile: 'Dockerfile', repository: 'web', tag: 'rc-7' });
});

it('a tag that was typed is there when the dialog is opened again', async () => {
  const { user, unmount } = await openForm();
  await user.type(screen.getByLabelText('Tag'), '.5-rc');
  unmount();
  await openForm();
  expect(screen.getByLabelText('Tag')).toHaveProperty('value', '1.5-rc');
});

it('a variable of the environment gives the tag, and is used for the next build', async () => {
  const answers: Answers = {
    ...TAGGED,
    'docker.folder': ({ variable }) => ({
      ...OFFER,
      ...(variable === 'BUILD_NUMBER' ? { variable: { tag: '1207' } } : {}),
      ...(variable === 'BUILD' ? { variable: { problem: 'BUILD is not set.' } } : {}),
    }),
  };
  const { user, onStart, unmount } = await openForm(answers);
  await user.click(screen.getByRole('combobox', { name: 'Tag from' }));
  await user.click(await screen.findByRole('option', { name: 'Variable…' }));
  expect(start()).toHaveProperty('disabled', true);
  const name = screen.getByLabelText('Name of the variable');
  await user.type(name, 'BUILD');
  await screen.findByText('BUILD is not set.');
  await user.type(name, '_NUMBER');
  await vi.waitUntil(() => screen.getByRole<HTMLInputElement>('textbox', { name: 'Tag' }).value === '1207');
  await user.click(start());
  expect(onStart).toHaveBeenCalledWith({ dockerfile: 'Dockerfile', repository: 'web', tag: '1207' });
  unmount();
  // As after the push.
  discardDraft('build.web.form.tag');
  await openForm(answers);
  await vi.waitUntil(() => screen.getByRole<HTMLInputElement>('textbox', { name: 'Tag' }).value === '1207');
});

it('an image that a rule does not allow is not built, and the rule is named', async () => {
  const allows = 'The tag 1 of app is not a tag that the rules allow';
  const { user, onStart } = await openForm({
    'repositories.list': () => [REPOSITORY],
    'releases.checkRules': ({ images }) =>
      images.map(({ container, image }) => ({
        rule: 'allowed-image',
        subject: container,
        result: image.endsWith('/web:1') ? 'fail' : 'pass',
        message: image.endsWith('/web:1') ? allows : 'The image of app is one that the rules allow',
      })),
  });
  await screen.findByText(new RegExp(allows));
  expect(start().getAttribute('aria-disabled')).toBe('true');
  await user.click(start());
  expect(onStart).not.toHaveBeenCalled();
  await user.clear(screen.getByLabelText('Tag'));
  await user.type(screen.getByLabelText('Tag'), 'v2');
  await waitFor(() => expect(screen.queryByText(new RegExp(allows))).toBeNull());
  await user.click(start());
  expect(onStart).toHaveBeenCalledWith({ dockerfile: 'Dockerfile', repository: 'web', tag: 'v2' });
});

it('a second tag is pushed after the first, which is the one that is deployed', async () => {
  const pushed: string[] = [];
  const onPushed = vi.fn<(reference: string) => void>();
  const user = userEvent.setup();
  renderWithEngine(
    <BuildPanel
      scope={{ account: 'sandbox', region: 'us-east-1' }}
      deployTo={{ service: WEB, container: 'app' }}
      draftKey="panel.web"
      repository="web"
      onPushed={onPushed}
      onBusyChange={() => undefined}
    />,
    {
      'repositories.list': () => [],
      'releases.checkRules': () => [],
      'settings.read': () => ({ ...SETTINGS, tagFrom: {} }),
      'environments.of': () => GUARD,
      'docker.folder': () => OFFER,
      'docker.build': () => ({ id: `sha256:${'1'.repeat(64)}`, name: 'web:1', sizeBytes: 1 }),
      'docker.push': ({ repository, tag }) => {
        pushed.push(tag);
        return {
          image: `registry/${repository}:${tag}`,
          tag,
          digest: `sha256:${'2'.repeat(64)}`,
          alreadyThere: false,
        };
      },
    },
  );
  await user.type(screen.getByLabelText('Folder'), '/src{Enter}');
  await user.click(await screen.findByText('Build arguments, secrets, target, platform and second tag'));
  await user.type(screen.getByLabelText('Second tag'), 'latest');
  await user.click(start());
  await waitFor(() => expect(onPushed).toHaveBeenCalledWith('registry/web:1'));
  expect(pushed).toEqual(['1', 'latest']);
});
