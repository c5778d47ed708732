import { ListTagsForResourceCommand, TagResourceCommand } from '@aws-sdk/client-ecs';
import { afterEach, describe, expect, it } from 'vitest';
import { startTestSandbox, type TestSandbox } from '../../../sandbox/testing/sandbox.ts';
import { SlipwayError } from '../../../shared/errors.ts';
import type { Change } from '../../../shared/model/change.ts';
import type { Plan } from '../../../shared/model/plan.ts';
import { aCall, openReleaseEngine, type ReleaseEngine } from '../testing/release-engine.ts';

const ROUNDS = 4;
const MINUTE_MS = 60_000;

const opened: ReleaseEngine[] = [];
let sandbox: TestSandbox | undefined;

afterEach(async () => {
  for (const engine of opened.splice(0)) engine.close();
  await sandbox?.close();
});

/** Slipways with data folders of their own: none knows of the others. */
async function openEngines(
  count: number,
  denied: readonly string[] = [],
): Promise<readonly [ReleaseEngine, ...ReleaseEngine[]]> {
  sandbox = await startTestSandbox({ scenario: 'demo', deniedActions: denied });
  for (let index = 0; index < count; index += 1) opened.push(await openReleaseEngine(sandbox));
  const [first, ...others] = opened;
  if (first === undefined) throw new Error('There is no Slipway.');
  return [first, ...others];
}

function callsOf(operation: string): number {
  return sandbox?.calls().filter((call) => call.operation === operation).length ?? 0;
}

function planChange(engine: ReleaseEngine, change: Change): Promise<Plan> {
  return engine.releases['releases.plan']({ service: engine.service('tools', 'dashboard'), change }, aCall());
}

function imageChange({ registry }: ReleaseEngine, tag: string): Change {
  return { images: [{ container: 'app', image: `${registry}/dashboard:${tag}` }] };
}

async function claimsOn(engine: ReleaseEngine): Promise<readonly string[]> {
  const { serviceArn: resourceArn } = await engine.describe(engine.service('tools', 'dashboard'));
  const { tags = [] } = await engine.truth.send(new ListTagsForResourceCommand({ resourceArn }));
  return tags.flatMap(({ key = '' }) => (key.startsWith('slipway:') ? [key] : []));
}

/** Puts the claim of a change of another machine on the service. */
async function putClaim(engine: ReleaseEngine, since: Date, until: Date): Promise<void> {
  const { serviceArn: resourceArn } = await engine.describe(engine.service('tools', 'dashboard'));
  const value = `${since.toISOString()} ${until.toISOString()} scale by ci-role on runner-3`;
  const tags = [{ key: 'slipway:change:0f0e0d0c', value }];
  await engine.truth.send(new TagResourceCommand({ resourceArn, tags }));
}

function failure(result: PromiseSettledResult<unknown>): SlipwayError[] {
  return result.status === 'rejected' && result.reason instanceof SlipwayError ? [result.reason] : [];
}

describe('changes of one service by several Slipways at the same moment', () => {
  it.each([
    ['scalings', (index: number): Change => ({ desiredCount: 4 + index })],
    ['settings', (index: number): Change => ({ healthCheckGracePeriodSeconds: 40 + index })],
    ['forced deployments', (): Change => ({ forceNewDeployment: true })],
  ])(
    'let one of %s go ahead, and refuse the others with who it is, without a trace in ECS',
    async (_, change) => {
      const engines = await openEngines(4);
      for (let round = 1; round <= ROUNDS; round += 1) {
        const updated = callsOf('UpdateService');
        const plans = await Promise.all(
          engines.map((engine, index) => planChange(engine, change(10 * round + index))),
        );
        const results = await Promise.allSettled(
          engines.map((engine, index) =>
            engine.releases['releases.execute']({ plan: plans[index]?.id ?? '' }, aCall()),
          ),
        );
        expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
        const refused = results.flatMap(failure);
        expect(refused.map(({ code }) => code)).toEqual(['STALE_PLAN', 'STALE_PLAN', 'STALE_PLAN']);
        expect(callsOf('UpdateService') - updated).toBe(1);
        expect(await claimsOn(engines[0])).toEqual([]);
        sandbox?.clock.advance(10 * MINUTE_MS);
      }
      expect(callsOf('TagResource')).toBeGreaterThan(ROUNDS);
    },
  );

  it('let either a deploy or a rollback go ahead', async () => {
    const [one, other] = await openEngines(2);
    if (other === undefined) throw new Error('There is one Slipway only.');
    for (let round = 1; round <= ROUNDS; round += 1) {
      // A release to roll back from.
      const released = await planChange(one, imageChange(one, '5.2.1'));
      await one.releases['releases.execute']({ plan: released.id }, aCall());
      sandbox?.clock.advance(10 * MINUTE_MS);
      const before = { registered: callsOf('RegisterTaskDefinition'), updated: callsOf('UpdateService') };
      const deploy = await planChange(one, imageChange(one, round % 2 === 0 ? '5.2.0' : '5.1.3'));
      const service = other.service('tools', 'dashboard');
      const rollback = await other.releases['releases.planRollback']({ service }, aCall());
      const results = await Promise.allSettled([
        one.releases['releases.execute']({ plan: deploy.id }, aCall()),
        other.releases['releases.execute']({ plan: rollback.id }, aCall()),
      ]);
      expect(results.flatMap(failure).map(({ code }) => code)).toEqual(['STALE_PLAN']);
      expect(callsOf('UpdateService') - before.updated).toBe(1);
      const registered = results[0].status === 'fulfilled' ? 1 : 0;
      expect(callsOf('RegisterTaskDefinition') - before.registered).toBe(registered);
      sandbox?.clock.advance(10 * MINUTE_MS);
    }
  });

  it('go ahead where services may not be tagged, with a step that says that nothing holds back others', async () => {
    const [engine] = await openEngines(1, ['ecs:TagResource']);
    const { id } = await planChange(engine, { desiredCount: 3 });
    const release = await engine.releases['releases.execute']({ plan: id }, aCall());
    const [step, update] = engine.journal.entries.find(release.id)?.steps ?? [];
    expect(step).toMatchObject({ operation: 'TagResource', state: 'done' });
    expect(step?.result).toBe(
      "without a claim, so a change by somebody else at the same moment isn't held back: ecs:TagResource isn't allowed",
    );
    expect(update).toMatchObject({ operation: 'UpdateService', state: 'done' });
  });
});

