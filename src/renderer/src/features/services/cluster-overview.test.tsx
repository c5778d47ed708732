import { cleanup, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { ServiceRow } from '../../../../shared/model/service.ts';
import { type Answer, renderWithEngine } from '../../testing/engine.tsx';
import { openWindow } from '../../testing/window.tsx';
import { TimelineHead } from './release-timeline.tsx';

const CLUSTER = '/a/sandbox/us-east-1/c/main';

function row(name: string, state: ServiceRow['state']): ServiceRow {
  return {
    name,
    arn: `arn:aws:ecs:us-east-1:123456789012:service/main/${name}`,
    cluster: 'main',
    state,
    desired: 3,
    running: state === 'steady' ? 3 : 0,
    pending: 0,
    cells: [],
    revision: `${name}:3`,
    imageVersion: '1.2.7',
  };
}

const problem = {
  kind: 'image-missing',
  sentence: 'The image of app was deleted: thumbnails:1.2.7.',
  nextStep: 'Push the image again.',
} as const;

const MIXED = () => [
  row('web', 'steady'),
  { ...row('thumbnails', 'failing'), problem },
  row('api', 'steady'),
];

afterEach(cleanup);

async function shownServices(): Promise<readonly (string | undefined)[]> {
  const links = await within(await screen.findByRole('region', { name: 'Services' })).findAllByRole('link');
  return links.flatMap(({ dataset }) => (dataset.service === undefined ? [] : [dataset.service]));
}

describe('the overview of a cluster', () => {
  it('says without a click what is failing, why, and what to do next, before everything else', async () => {
    openWindow(CLUSTER, { 'services.list': MIXED });
    expect(await shownServices()).toEqual(['thumbnails', 'web', 'api']);
    const link = screen.getByRole('link', { name: /^Failing ?thumbnails/ });
    expect(within(link).getByRole('img', { name: 'Failing' })).toBeDefined();
    expect(within(link).getByText(problem.sentence)).toBeDefined();
    expect(within(link).getByText(problem.nextStep)).toBeDefined();
    expect(screen.getByRole('button', { name: '1 Failing' })).toBeDefined();
    expect(screen.getByRole('button', { name: '2 Healthy' })).toBeDefined();
    expect(screen.getByText(/3 services · 6 of 9 tasks running/)).toBeDefined();
  });

  it('has the next steps of a failing service as links, which Tab reaches from its row', async () => {
    const failing: ServiceRow = {
      ...row('api', 'failing'),
      problem: { kind: 'tasks-fail', sentence: 'Tasks of api:3 stop.', nextStep: 'Read the last lines.' },
      progress: { done: 0, total: 3 },
      previousRevision: 'api:2',
    };
    const first: ServiceRow = { ...row('first', 'failing'), problem, revision: 'first:1' };
    const thumbnails: ServiceRow = { ...row('thumbnails', 'failing'), problem };
    openWindow(CLUSTER, { 'services.list': () => [failing, thumbnails, first] });
    const [top] = await screen.findAllByRole('link', { name: /Failing/ });
    top?.focus();
    const labels: (string | null | undefined)[] = [];
    for (let each = 0; each < 3; each += 1) {
      await userEvent.tab();
      labels.push(document.activeElement?.getAttribute('aria-label'));
    }
    expect(labels).toEqual(['Open logs (api)', 'Roll back… (api)', 'Compare 2 and 3 (api)']);
    const target = (name: string) => screen.getByRole('link', { name }).getAttribute('href');
    expect(target('Roll back… (api)')).toBe(`${CLUSTER}/s/api?dialog=rollback`);
    expect(target('Compare 2 and 3 (api)')).toContain('/diff?before=api%3A2&after=api%3A3');
    expect(target('Roll back… (thumbnails)')).toBe(`${CLUSTER}/s/thumbnails?dialog=rollback`);
    expect(
      screen.queryByRole('link', { name: 'Roll back… (first)' }),
      'there is nothing before it',
    ).toBeNull();
  });

  it('leads from a service that was rolled back to the deployment that failed', async () => {
    const failedDeploymentArn = 'arn:aws:ecs:us-east-1:123456789012:service-deployment/main/web/d1';
    openWindow(CLUSTER, {
      'services.list': () => [{ ...row('web', 'rolled-back'), running: 3, failedDeploymentArn }],
    });
    const link = await screen.findByRole('link', { name: 'Open failure (web)' });
    expect(link.getAttribute('href')).toContain('deployment=arn');
  });

  it('counts more running tasks than desired ones in words that do not look like a mistake', async () => {
    openWindow(CLUSTER, {
      'services.list': () => [{ ...row('web', 'deploying'), running: 4, progress: { done: 1, total: 3 } }],
    });
    expect(await screen.findByText(/1 service · 4 tasks running, 3 desired/)).toBeDefined();
  });

  it('says why ECS rolled the last deployment back, and what runs', async () => {
    const failedBecause =
      'Service deployment rolled back because the circuit breaker threshold was exceeded.';
    openWindow(CLUSTER, {
      'services.list': () => [{ ...row('web', 'rolled-back'), running: 3, failedBecause }],
    });
    expect(await screen.findByText(failedBecause)).toBeDefined();
    expect(screen.getByText('3 of 3 running')).toBeDefined();
  });

  it('says of a service that was rolled back why its tasks stopped, where that is known', async () => {
    const failedCause = 'app exited with code 137, out of memory (3 times).';
    const failedBecause = 'The circuit breaker threshold was exceeded.';
    openWindow(CLUSTER, {
      'services.list': () => [{ ...row('web', 'rolled-back'), failedBecause, failedCause }],
    });
    expect(await screen.findByText(failedCause)).toBeDefined();
    expect(screen.queryByText(failedBecause)).toBeNull();
  });

  it('says how far a deployment is', async () => {
    const web: ServiceRow = { ...row('web', 'deploying'), progress: { done: 2, total: 3 } };
    openWindow(CLUSTER, { 'services.list': () => [web] });
    expect(await screen.findByText('2 of 3 updated')).toBeDefined();
  });

  it('calls a service drifted that runs two digests of one tag', async () => {
    const drift = {
      kind: 'digests-differ',
      sentence: 'Two digests run.',
      nextStep: 'Deploy again.',
    } as const;
    openWindow(CLUSTER, { 'services.list': () => [{ ...row('mailer', 'degraded'), problem: drift }] });
    const link = await screen.findByRole('link', { name: /^Drifted ?mailer/ });
    expect(within(link).getByRole('img', { name: 'Drifted' })).toBeDefined();
  });

  it('has its filter by state in the address, and Back removes it', async () => {
    const { router } = openWindow(CLUSTER, { 'services.list': MIXED });
    await shownServices();
    await userEvent.click(screen.getByRole('button', { name: '1 Failing' }));
    await waitFor(async () => expect(await shownServices()).toEqual(['thumbnails']));
    expect(router.state.location.href).toBe(`${CLUSTER}?state=failing`);
    expect(screen.getByRole('button', { name: '1 Failing' }).getAttribute('aria-pressed')).toBe('true');

    router.history.back();
    await waitFor(async () => expect(await shownServices()).toHaveLength(3));
  });

  it('shows the releases of the last hour, day or week, and has the period in the address', async () => {
    const since = vi.fn<Answer<'journal.list'>>(() => ({ entries: [] }));
    const { router } = openWindow(CLUSTER, { 'services.list': MIXED, 'journal.list': since });
    await shownServices();
    expect(screen.getAllByRole('img', { name: /^No releases in the last 24 h/ })).toHaveLength(3);

    const period = screen.getByRole('combobox', { name: 'Period of the releases' });
    await userEvent.selectOptions(period, 'Releases, last 7 d');
    await waitFor(() => expect(router.state.location.href).toBe(`${CLUSTER}?span=week`));
    expect(await screen.findAllByRole('img', { name: /^No releases in the last 7 d/ })).toHaveLength(3);
    const asked = () => since.mock.calls.map(([{ since: from }]) => Date.parse(from ?? ''));
    await waitFor(() =>
      expect(Math.max(...asked()) - Math.min(...asked())).toBeGreaterThanOrEqual(6 * 24 * 3_600_000),
    );
  });

  it('has its filter by text in the address, and Back brings the text of the address into the field', async () => {
    const { router } = openWindow(`${CLUSTER}?q=api`, { 'services.list': MIXED });
    expect(await shownServices()).toEqual(['api']);
    const field = screen.getByRole<HTMLInputElement>('searchbox', { name: 'Filter services' });
    expect(field.value).toBe('api');

    await router.navigate({
      to: '/a/$account/$region/c/$cluster',
      params: { account: 'sandbox', region: 'us-east-1', cluster: 'main' },
      search: { q: 'api', sort: 'name' },
    });
    await userEvent.clear(field);
    await userEvent.type(field, 'web');
    await waitFor(() => expect(router.state.location.search).toEqual({ q: 'web', sort: 'name' }));
    expect(await shownServices()).toEqual(['web']);

    router.history.back();
    await waitFor(() => expect(field.value).toBe('api'));
  });

  it('opens in the order of the address, and without the filter that it cannot mean', async () => {
    openWindow(`${CLUSTER}?sort=name&state=wonderful`, { 'services.list': MIXED });
    expect(await shownServices()).toEqual(['api', 'thumbnails', 'web']);
    expect(screen.getByRole<HTMLSelectElement>('combobox', { name: 'Order of the services' }).value).toBe(
      'name',
    );
  });

  it('offers to clear the filter where no service matches', async () => {
    openWindow(`${CLUSTER}?q=nothing`, { 'services.list': MIXED });
    await userEvent.click(await screen.findByRole('button', { name: 'Clear filter' }));
    expect(await shownServices()).toHaveLength(3);
  });

  it('shows releases of the journal on the timeline of their service', async () => {
    const at = new Date(Date.now() - 3_600_000).toISOString();
    openWindow(CLUSTER, {
      'services.list': () => [row('web', 'steady')],
      'journal.list': ({ cluster, since }) => {
        expect(cluster).toBe('main');
        expect(since).toBeDefined();
        return {
          entries: [
            {
              id: '6a2f41d0-93e8-4c41-8d3e-0f2f5b1f6a11',
              at,
              account: 'sandbox',
              region: 'us-east-1',
              cluster: 'main',
              subject: 'web',
              kind: 'deploy',
              title: 'Deploy',
              calls: [],
              steps: [],
              state: 'done',
              outcome: 'rolled-back',
            },
          ],
        };
      },
    });
    expect(await screen.findByRole('img', { name: /Releases in the last 24 h: rolled back/ })).toBeDefined();
  });

  it('says that all services are healthy where none needs attention', async () => {
    openWindow(CLUSTER, { 'services.list': () => [row('web', 'steady')] });
    expect(await screen.findByText(/All services are healthy/)).toBeDefined();
  });

  it('does not call a cluster healthy while services are still read', async () => {
    openWindow(CLUSTER, {
      'services.list': (_input, { emit }) => {
        emit({ kind: 'names', names: ['web', 'api', 'jobs'] });
        emit({ kind: 'rows', rows: [row('web', 'steady')] });
        return new Promise(() => undefined);
      },
    });
    expect(await screen.findByText(/Reading 2 more services/)).toBeDefined();
    expect(screen.queryByText(/All services are healthy/)).toBeNull();
  });

  it('does not call services healthy whose rows were read long ago', async () => {
    openWindow(CLUSTER, {
      'services.list': (_input, { emit }) => {
        emit({ kind: 'names', names: ['web', 'api'] });
        emit({ kind: 'kept', rows: [{ name: 'api', readAt: '2026-01-01T00:00:00Z' }] });
        return [row('web', 'steady'), row('api', 'steady')];
      },
    });
    expect(
      await screen.findByText(/No service needed attention when last read \(1 of them over 30 s ago\)/),
    ).toBeDefined();
    expect(screen.queryByText(/All services are healthy/)).toBeNull();
  });

  it('reads the services once', async () => {
    let reads = 0;
    openWindow(CLUSTER, {
      'services.list': () => {
        reads += 1;
        return [row('web', 'steady')];
      },
    });
    await screen.findByText(/All services are healthy/);
    expect(reads).toBe(1);
  });
});

it('the axis of the releases names no time that would touch the word at its end', () => {
  const now = Date.UTC(2026, 10, 30, 12, 22);
  const lines = [
    { at: Date.UTC(2026, 10, 30, 0, 0), label: '00:00' },
    { at: Date.UTC(2026, 10, 30, 6, 0), label: '06:00' },
  ];
  renderWithEngine(<TimelineHead axis={{ span: 'day', now, lines }} onSpan={() => undefined} />, {});
  expect(screen.getByText('00:00')).toBeDefined();
  expect(screen.queryByText('06:00')).toBeNull();
});
