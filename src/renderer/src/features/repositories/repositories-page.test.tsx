import { cleanup, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { SlipwayError } from '../../../../shared/errors.ts';
import type { Image, Repository } from '../../../../shared/model/image.ts';
import { type Answer, type Answers, renderWithEngine } from '../../testing/engine.tsx';
import { RepositoriesPage } from './repositories-page.tsx';

afterEach(cleanup);

const SCOPE = { account: 'sandbox', region: 'us-east-1' };
const WEB: Repository = {
  name: 'shop/web',
  uri: '123456789012.dkr.ecr.us-east-1.amazonaws.com/shop/web',
  arn: 'arn:aws:ecr:us-east-1:123456789012:repository/shop/web',
  tagMutability: 'IMMUTABLE',
  scanOnPush: true,
};
const digest = (character: string): string => `sha256:${character.repeat(64)}`;

function anImage(character: string, tags: readonly string[], changed: Partial<Image> = {}): Image {
  return {
    repository: 'shop/web',
    digest: digest(character),
    tags,
    platforms: [{ os: 'linux', architecture: 'amd64' }],
    sizeBytes: 19_000_000,
    status: 'ACTIVE',
    ...changed,
  };
}

const RUNNING = {
  kind: 'service',
  ...SCOPE,
  cluster: 'main',
  service: 'checkout',
  container: 'app',
  image: `${WEB.uri}:1.2.0`,
  digest: digest('a'),
  readAt: '2026-11-20T10:00:00.000Z',
} as const;

const CLICK = {
  environment: 'sandbox',
  from: 'name',
  confirm: 'click',
  readOnly: false,
  mutableTags: 'allow',
} as const;

const ANSWERS: Answers = {
  'environments.of': () => CLICK,
  'repositories.list': () => [WEB],
  'images.list': () => [
    anImage('a', ['1.2.0', 'latest'], { findings: { CRITICAL: 2, HIGH: 4 } }),
    anImage('b', ['1.1.0'], { findings: {} }),
    anImage('c', []),
  ],
  'repositories.lifecycle': () => ({
    rules: [{ priority: 2, sentence: 'Deletes images beyond the newest 2.' }],
    verdicts: [{ digest: digest('a'), tags: ['1.2.0'], action: 'expire', priority: 2 }],
  }),
  'images.where': () => ({ uses: [RUNNING], notRead: [] }),
  'images.scan': () => ({ state: 'none', isOld: false, findings: [], total: 0 }),
  'images.referrers': () => ({ referrers: [], isCut: false }),
  'search.refresh': () => [],
  'accounts.list': () => ({
    accounts: [
      { id: 'sandbox', name: 'sandbox', kind: 'sandbox', region: 'us-east-1', environment: 'sandbox' },
      {
        id: 'profile:live',
        name: 'live',
        kind: 'profile',
        region: 'eu-west-1',
        environment: 'production',
      },
    ],
    problems: [],
  }),
};

describe('the images of a repository', () => {
  const search = { repository: 'shop/web' };

  it('show where each runs, what scans found, and that the policy will remove one that runs', async () => {
    renderWithEngine(<RepositoriesPage scope={SCOPE} search={search} />, ANSWERS);
    const [first, second, third] = await screen.findAllByRole('listitem');
    await waitFor(() => expect(first?.textContent).toContain('main/checkout'));
    expect(first?.textContent).toContain('2 critical');
    expect(second?.textContent).toContain('none');
    expect(second?.textContent).toContain('not running');
    expect(third?.textContent).toContain('untagged');
    expect((await screen.findByRole('alert')).textContent).toContain(
      'The lifecycle policy will delete or archive an image that is running',
    );
    expect(screen.getByText('Deletes images beyond the newest 2.', { exact: false })).toBeDefined();
  });

  it('say that services are still being read, and not that nothing runs the image', async () => {
    renderWithEngine(<RepositoriesPage scope={SCOPE} search={{ ...search, image: digest('b') }} />, {
      ...ANSWERS,
      'search.refresh': () => new Promise(() => undefined),
    });
    await screen.findByText('Services, deployments, daemons and schedules are still being read.');
    expect(screen.queryByText(/that Slipway has read runs this image/)).toBeNull();
  });

  it('are filtered by the address: those that no service runs, and by words', async () => {
    renderWithEngine(<RepositoriesPage scope={SCOPE} search={{ ...search, show: 'unused' }} />, ANSWERS);
    await screen.findByText('1.1.0');
    await waitFor(() => expect(screen.queryByText('1.2.0, latest')).toBeNull());
    cleanup();
    renderWithEngine(<RepositoriesPage scope={SCOPE} search={{ ...search, q: 'checkout' }} />, ANSWERS);
    await screen.findByText('1.2.0, latest');
    expect(screen.queryByText('1.1.0')).toBeNull();
  });

  it('are filtered with each letter that is typed, and the address has the text', async () => {
    const { location } = renderWithEngine(<RepositoriesPage scope={SCOPE} search={search} />, ANSWERS);
    await screen.findByText('1.1.0');
    const field = screen.getByRole('searchbox', { name: 'Search tags, digests, commits and services' });
    await userEvent.type(field, 'latest');
    expect(field).toHaveProperty('value', 'latest');
    expect(screen.queryByText('1.1.0')).toBeNull();
    await waitFor(() => expect(location()).toContain('q=latest'));
  });

  it('name the account where one runs as the person does', async () => {
    renderWithEngine(<RepositoriesPage scope={SCOPE} search={{ ...search, image: digest('a') }} />, {
      ...ANSWERS,
      'images.where': () => ({
        uses: [{ ...RUNNING, account: 'profile:live', region: 'eu-west-1' }],
        notRead: [],
      }),
    });
    const link = await screen.findByRole('link', { name: 'main/checkout' });
    await waitFor(() => expect(link.closest('li')?.textContent).toContain('live eu-west-1, app'));
    expect(link.closest('li')?.textContent).not.toContain('profile:');
  });

  it('tell services of one name in clusters of one name apart by account and region', async () => {
    renderWithEngine(<RepositoriesPage scope={SCOPE} search={search} />, {
      ...ANSWERS,
      'images.where': () => ({
        uses: [RUNNING, { ...RUNNING, account: 'profile:live', region: 'eu-west-1' }],
        notRead: [],
      }),
    });
    const [row] = await screen.findAllByRole('listitem');
    await waitFor(() => expect(row?.textContent).toContain('main/checkout sandbox us-east-1'));
    expect(row?.textContent).toContain('main/checkout live eu-west-1');
  });

  it('name the deployment that brings one, the daemon that runs it, and the schedule that starts it', async () => {
    const { account, region, container, image, readAt } = RUNNING;
    const schedule = {
      kind: 'schedule',
      source: 'the schedule nightly',
      isDisabled: true,
      revision: 'jobs:3',
    } as const;
    renderWithEngine(<RepositoriesPage scope={SCOPE} search={{ ...search, image: digest('a') }} />, {
      ...ANSWERS,
      'images.where': () => ({
        uses: [
          { ...RUNNING, kind: 'deployment', revision: 'shop:8' },
          { ...schedule, account, region, container, image, digest: digest('a'), readAt },
          {
            kind: 'daemon',
            ...SCOPE,
            cluster: 'main',
            daemon: 'log-agent',
            revision: 'agent:2',
            container,
            image,
            digest: digest('a'),
            readAt,
          },
        ],
        notRead: [],
      }),
    });
    const link = await screen.findByRole('link', { name: 'main/checkout' });
    expect(link.closest('li')?.textContent).toContain('app, shop:8, being deployed');
    const rows = screen.getAllByRole('listitem').map(({ textContent }) => textContent);
    expect(rows.find((text) => text?.startsWith('the schedule nightly'))).toContain('jobs:3, disabled');
    // Its page is that of its cluster.
    const daemon = screen.getByRole('link', { name: 'the daemon main/log-agent' });
    expect(daemon.getAttribute('href')).toMatch(/\/c\/main$/);
    expect(daemon.closest('li')?.textContent).toContain('app, agent:2');
  });

  it('name revisions that nothing runs apart, and what could not be read', async () => {
    const { account, region, container, image, readAt } = RUNNING;
    const revision = { kind: 'revision', revision: 'web:7' } as const;
    const problem = 'sandbox is not allowed to list rules (events:ListRules).';
    renderWithEngine(<RepositoriesPage scope={SCOPE} search={{ ...search, image: digest('b') }} />, {
      ...ANSWERS,
      'images.where': () => ({
        uses: [{ ...revision, account, region, container, image, digest: digest('b'), readAt }],
        notRead: [{ account, region, what: 'EventBridge rules', problem }],
      }),
    });
    const link = await screen.findByRole('link', { name: 'web:7' });
    expect(link.getAttribute('href')).toBe('/a/sandbox/us-east-1/families/web');
    expect(screen.getByText('not running, in 1 revision')).toBeDefined();
    expect(
      screen.getByText(/^Couldn't read EventBridge rules of sandbox in us-east-1\./).textContent,
    ).toContain('events:ListRules');
  });

  it('show the findings of the last scan with links to known sites, and what refers to the image', async () => {
    renderWithEngine(<RepositoriesPage scope={SCOPE} search={{ ...search, image: digest('a') }} />, {
      ...ANSWERS,
      'images.scan': () => ({
        state: 'complete',
        completedAt: '2026-01-01T10:00:00.000Z',
        isOld: true,
        total: 203,
        findings: [
          {
            name: 'CVE-2026-1188',
            severity: 'CRITICAL',
            uri: 'https://nvd.nist.gov/vuln/detail/CVE-2026-1188',
            component: 'openssl',
            installed: '3.0.0',
            fixedIn: '3.0.9',
          },
          { name: 'CVE-2026-0731', severity: 'LOW', uri: 'https://nvd.nist.gov.example.com/x' },
        ],
      }),
      'images.referrers': () => ({
        referrers: [
          {
            digest: digest('e'),
            kind: 'sbom',
            artifactType: 'application/spdx+json',
            sizeBytes: 888,
            status: 'ARCHIVED',
          },
        ],
        isCut: false,
      }),
    });
    const findings = within(await screen.findByRole('list', { name: 'Findings' }));
    const [worst, other] = await findings.findAllByRole('listitem');
    expect(worst?.textContent).toBe('critical CVE-2026-1188 openssl 3.0.0, fixed in 3.0.9');
    expect(findings.getAllByRole('link')).toHaveLength(1);
    expect(other?.textContent).toContain('CVE-2026-0731');
    expect(screen.getByText('201 more findings')).toBeDefined();
    expect(screen.getByText(/published since then are missing/)).toBeDefined();
    const referrers = within(await screen.findByRole('list', { name: 'Signatures and SBOMs' }));
    const referrer = await referrers.findByRole('listitem');
    expect(referrer.textContent).toMatch(/^SBOM .*application\/spdx\+json .* archived$/);
  });

  it('say of an image that it was not scanned, and that a scan failed', async () => {
    const details = <RepositoriesPage scope={SCOPE} search={{ ...search, image: digest('b') }} />;
    renderWithEngine(details, ANSWERS);
    expect(await screen.findByText(/This image was not scanned/)).toBeDefined();
    expect(screen.getByText('Nothing in the repository refers to this image.')).toBeDefined();
    cleanup();
    const failed = {
      state: 'failed',
      problem: 'The scan failed.',
      isOld: false,
      findings: [],
      total: 0,
    } as const;
    renderWithEngine(details, { ...ANSWERS, 'images.scan': () => failed });
    expect(await screen.findByText(/The scan failed\./)).toBeDefined();
  });

  it('that are archived are restored from the details, with the state while ECR does it', async () => {
    let status = 'ARCHIVED';
    const restore = vi.fn<Answer<'images.restore'>>(() => {
      status = 'ACTIVATING';
      return { status };
    });
    renderWithEngine(<RepositoriesPage scope={SCOPE} search={{ ...search, image: digest('b') }} />, {
      ...ANSWERS,
      'images.list': () => [anImage('b', ['1.1.0'], { status })],
      'images.restore': restore,
    });
    await userEvent.click(await screen.findByRole('button', { name: 'Restore image' }));
    expect(await screen.findByText('ECR is restoring it, which takes up to 20 minutes.')).toBeDefined();
    expect(screen.getByText('being restored')).toBeDefined();
    expect(screen.queryByRole('button', { name: 'Restore image' })).toBeNull();
    expect(restore.mock.calls[0]?.[0]).toEqual({ ...SCOPE, repository: 'shop/web', image: digest('b') });
  });

  it('have tags that are made immutable after a question that names the images that lost their tag', async () => {
    const make = vi.fn<Answer<'repositories.makeImmutable'>>(() => ({}));
    renderWithEngine(<RepositoriesPage scope={SCOPE} search={search} />, {
      ...ANSWERS,
      'repositories.list': () => [{ ...WEB, tagMutability: 'MUTABLE_WITH_EXCLUSION', tagExceptions: ['v*'] }],
      'images.list': () => [
        anImage('a', ['latest']),
        anImage('c', [], { pushedAt: new Date().toISOString() }),
        anImage('d', [], { pushedAt: '2020-01-01T10:00:00.000Z' }),
      ],
      'repositories.makeImmutable': make,
    });
    await userEvent.click(await screen.findByRole('button', { name: 'Make immutable…' }));
    const dialog = within(await screen.findByRole('dialog'));
    expect(await dialog.findByText(/^1 image that was pushed in the last 30 days has no tag/)).toBeDefined();
    expect(dialog.getByText(/The exceptions of the repository \(v\*\) are removed/)).toBeDefined();
    expect(dialog.getAllByRole('listitem')).toHaveLength(1);
    expect(make).not.toHaveBeenCalled();
    await userEvent.click(dialog.getByRole('button', { name: 'Make immutable' }));
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(make.mock.calls[0]?.[0]).toEqual({ ...SCOPE, repository: 'shop/web' });
  });

  it('are made immutable in a guarded account once the name of the repository is typed', async () => {
    const make = vi.fn<Answer<'repositories.makeImmutable'>>(() => ({}));
    renderWithEngine(<RepositoriesPage scope={SCOPE} search={search} />, {
      ...ANSWERS,
      'repositories.list': () => [{ ...WEB, tagMutability: 'MUTABLE' }],
      'repositories.makeImmutable': make,
      'environments.of': () => ({ ...CLICK, environment: 'production', confirm: 'name' }),
    });
    await userEvent.click(await screen.findByRole('button', { name: 'Make immutable…' }));
    const dialog = within(await screen.findByRole('dialog'));
    const word = await dialog.findByLabelText('Type shop/web to make its tags immutable');
    expect(dialog.getByRole('button', { name: 'Make immutable' }).hasAttribute('disabled')).toBe(true);
    await userEvent.type(word, 'shop/web');
    await userEvent.click(dialog.getByRole('button', { name: 'Make immutable' }));
    await waitFor(() => expect(make).toHaveBeenCalled());
    expect(make.mock.calls[0]?.[0]).toEqual({ ...SCOPE, repository: 'shop/web', confirmation: 'shop/web' });
  });

  it('of immutable tags offer no button to make them so', async () => {
    renderWithEngine(<RepositoriesPage scope={SCOPE} search={search} />, ANSWERS);
    await screen.findByText('1.1.0');
    expect(screen.queryByRole('button', { name: 'Make immutable…' })).toBeNull();
  });

  it('are copied to another account from the details, with the progress and what came of it', async () => {
    const promote = vi.fn<Answer<'images.promote'>>((_input, { emit }) => {
      emit({ doneBytes: 5, totalBytes: 10, doneLayers: 1, totalLayers: 2 });
      return {
        image: `live/shop/web:1.1.0@${digest('b')}`,
        digest: digest('b'),
        alreadyThere: false,
        layers: { sent: 2, mounted: 1, present: 3 },
        sentBytes: 10,
        referrers: 1,
        replication: [],
        warnings: ['One SBOM was left out.'],
      };
    });
    renderWithEngine(<RepositoriesPage scope={SCOPE} search={{ ...search, image: digest('b') }} />, {
      ...ANSWERS,
      'images.promote': promote,
    });
    await userEvent.click(await screen.findByRole('button', { name: 'Copy to…' }));
    const dialog = within(await screen.findByRole('dialog'));
    const start = dialog.getByRole('button', { name: 'Copy image' });
    // The same place and the same tag: nothing would be copied.
    expect(start.hasAttribute('disabled')).toBe(true);
    await userEvent.click(dialog.getByRole('combobox', { name: 'To account' }));
    await userEvent.click(await screen.findByRole('option', { name: 'live' }));
    await userEvent.click(start);
    expect(await dialog.findByText(/2 layers sent/)).toBeDefined();
    expect(dialog.getByText('One SBOM was left out.')).toBeDefined();
    expect(promote.mock.calls[0]?.[0]).toEqual({
      ...SCOPE,
      repository: 'shop/web',
      image: digest('b'),
      to: { account: 'profile:live', region: 'eu-west-1', repository: 'shop/web' },
      tag: '1.1.0',
      referrers: true,
    });
  });

  it('of a repository that is not there are a sentence, with the way to all repositories', async () => {
    renderWithEngine(<RepositoriesPage scope={SCOPE} search={{ repository: 'gone' }} />, {
      ...ANSWERS,
      'images.list': () => {
        throw new SlipwayError('NOT_FOUND', "The repository gone doesn't exist in this account and region.");
      },
    });
    expect(await screen.findByText(/The repository gone doesn't exist/)).toBeDefined();
    expect(screen.getByRole('link', { name: 'All repositories' })).toBeDefined();
  });
});

it('the repositories of an account are listed, and filtered by a part of their names', async () => {
  renderWithEngine(<RepositoriesPage scope={SCOPE} search={{}} />, {
    ...ANSWERS,
    'repositories.list': () => [WEB, { ...WEB, name: 'base', tagMutability: 'MUTABLE', scanOnPush: false }],
  });
  const link = await screen.findByRole('link', { name: 'shop/web' });
  expect(link.getAttribute('href')).toContain('repository=shop%2Fweb');
  await userEvent.type(screen.getByLabelText('Filter repositories'), 'BAS');
  expect(screen.queryByRole('link', { name: 'shop/web' })).toBeNull();
  expect((await screen.findByRole('listitem')).textContent).toContain('mutable tags');
});

describe('a new repository', () => {
  it('is proposed as the account remembers it, and created with what the dialog says', async () => {
    const create = vi.fn<Answer<'repositories.create'>>(() => ({ repository: WEB, created: true }));
    renderWithEngine(<RepositoriesPage scope={SCOPE} search={{}} />, {
      ...ANSWERS,
      'settings.read': () => ({
        file: '/settings.json',
        pinned: {},
        tagFrom: {},
        newRepositories: { sandbox: { tags: 'immutable', scanOnPush: true, lifecycle: 'untagged' } },
        notifications: { desktop: 'all', webhook: 'all', webhookPlaces: 'all', desktopAvailable: true },
      }),
      'repositories.create': create,
    });
    await userEvent.click(await screen.findByRole('button', { name: 'Create repository…' }));
    const dialog = within(await screen.findByRole('dialog'));
    await userEvent.type(await dialog.findByLabelText('Name'), 'shop/new');
    await userEvent.selectOptions(dialog.getByLabelText('Encryption'), 'KMS');
    await userEvent.type(dialog.getByLabelText('AWS tags, one per line'), 'team=shop');
    await userEvent.click(
      dialog.getByLabelText('Remember these settings for new repositories of this account'),
    );
    expect(dialog.getByRole('status').textContent).toBe(
      'Creates shop/new with immutable tags, scan on push, encryption KMS, removal of untagged images after 14 days, tag team=shop.',
    );
    await userEvent.click(dialog.getByRole('button', { name: 'Create repository' }));
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(create.mock.calls[0]?.[0]).toEqual({
      ...SCOPE,
      repository: 'shop/new',
      tags: 'immutable',
      scanOnPush: true,
      encryption: 'KMS',
      lifecycle: 'untagged',
      resourceTags: [{ key: 'team', value: 'shop' }],
      remember: true,
    });
  });
});