describe('the claim of a change', () => {
  it('costs no read before its tag: the service is read for the checks, with the tag, and right before the update', async () => {
    const [engine] = await openEngines(1);
    const { id } = await planChange(engine, { desiredCount: 3 });
    const before = sandbox?.calls().length ?? 0;
    await engine.releases['releases.execute']({ plan: id }, aCall());
    const operations = (sandbox?.calls() ?? []).slice(before).map(({ operation }) => operation);
    const sent = operations.slice(0, operations.indexOf('UpdateService'));
    expect(sent.filter((each) => ['DescribeServices', 'TagResource'].includes(each))).toEqual([
      'DescribeServices',
      'TagResource',
      'DescribeServices',
      'DescribeServices',
    ]);
  });

  it('refuses a change while another one has the service, and says which one and by whom', async () => {
    const [engine] = await openEngines(1);
    const now = Date.now();
    const { id } = await planChange(engine, { desiredCount: 3 });
    await putClaim(engine, new Date(now - 1000), new Date(now + 30 * MINUTE_MS));
    const refused = engine.releases['releases.execute']({ plan: id }, aCall());
    await expect(refused).rejects.toMatchObject({
      code: 'STALE_PLAN',
      message: expect.stringContaining(
        `Somebody else is changing tools/dashboard: scale by ci-role on runner-3, since ${new Date(now - 1000).toISOString()}. Nothing was sent.`,
      ),
    });
    expect(callsOf('UpdateService')).toBe(0);
    expect(await claimsOn(engine)).toEqual(['slipway:change:0f0e0d0c']);
  });

  it('is taken over with a step that names it when its process was killed and its time is up', async () => {
    const [engine] = await openEngines(1);
    const ended = new Date(Date.now() - MINUTE_MS);
    await putClaim(engine, new Date(ended.getTime() - 5 * MINUTE_MS), ended);
    const { id } = await planChange(engine, { desiredCount: 3 });
    const release = await engine.releases['releases.execute']({ plan: id }, aCall());
    const [step] = engine.journal.entries.find(release.id)?.steps ?? [];
    expect(step).toMatchObject({
      operation: 'UntagResource',
      result: expect.stringContaining(
        "took over from a change that didn't end: scale by ci-role on runner-3",
      ),
    });
    expect(await claimsOn(engine)).toEqual([]);
  });

  it('holds nobody up when it says that it ends in a year, as no change does', async () => {
    const [engine] = await openEngines(1);
    const begun = new Date(Date.now() - MINUTE_MS);
    await putClaim(engine, begun, new Date(begun.getTime() + 365 * 24 * 60 * MINUTE_MS));
    const { id } = await planChange(engine, { desiredCount: 3 });
    await engine.releases['releases.execute']({ plan: id }, aCall());
    expect(await claimsOn(engine)).toEqual([]);
  });

  it('stays with a failed step that names the tag where ecs:UntagResource is not allowed, and the change goes ahead', async () => {
    const [engine] = await openEngines(1, ['ecs:UntagResource']);
    const { id } = await planChange(engine, { desiredCount: 3 });
    const release = await engine.releases['releases.execute']({ plan: id }, aCall());
    const entry = engine.journal.entries.find(release.id);
    expect(entry?.state).toBe('done');
    expect(entry?.steps.at(-1)).toMatchObject({
      operation: 'UntagResource',
      state: 'failed',
      result: expect.stringContaining(`The tag slipway:change:${release.id} stays on the service`),
    });
  });

  it('is removed when the service was changed since the plan was made', async () => {
    const [one, other] = await openEngines(2);
    const stale = await planChange(one, { desiredCount: 3 });
    if (other === undefined) throw new Error('There is one Slipway only.');
    const { id } = await planChange(other, { desiredCount: 4 });
    await other.releases['releases.execute']({ plan: id }, aCall());
    await expect(one.releases['releases.execute']({ plan: stale.id }, aCall())).rejects.toThrow(
      /since this plan/,
    );
    expect(await claimsOn(one)).toEqual([]);
  });
});
