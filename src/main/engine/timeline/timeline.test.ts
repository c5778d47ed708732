import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestSandbox, type TestSandbox } from '../../../sandbox/testing/sandbox.ts';
import type { Matrix, MatrixCell } from '../../../shared/model/timeline.ts';
import { openSlipway, type Slipway } from '../testing/slipway.ts';

const SCOPE = { account: 'sandbox', region: 'us-east-1' };
const DAY_MS = 24 * 60 * 60 * 1000;
const STAGING = { ...SCOPE, cluster: 'staging' };
const PRODUCTION = { ...SCOPE, cluster: 'production' };
/** Markdown and HTML in a reason. */
const HOSTILE = 'Fixes [x](https://evil.example) <img src=x> | `a` #1';

let sandbox: TestSandbox;
let slipway: Slipway;
let folder: string;
beforeAll(async () => {
  sandbox = await startTestSandbox({ scenario: 'demo' });
  folder = mkdtempSync(join(tmpdir(), 'slipway-timeline-'));
  slipway = await openSlipway(sandbox, folder);
});
afterAll(async () => {
  await slipway.close();
  await sandbox.close();
  rmSync(folder, { recursive: true });
});

function daysAgo(days: number): string {
  return new Date(Date.now() - days * DAY_MS).toISOString();
}

/** Staging gets what production ran 30 days ago. */
function restoreWanted() {
  return {
    from: PRODUCTION,
    at: daysAgo(30),
    to: STAGING,
    waves: { size: 10 },
    stopAfter: { failures: 1 },
    rollBackOnStop: false,
  };
}

function cellOf(matrix: Matrix, row: string, cluster: string): MatrixCell | undefined {
  const index = matrix.environments.findIndex((each) => each.cluster === cluster);
  return matrix.rows.find(({ name }) => name === row)?.cells.find(({ environment }) => environment === index);
}

function operations(): readonly string[] {
  return sandbox.calls().map(({ operation }) => operation);
}

