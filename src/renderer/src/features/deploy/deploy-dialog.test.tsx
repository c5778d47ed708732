import { cleanup, screen, waitFor, within } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Image, Repository } from '../../../../shared/model/image.ts';
import type { Plan, Release } from '../../../../shared/model/plan.ts';
import type { ServiceDetail } from '../../../../shared/model/service.ts';
import { discardSentDrafts } from '../../lib/drafts.ts';
import { A_SERVICE, noClone, SOME_SETTINGS } from '../../testing/deploy.ts';
import { type Answer, type Answers, renderWithEngine } from '../../testing/engine.tsx';
import { aPlan, RELEASE, SERVICE } from '../../testing/plan.ts';
import { DeployDialog } from './deploy-dialog.tsx';

afterEach(cleanup);
afterEach(() => vi.unstubAllGlobals());

const DIGEST = `sha256:${'ab'.repeat(32)}`;
const REPOSITORY: Repository = {
  name: 'acme/web',
  uri: '127.0.0.1:5000/acme/web',
  arn: 'arn:aws:ecr:us-east-1:111111111111:repository/acme/web',
  tagMutability: 'MUTABLE',
};
const IMAGE: Image = {
  repository: 'acme/web',
  digest: DIGEST,
  tags: ['1.9.0'],
  platforms: [],
  commit: '4be91d7c0ffee',
  status: 'ACTIVE',
};
function show(answers: Answers = {}, detail: ServiceDetail = A_SERVICE) {
  const onClose = vi.fn<() => void>();
  const onStarted = vi.fn<(release: Release) => void>();
  renderWithEngine(
    <DeployDialog service={SERVICE} detail={detail} opened onClose={onClose} onStarted={onStarted} />,
    {
      'repositories.list': () => [REPOSITORY],
      'images.list': () => [IMAGE, { ...IMAGE, digest: `sha256:${'cd'.repeat(32)}`, tags: ['1.8.3'] }],
      'services.settings': () => SOME_SETTINGS,
      'images.commits': () => noClone(),
      'releases.plan': () => aPlan(),
      'releases.execute': () => RELEASE,
      'app.info': () => ({ version: '0.1.0', host: 'browser', nativeDialogs: false }),
      'docker.status': () => ({ state: 'unavailable', message: 'The Docker Engine does not answer.' }),
      ...answers,
    },
  );
  return { user: userEvent.setup(), onClose, onStarted };
}

