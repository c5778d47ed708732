import { cleanup, screen, waitFor, within } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { afterEach, describe, expect, it } from 'vitest';
import { SlipwayError } from '../../../../shared/errors.ts';
import type { ComparedService } from '../../../../shared/model/cluster-comparison.ts';
import type { ClusterComparisonSearch } from '../../lib/search.ts';
import { type Answers, renderWithEngine } from '../../testing/engine.tsx';
import { ClusterComparisonPage } from './cluster-comparison-page.tsx';

afterEach(cleanup);

const CLUSTER = { account: 'profile:acme', region: 'eu-west-1', cluster: 'staging' };
const WITH = 'production@profile:live/us-east-1';

const row = (id: string, more: Partial<ComparedService> = {}): ComparedService => ({
  id,
  before: id,
  after: id,
  state: 'same',
  versions: { before: '1.0.0', after: '1.0.0' },
  images: [],
  differences: [],
  settings: 0,
  leftOut: 0,
  isDeploying: false,
  ...more,
});

const ROWS: readonly ComparedService[] = [
  row('api-staging', {
    after: 'api-prod',
    state: 'behind',
    versions: { before: '1.9.0', after: '1.8.3' },
    commits: { onlyBefore: 3, onlyAfter: 0, url: 'https://github.com/acme/api/compare/a...b' },
    images: [
      {
        container: 'app',
        change: 'changed',
        before: { image: 'acme/api:1.9.0', tag: '1.9.0' },
        after: { image: 'acme/api:1.8.3', tag: '1.8.3' },
      },
    ],
    differences: [
      {
        container: 'app',
        subject: 'environment',
        name: 'LOG',
        kind: 'changed',
        before: 'debug',
        after: 'info',
      },
    ],
    settings: 1,
    leftOut: 4,
  }),
  row('mailer', { before: undefined, state: 'only-after', versions: undefined }),
  row('web'),
];

function show(search: ClusterComparisonSearch, answers: Answers = {}) {
  const all: Answers = {
    'accounts.list': () => ({
      accounts: [
        { id: 'profile:acme', name: 'acme', kind: 'profile', region: 'eu-west-1', environment: 'staging' },
        { id: 'profile:live', name: 'live', kind: 'profile', region: 'us-east-1', environment: 'production' },
      ],
    }),
    'clusters.list': () => [],
    'environments.of': ({ cluster }) => ({
      environment: cluster === 'production' ? 'production' : 'staging',
      from: 'name',
      confirm: 'click',
      readOnly: false,
      mutableTags: 'allow',
    }),
    'clusters.compare': () => ({ rows: [...ROWS] }),
    ...answers,
  };
  const view = <ClusterComparisonPage cluster={CLUSTER} search={search} />;
  return { ...renderWithEngine(view, all), user: userEvent.setup() };
}

const rowNames = (): readonly (string | null)[] =>
  screen
    .getAllByRole('button', { expanded: false })
    .flatMap(({ textContent }) => (textContent?.startsWith('▸') === true ? [textContent.slice(1)] : []));

describe('the comparison of two clusters', () => {
  it('lists what differs first, each service with both versions and how it stands', async () => {
    show({ with: WITH });
    await screen.findByText('3 services · 1 the same');
    expect(rowNames()).toEqual([
      'api-staging, api-prod1.9.01.8.3production is 3 commits behind, 1 setting differs',
      'mailer––only in production',
      'web1.0.01.0.0same',
    ]);
    expect(screen.getByText('production, us-east-1, live')).toBeTruthy();
  });

  it('opens a service to its differences, with a deploy of its image, the pages and the whole comparison', async () => {
    const { user } = show({ with: WITH });
    await user.click(await screen.findByRole('button', { name: /^▸?api-staging/ }));
    const details = screen.getByRole('region', { name: 'Differences of api-staging' });
    expect(details.textContent).toContain('LOG = debug');
    expect(details.textContent).toContain('4 differences belong to the account');
    const address = (name: string): string =>
      decodeURIComponent(within(details).getByRole('link', { name }).getAttribute('href') ?? '');
    expect(address('Deploy 1.9.0 to production')).toBe(
      '/a/profile:live/us-east-1/c/production/s/api-prod?dialog=deploy&promote=staging/api-staging@profile:acme/eu-west-1',
    );
    expect(address('Compare everything')).toBe(
      '/a/profile:acme/eu-west-1/diff?before=service:staging/api-staging&after=service:production/api-prod@profile:live/us-east-1',
    );
    expect(address('Show the commits')).toBe('https://github.com/acme/api/compare/a...b');
    expect(within(details).queryByRole('link', { name: /to staging$/ })).toBeNull();
  });

  it('takes filter, state and order from the address, and writes them there', async () => {
    const { user, location } = show({ with: WITH, state: 'same', sort: 'name' });
    await screen.findByText('3 services · 1 the same');
    expect(rowNames()).toEqual(['web1.0.01.0.0same']);
    await user.click(screen.getByRole('button', { name: '1 Only in production' }));
    await waitFor(() =>
      expect(decodeURIComponent(location())).toBe(
        `/a/profile:acme/eu-west-1/compare/staging?with=${WITH}&sort=name&state=only-after`,
      ),
    );
    await user.type(screen.getByRole('searchbox', { name: 'Filter services' }), 'api');
    expect(await screen.findByText('No matching services')).toBeTruthy();
  });

  it('draws only the rows in sight of 2,000 services, and tells how many there are', async () => {
    const rows = Array.from({ length: 2000 }, (_, index) => row(`service-${String(index).padStart(4, '0')}`));
    const { user } = show({ with: WITH }, { 'clusters.compare': () => ({ rows }) });
    await screen.findByText('2000 services · 2000 the same');
    const items = screen.getAllByRole('listitem');
    expect(items.length).toBeLessThan(60);
    expect(items[1]?.getAttribute('aria-posinset')).toBe('2');
    expect(items[1]?.getAttribute('aria-setsize')).toBe('2000');
    await user.click(screen.getByRole('button', { name: /^▸?service-0001/ }));
    const details = await screen.findByRole('region', { name: 'Differences of service-0001' });
    expect(details.closest('li')).toBe(items[1]);
  });

  it('says how far it is while services are read', async () => {
    show(
      { with: WITH },
      {
        'clusters.compare': (_input, { emit }) => {
          emit({
            rows: [row('api', { state: 'reading', versions: undefined }), row('web')],
            read: 0,
            total: 2,
          });
          emit({ rows: [row('web')], read: 1, total: 2 });
          return new Promise(() => undefined);
        },
      },
    );
    expect(await screen.findByText('Comparing services: 1 of 2')).toBeTruthy();
    expect(rowNames()).toEqual(['api––reading', 'web1.0.01.0.0same']);
  });

  it('says why clusters cannot be compared', async () => {
    show(
      { with: WITH },
      {
        'clusters.compare': () => {
          throw new SlipwayError('NOT_FOUND', 'The cluster production does not exist.');
        },
      },
    );
    expect((await screen.findByRole('alert')).textContent).toContain('does not exist');
  });

  it('asks for the other cluster where the address names none', async () => {
    const { user, location } = show({});
    const after = await screen.findByRole('group', { name: 'After' });
    await user.type(within(after).getByLabelText('Cluster', { selector: 'input' }), 'production');
    await user.click(screen.getByRole('button', { name: 'Compare' }));
    await waitFor(() =>
      expect(decodeURIComponent(location())).toBe(
        '/a/profile:acme/eu-west-1/compare/staging?with=production',
      ),
    );
  });
});