describe('the timeline', () => {
  it('shows what each service runs by environment, production first, and matches services by name', async () => {
    const told: { read: number; total: number; listed: number; toList: number }[] = [];
    expect(
      await slipway.client.call('timeline.read', {}, { onEvent: (progress) => told.push(progress) }),
    ).toEqual({ problems: [] });
    // What runs is read before what ran, and one request describes the deployments of several services.
    const sent = (operation: string): number => operations().filter((each) => each === operation).length;
    expect(operations().lastIndexOf('DescribeServices')).toBeLessThan(
      operations().indexOf('ListServiceDeployments'),
    );
    expect(sent('DescribeServiceDeployments')).toBeLessThan(sent('ListServiceDeployments'));
    const { read, total, listed, toList } = told.at(-1) ?? {};
    expect([read, listed]).toEqual([total, toList]);
    const matrix = await slipway.client.call('timeline.matrix', {});
    expect(matrix.environments.map(({ cluster, environment }) => [cluster, environment])).toEqual([
      ['production', 'production'],
      ['staging', 'staging'],
      ['tools', 'sandbox'],
    ]);
    expect(cellOf(matrix, 'web', 'production')).toMatchObject({
      state: 'runs',
      running: { version: '1.10.1', revision: 'web:39' },
      deploying: { version: '2.0.0' },
    });
    expect(cellOf(matrix, 'checkout', 'staging')).toMatchObject({ running: { version: '4.4.1' } });
    expect(cellOf(matrix, 'recommend', 'production')).toBeUndefined();
  });

  it('sends nothing for a moment of the past, and lists no deployments again that have not changed', async () => {
    const calls = operations().length;
    const matrix = await slipway.client.call('timeline.matrix', { at: daysAgo(30) });
    expect(operations()).toHaveLength(calls);
    const then = cellOf(matrix, 'checkout', 'production');
    expect(then?.state).toBe('runs');
    expect(then?.running?.revision).not.toBe('checkout:28');
    expect(Date.parse(then?.since ?? '')).toBeLessThan(Date.now() - 30 * DAY_MS);
    const long = await slipway.client.call('timeline.matrix', { at: daysAgo(200) });
    expect(cellOf(long, 'checkout', 'production')).toMatchObject({ state: 'unknown' });
    expect(cellOf(long, 'checkout', 'production')?.note).toContain('ECS lists deployments from');
  });

  it('plans a bulk release that gives staging what production ran, and names what it leaves out', async () => {
    const restored = await slipway.client.call('timeline.plan', restoreWanted());
    expect(restored.services.map(({ service, state }) => [service, state])).toEqual([
      ['checkout', 'changes'],
      ['web', 'changes'],
    ]);
    const members = restored.plan?.waves.flat() ?? [];
    expect(members.map(({ service }) => service)).toEqual(['checkout', 'web']);
    const [checkout] = members;
    const wanted = restored.services[0]?.wanted?.digest;
    expect(checkout?.plan?.images.find(({ container }) => container === 'app')?.after?.digest).toBe(wanted);
    expect(restored.plan?.title).toMatch(/^Deploy to staging what production ran on .* UTC \(2 services\)$/);
  });

  it('plans from a cluster whose earlier deployments are not read yet', async () => {
    const other = mkdtempSync(join(tmpdir(), 'slipway-timeline-'));
    const own = await openSlipway(sandbox, other);
    try {
      await own.client.call('timeline.read', STAGING);
      const reading = new AbortController();
      const { signal } = reading;
      const onEvent = ({ read }: { readonly read: number }) => read > 0 && reading.abort();
      await expect(own.client.call('timeline.read', PRODUCTION, { signal, onEvent })).rejects.toMatchObject({
        code: 'CANCELLED',
      });
      const restored = await own.client.call('timeline.plan', restoreWanted());
      expect(restored.services.map(({ state }) => state)).toEqual(['changes', 'changes']);
    } finally {
      await own.close();
      rmSync(other, { recursive: true });
    }
  });

  it('plans for a cluster of which nothing is read yet', async () => {
    const other = mkdtempSync(join(tmpdir(), 'slipway-timeline-'));
    const own = await openSlipway(sandbox, other);
    try {
      const restored = await own.client.call('timeline.plan', restoreWanted());
      expect(restored.services.map(({ state }) => state)).toEqual(['changes', 'changes']);
    } finally {
      await own.close();
      rmSync(other, { recursive: true });
    }
  });

  it('says once that a table is missing which is the ledger of several clusters', async () => {
    const other = mkdtempSync(join(tmpdir(), 'slipway-timeline-'));
    const rule = 'rules:\n  - cluster: "*"\n    ledger: { table: gone }\n';
    writeFileSync(join(other, 'environments.yml'), rule);
    const own = await openSlipway(sandbox, other);
    try {
      const { problems } = await own.client.call('timeline.read', {});
      expect(problems).toEqual([
        expect.stringMatching(/^The ledger of production, staging, and tools was not read: .*gone/),
      ]);
    } finally {
      await own.close();
      rmSync(other, { recursive: true });
    }
  });

  it('lists a release with its reason beside those outside Slipway, and writes notes that escape it', async () => {
    const since = new Date(sandbox.clock.now().getTime() - 1).toISOString();
    const service = { ...STAGING, service: 'checkout' };
    const plan = await slipway.client.call('releases.plan', {
      service,
      change: { forceNewDeployment: true },
    });
    const said = { plan: plan.id, why: HOSTILE, link: 'https://tickets.example/SHOP-1' };
    await sandbox.clock.runUntil(
      (async () => {
        const { deploymentArn = '' } = await slipway.client.call('releases.execute', said);
        await slipway.client.call(
          'releases.watch',
          { ...service, deployment: deploymentArn },
          { onEvent: () => undefined },
        );
      })(),
    );
    await slipway.client.call('timeline.read', {});
    const { changes } = await slipway.client.call('timeline.changes', { since, cluster: 'staging' });
    expect(changes).toMatchObject([
      {
        service: 'checkout',
        outcome: 'succeeded',
        why: HOSTILE,
        isOutsideSlipway: false,
        isOtherImage: false,
      },
    ]);
    const month = await slipway.client.call('timeline.changes', { since: daysAgo(30), service: 'web' });
    expect(month.changes.length).toBeGreaterThan(1);
    expect(month.changes.every(({ isOutsideSlipway }) => isOutsideSlipway)).toBe(true);
    const { markdown } = await slipway.client.call('timeline.notes', { since: daysAgo(30) });
    expect(markdown).toContain('## staging (sandbox, us-east-1)');
    expect(markdown).toContain('Fixes \\[x\\](https\\://evil.example) \\<img src=x\\> \\| \\`a\\` \\#1');
    expect(markdown).toContain('[SHOP-1](https://tickets.example/SHOP-1)');
    expect(markdown).toMatch(/Commits `[0-9a-f]{12}` to `[0-9a-f]{12}`/);
  });
});