describe('a deploy', () => {
  it('deploys a chosen tag with its digest pinned, after the review', async () => {
    const plan = vi.fn<Answer<'releases.plan'>>(() => aPlan());
    const { user, onClose, onStarted } = show({ 'releases.plan': plan });
    await user.click(await screen.findByRole('option', { name: /1\.9\.0/ }));
    await user.click(screen.getByRole('button', { name: 'Review changes' }));
    await user.click(await screen.findByRole('button', { name: 'Deploy' }));

    await waitFor(() => expect(onStarted).toHaveBeenCalledWith(RELEASE));
    expect(onClose).toHaveBeenCalledOnce();
    const image = `${REPOSITORY.uri}:1.9.0@${DIGEST}`;
    expect(plan).toHaveBeenCalledExactlyOnceWith(
      { service: SERVICE, change: { images: [{ container: 'app', image }] } },
      expect.anything(),
    );
  });

  it('finds an image by its commit and takes it with the keyboard', async () => {
    const { user } = show();
    await user.type(await screen.findByLabelText(/^Search tags, digests and commits/), '4be91d7');
    (await screen.findByRole('listbox', { name: 'Images' })).focus();
    await user.keyboard('{ArrowDown}');
    expect((await screen.findByRole('option', { selected: true })).textContent).toContain('1.9.0');
  });

  it('restores the choices and the focus after Back', async () => {
    const { user } = show();
    await user.click(await screen.findByRole('option', { name: /1\.9\.0/ }));
    await user.click(screen.getByRole('button', { name: 'Review changes' }));
    await screen.findByRole('button', { name: 'Back' });
    expect(document.activeElement).toBe(screen.getByRole('textbox', { name: 'Reason' }));

    await user.click(screen.getByRole('button', { name: 'Back' }));
    expect(document.activeElement).toBe(screen.getByRole('button', { name: 'Review changes' }));
    expect(screen.getByRole('option', { selected: true }).textContent).toContain('1.9.0');
  });

  it('keeps a folder that was typed before the repositories are there', async () => {
    const repositories = Promise.withResolvers<readonly Repository[]>();
    const { user } = show({
      'repositories.list': () => repositories.promise,
      'docker.status': () => ({
        state: 'connected',
        version: '29.0.0',
        from: 'the default socket',
        platform: { os: 'linux', architecture: 'amd64' },
      }),
      'docker.folder': ({ folder }) => ({ folder, dockerfiles: ['Dockerfile'], suggestedTag: '4be91d7' }),
    });
    await user.click(screen.getByText('Build from a folder'));
    await user.type(await screen.findByRole('textbox', { name: 'Folder' }), '/home/ana/web{Enter}');
    await screen.findByRole('textbox', { name: 'Tag' });
    repositories.resolve([REPOSITORY]);
    await waitFor(() =>
      expect(screen.getByRole('button', { name: 'Build and push' })).toHaveProperty('disabled', false),
    );
    expect(screen.getByRole('textbox', { name: 'Folder' })).toHaveProperty('value', '/home/ana/web');
  });

  it('changes variables and settings without a new image', async () => {
    const plan = vi.fn<Answer<'releases.plan'>>(() => aPlan());
    const { user } = show({ 'releases.plan': plan });
    expect(screen.getByRole('button', { name: 'Review changes' }).hasAttribute('disabled')).toBe(true);

    await user.click(screen.getByText('Environment and secrets'));
    await user.click(await screen.findByRole('button', { name: 'Add a variable or secret' }));
    expect(screen.getByText(/Enter a name for the variable or secret of app/)).toBeTruthy();
    await user.type(screen.getByRole('textbox', { name: 'Name' }), 'LOG_LEVEL');
    await user.type(screen.getByRole('textbox', { name: 'Value' }), 'debug');
    await user.click(screen.getByText('Deployment settings'));
    await user.selectOptions(
      await screen.findByRole('combobox', { name: 'Circuit breaker' }),
      'On, with rollback',
    );
    await user.type(screen.getByRole('textbox', { name: 'Maximum' }), '150');
    await user.click(screen.getByRole('button', { name: 'Review changes' }));

    await screen.findByRole('button', { name: 'Deploy' });
    expect(plan).toHaveBeenCalledExactlyOnceWith(
      {
        service: SERVICE,
        change: {
          environment: [{ container: 'app', set: [{ name: 'LOG_LEVEL', value: 'debug' }] }],
          deploymentConfiguration: {
            maximumPercent: 150,
            deploymentCircuitBreaker: { enable: true, rollback: true },
          },
        },
      },
      expect.anything(),
    );
  });

  it('shows what is set now in every field, and changes a variable in its place', async () => {
    const plan = vi.fn<Answer<'releases.plan'>>(() => aPlan());
    const { user } = show({ 'releases.plan': plan });
    for (const part of ['Size', 'Deployment settings', 'Service settings', 'Environment and secrets'])
      await user.click(screen.getByText(part));
    const nowOf = (name: string): string | null =>
      screen.getByRole('textbox', { name }).getAttribute('placeholder');
    await waitFor(() => expect(nowOf('Task memory')).toBe('Current: 512 MiB'));
    expect(nowOf('Memory limit')).toBe('Current: 384 MiB');
    expect(nowOf('Memory reservation')).toBe('Not set');
    expect(nowOf('Traffic per step')).toBe('Current: 20 %');
    expect(nowOf('Alarm names')).toBe('Current: web-5xx');
    expect(nowOf('Desired tasks')).toBe('Current: 3');
    expect(nowOf('Platform version')).toBe('Current: 1.4.0');
    expect(screen.getByText('Current: Linear')).toBeTruthy();
    expect(screen.getByText(/hook smoke-test at post scale up/)).toBeTruthy();

    await user.click(screen.getByRole('button', { name: 'Change LOG_LEVEL of app' }));
    const value = screen.getByRole('textbox', { name: 'Value' });
    await user.clear(value);
    await user.type(value, 'debug');
    await user.type(screen.getByRole('textbox', { name: 'Traffic per step' }), '50');
    await user.type(screen.getByRole('textbox', { name: 'Memory limit' }), '448');
    await user.click(screen.getByRole('button', { name: 'Review changes' }));
    await screen.findByRole('button', { name: 'Deploy' });
    expect(plan).toHaveBeenCalledExactlyOnceWith(
      {
        service: SERVICE,
        change: {
          environment: [{ container: 'app', set: [{ name: 'LOG_LEVEL', value: 'debug' }] }],
          containers: [{ container: 'app', memory: 448 }],
          deploymentConfiguration: { linearConfiguration: { stepPercent: 50 } },
        },
      },
      expect.anything(),
    );
  });

  it('stays usable without a Docker Engine, and retries on request', async () => {
    const status = vi.fn<Answer<'docker.status'>>(() => ({
      state: 'unavailable',
      message: 'The Docker Engine does not answer.',
    }));
    const { user } = show({ 'docker.status': status });
    await user.click(screen.getByRole('radio', { name: 'Local image' }));
    expect((await screen.findByRole('alert')).textContent).toContain('The Docker Engine does not answer.');
    await user.click(screen.getByRole('button', { name: 'Try again' }));
    await waitFor(() => expect(status).toHaveBeenCalledTimes(2));

    await user.click(screen.getByRole('radio', { name: 'Registry' }));
    expect(await screen.findByRole('option', { name: /1\.9\.0/ })).toBeTruthy();
  });

  it('asks before it closes over a push that is running', async () => {
    const stopped = vi.fn<() => void>();
    const { user, onClose } = show({
      'docker.status': () => ({
        state: 'connected',
        version: '28.2',
        from: 'DOCKER_HOST',
        platform: { os: 'linux', architecture: 'amd64' },
      }),
      'docker.images': () => [
        { id: DIGEST, names: ['web:dev'], createdAt: '2026-11-20T16:00:00Z', sizeBytes: 84_100_000 },
      ],
      'docker.push': (_, { emit, signal }) => {
        signal.addEventListener('abort', stopped);
        const sent = { sentBytes: 5_000_000, totalBytes: 10_000_000 };
        emit({ ...sent, bytesPerSecond: 2_500_000, layers: [{ id: 'a1b2c3', state: 'pushing', ...sent }] });
        return new Promise(() => undefined);
      },
    });
    await user.click(screen.getByRole('radio', { name: 'Local image' }));
    await user.click(await screen.findByRole('combobox', { name: 'Local image' }));
    await user.click(await screen.findByRole('option', { name: /web:dev/ }));
    await user.click(screen.getByRole('button', { name: 'Push' }));
    expect(await screen.findByText('5.0 MB of 10.0 MB')).toBeTruthy();
    expect(screen.getByText('5.0 MB of 10.0 MB, 2.5 MB/s')).toBeTruthy();

    await user.keyboard('{Escape}');
    const question = await screen.findByRole('dialog', { name: 'Stop and close?' });
    expect(question.textContent).toContain('The push of acme/web:dev is in progress.');
    expect(onClose).not.toHaveBeenCalled();
    expect(stopped).not.toHaveBeenCalled();

    await user.click(screen.getByRole('button', { name: 'Stop and close' }));
    expect(onClose).toHaveBeenCalledOnce();
  });
});

describe('a deploy in a wide window', () => {
  const wide = (query: string): MediaQueryList =>
    Object.assign(new EventTarget(), {
      matches: query.startsWith('(min-width'),
      media: query,
      onchange: null,
      addListener: () => undefined,
      removeListener: () => undefined,
    });

  it('is reviewed beside the choice, and two clicks deploy it', async () => {
    vi.stubGlobal('matchMedia', wide);
    const { user, onStarted } = show();
    await user.click(await screen.findByRole('option', { name: /1\.9\.0/ }));
    await user.click(await within(await screen.findByRole('form')).findByRole('button', { name: 'Deploy' }));
    await waitFor(() => expect(onStarted).toHaveBeenCalledWith(RELEASE));
  });

  it('never shows the review of an earlier choice, and leaves the focus where somebody chooses', async () => {
    vi.stubGlobal('matchMedia', wide);
    const plan = vi.fn<Answer<'releases.plan'>>(() => aPlan());
    const { user } = show({ 'releases.plan': plan });
    await user.click(await screen.findByRole('option', { name: /1\.9\.0/ }));
    await screen.findByRole('form');
    expect(document.activeElement?.getAttribute('role')).toBe('listbox');

    const next = Promise.withResolvers<Plan>();
    plan.mockImplementation(() => next.promise);
    await user.click(screen.getByRole('option', { name: /1\.8\.3/ }));
    expect(screen.queryByRole('form')).toBeNull();
    expect(screen.getByRole('button', { name: 'Deploy' })).toHaveProperty('disabled', true);

    await user.keyboard('{Control>}{Enter}{/Control}');
    next.resolve(aPlan());
    await waitFor(() => expect(document.activeElement).toBe(screen.getByRole('textbox', { name: 'Reason' })));
  });
});

describe('the deploy form', () => {
  it('has the focus in the image search when it opens', async () => {
    show();
    const search = await screen.findByRole('textbox', { name: /^Search tags/ });
    await waitFor(() => expect(document.activeElement).toBe(search));
  });

  it('deploys with the keyboard alone: tag, Enter, Ctrl+Enter twice', async () => {
    const { user, onStarted } = show();
    await screen.findByRole('option', { name: /1\.9\.0/ });
    await waitFor(() => expect(document.activeElement?.getAttribute('aria-label')).toMatch(/^Search tags/));
    await user.keyboard('1.9.0{Enter}{Control>}{Enter}{/Control}');
    await screen.findByRole('button', { name: 'Deploy' });
    await user.keyboard('{Control>}{Enter}{/Control}');
    await waitFor(() => expect(onStarted).toHaveBeenCalledWith(RELEASE));
  });

  it('marks the image that is running', async () => {
    show();
    expect((await screen.findByRole('option', { name: /1\.8\.3/ })).textContent).toContain('running');
    expect(screen.getByRole('option', { name: /1\.9\.0/ }).textContent).not.toContain('running');
  });

  it('takes an image of another registry that is typed', async () => {
    const plan = vi.fn<Answer<'releases.plan'>>(() => aPlan());
    const { user } = show({ 'releases.plan': plan });
    await user.type(await screen.findByRole('textbox', { name: /^Search tags/ }), 'nginx:1.27');
    await user.click(screen.getByRole('button', { name: 'Use nginx:1.27 from Docker Hub' }));
    await user.click(screen.getByRole('button', { name: 'Review changes' }));
    await screen.findByRole('button', { name: 'Deploy' });
    const change = { images: [{ container: 'app', image: 'nginx:1.27' }] };
    expect(plan).toHaveBeenCalledExactlyOnceWith({ service: SERVICE, change }, expect.anything());
  });

  it('folds the containers that nobody changes, and opens one to change its image', async () => {
    const detail: ServiceDetail = {
      ...A_SERVICE,
      runs: [
        { container: 'proxy', image: 'public.ecr.aws/envoy:1.34.1', digests: [] },
        ...A_SERVICE.runs,
        { container: 'agent', image: 'datadog/agent:7.58.0', digests: [] },
      ],
    };
    const { user } = show({}, detail);
    expect(screen.getByRole('region', { name: 'Container app' })).toBeTruthy();
    expect(screen.queryByRole('region', { name: 'Container proxy' })).toBeNull();
    await user.click(screen.getByText('2 unchanged containers'));
    await user.click(screen.getByRole('button', { name: 'Change the image of proxy' }));
    expect(screen.getByRole('region', { name: 'Container proxy' })).toBeTruthy();
    expect(screen.getByText('1 unchanged container')).toBeTruthy();
  });
});

describe('a draft', () => {
  it('is kept when the form is closed, restored with a note, and discarded on request', async () => {
    const first = show();
    await first.user.click(await screen.findByRole('option', { name: /1\.9\.0/ }));
    await first.user.keyboard('{Escape}');
    const question = await screen.findByRole('dialog', { name: 'Close and keep a draft?' });
    expect(first.onClose).not.toHaveBeenCalled();
    await first.user.click(within(question).getByRole('button', { name: 'Close and keep draft' }));
    expect(first.onClose).toHaveBeenCalledOnce();
    cleanup();

    const { user } = show();
    expect(screen.getByText(/^Draft restored/)).toBeTruthy();
    expect((await screen.findByRole('option', { selected: true })).textContent).toContain('1.9.0');
    await user.click(screen.getByRole('button', { name: 'Discard draft' }));
    expect(screen.queryByText(/^Draft restored/)).toBeNull();
    await screen.findByRole('option', { name: /1\.9\.0/ });
    expect(screen.queryByRole('option', { selected: true })).toBeNull();
    cleanup();

    show();
    expect(screen.queryByText(/^Draft restored/)).toBeNull();
  });

  it('is not kept after the deployment has started', async () => {
    const { user, onStarted } = show();
    await user.click(await screen.findByRole('option', { name: /1\.9\.0/ }));
    await user.click(screen.getByRole('button', { name: 'Review changes' }));
    await user.click(await screen.findByRole('button', { name: 'Deploy' }));
    await waitFor(() => expect(onStarted).toHaveBeenCalled());
    cleanup();
    show();
    expect(screen.queryByText(/^Draft restored/)).toBeNull();
  });

  it('is named by the plan that sends it, so that it is forgotten also when the page is left before the answer', async () => {
    const { user } = show({ 'releases.execute': () => new Promise(() => undefined) });
    await user.click(await screen.findByRole('option', { name: /1\.9\.0/ }));
    await user.click(screen.getByRole('button', { name: 'Review changes' }));
    await user.click(await screen.findByRole('button', { name: 'Deploy' }));
    cleanup();
    discardSentDrafts(new Set([aPlan().id]));
    show();
    expect(screen.queryByText(/^Draft restored/)).toBeNull();
  });

  it('has no values that look like secrets, and names what is missing', async () => {
    const { user } = show();
    await user.click(screen.getByText('Environment and secrets'));
    await user.click(await screen.findByRole('button', { name: 'Add a variable or secret' }));
    await user.type(screen.getByRole('textbox', { name: 'Name' }), 'DB_PASSWORD');
    await user.type(screen.getByRole('textbox', { name: 'Value' }), 'correct-horse');
    expect(JSON.stringify(Object.entries(window.localStorage))).not.toContain('correct-horse');
    cleanup();
    show();
    expect(screen.getByText(/Enter again: the value of DB_PASSWORD\./)).toBeTruthy();
  });

  it('keeps the reason that was typed for a plan over Back and a reload', async () => {
    const { user } = show();
    await user.click(await screen.findByRole('option', { name: /1\.9\.0/ }));
    await user.click(screen.getByRole('button', { name: 'Review changes' }));
    await user.type(await screen.findByRole('textbox', { name: 'Reason' }), 'SHOP-1207');
    cleanup();
    const again = show();
    await screen.findByRole('option', { selected: true });
    await again.user.click(screen.getByRole('button', { name: 'Review changes' }));
    expect(await screen.findByRole('textbox', { name: 'Reason' })).toHaveProperty('value', 'SHOP-1207');
  });
});
