import { CreateTableCommand, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { afterEach, expect, it } from 'vitest';
import { startTestSandbox, type TestSandbox } from '../../../sandbox/testing/sandbox.ts';
import type { Plan, ReleaseStep } from '../../../shared/model/plan.ts';
import { eventually } from '../../../shared/testing/eventually.ts';
import { SCHEMA_KEY } from '../ledger/ledger-keys.ts';
import type { HeldLock } from '../ledger/locks.ts';
import type { Locks } from '../ledger/service-locks.ts';
import { aCall, openReleaseEngine, type ReleaseEngine } from '../testing/release-engine.ts';
import { executePlan } from './execute-plan.ts';
import type { ReleaseDependencies } from './model/release-dependencies.ts';

const HOUR_MS = 3_600_000;
const TABLE = 'slipway-ledger';

let sandbox: TestSandbox;
/** How far the time of AWS is moved on. */
let passedMs = 0;
/** How far the monotonic clocks are moved on, by engine: that of a machine that sleeps stands still. */
const elapsedOf = new Map<string, number>();
const engines: ReleaseEngine[] = [];

async function start(deniedActions: readonly string[] = []): Promise<void> {
  passedMs = 0;
  elapsedOf.clear();
  const wall = () => new Date(performance.timeOrigin + performance.now() + passedMs);
  sandbox = await startTestSandbox({ scenario: 'demo', wall, deniedActions });
}

async function open(name: string, { skewMs = 0, required = false } = {}): Promise<ReleaseEngine> {
  const engine = await openReleaseEngine(sandbox, {
    rule: { table: TABLE, required },
    skewMs,
    elapsed: () => performance.now() + (elapsedOf.get(name) ?? 0),
  });
  engines.push(engine);
  return engine;
}

async function createTable({ dependencies, scope }: ReleaseEngine): Promise<void> {
  const keys = ['pk', 'sk'];
  const client = dependencies.aws.dynamodb(scope, 'clicked');
  await client.send(
    new CreateTableCommand({
      TableName: TABLE,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: keys.map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      KeySchema: keys.map((AttributeName, at) => ({ AttributeName, KeyType: at === 0 ? 'HASH' : 'RANGE' })),
    }),
  );
  await client.send(new PutItemCommand({ TableName: TABLE, Item: marshall({ ...SCHEMA_KEY, version: 1 }) }));
}

afterEach(async () => {
  for (const engine of engines.splice(0)) engine.close();
  await sandbox.close();
});

const web = (engine: ReleaseEngine) => engine.service('tools', 'dashboard');

function plan(engine: ReleaseEngine, desiredCount: number): Promise<Plan> {
  return engine.releases['releases.plan']({ service: web(engine), change: { desiredCount } }, aCall());
}

function execute(engine: ReleaseEngine, { id }: Plan, overrides: readonly string[] = []) {
  return engine.releases['releases.execute']({ plan: id, overrides: [...overrides] }, aCall());
}

async function take(engine: ReleaseEngine, by: string): Promise<HeldLock> {
  const locking = await engine.dependencies.locks?.take(web(engine), { id: by, by, what: 'deploy: 5.2.1' });
  if (locking?.kind !== 'taken') throw new Error(`The lock was not taken: ${JSON.stringify(locking)}`);
  return locking.lock;
}

/** Locks that keep what is taken. */
function recorded(locks: ReleaseDependencies['locks']) {
  if (locks === undefined) throw new Error('This engine has no locks.');
  const taken: HeldLock[] = [];
  const take: Locks['take'] = async (...request) => {
    const locking = await locks.take(...request);
    if (locking.kind === 'taken') taken.push(locking.lock);
    return locking;
  };
  return { taken, locks: { ...locks, take } };
}

/** A minute and more passes for AWS, and for the machines that are awake. */
function pass(...awake: readonly string[]): void {
  passedMs += 70_000;
  for (const name of awake) elapsedOf.set(name, (elapsedOf.get(name) ?? 0) + 70_000);
}

function calls(operation: string): number {
  return sandbox.calls().filter((call) => call.operation === operation).length;
}

async function lockItem({ dependencies, scope }: ReleaseEngine): Promise<unknown> {
  const key = { pk: `service#${scope.region}#tools#dashboard`, sk: 'lock' };
  const { Item = {} } = await dependencies.aws
    .dynamodb(scope, 'clicked')
    .send(new GetItemCommand({ TableName: TABLE, Key: marshall(key), ConsistentRead: true }));
  return unmarshall(Item);
}

it('a release takes the lock in one request, gives it back in one, and counts its token up', async () => {
  await start();
  const ana = await open('ana');
  await createTable(ana);
  for (const [count, token] of [
    [2, 1],
    [3, 2],
  ] as const) {
    const made = await plan(ana, count);
    const before = calls('UpdateItem') + calls('GetItem');
    await execute(ana, made);
    expect(calls('UpdateItem') + calls('GetItem') - before).toBe(2);
    const item = await lockItem(ana);
    expect(item).toMatchObject({ token });
    expect(item).not.toHaveProperty('holder');
  }
  expect(calls('TagResource')).toBe(0);
});

it('a lock that somebody has refuses others with who it is, and lapses when its owner has died', async () => {
  await start();
  const [ana, ben] = [await open('ana'), await open('ben')];
  await createTable(ana);
  await take(ana, 'ana');
  const made = await plan(ben, 2);
  expect(made.checks).toContainEqual(
    expect.objectContaining({
      rule: 'lock',
      result: 'warn',
      message: expect.stringContaining('The service is locked: deploy: 5.2.1 by ana on '),
    }),
  );
  await expect(execute(ben, made)).rejects.toMatchObject({
    code: 'STALE_PLAN',
    message: expect.stringContaining('tools/dashboard is locked: deploy: 5.2.1 by ana on '),
    detail: { lock: 'held' },
  });
  expect(calls('UpdateService')).toBe(0);
  pass('ana', 'ben');
  await execute(ben, await plan(ben, 2));
  expect(calls('UpdateService')).toBe(1);
});

it('a process that slept between its last check and its send is refused by AWS, and says who has the lock now', async () => {
  await start();
  const [ana, ben] = [await open('ana'), await open('ben')];
  await createTable(ana);
  const lock = await take(ana, 'ana');
  const ecs = ana.dependencies.aws.ecsUntil(web(ana), 'clicked', lock);
  // The clock of a sleeping machine stands still, so that its own deadline has not passed.
  pass('ben');
  await take(ben, 'ben');
  const update = new UpdateServiceCommand({ cluster: 'tools', service: 'dashboard', desiredCount: 5 });
  await expect(ecs.send(update)).rejects.toMatchObject({
    code: 'STALE_PLAN',
    message: expect.stringMatching(
      /^The lock of tools\/dashboard was lost to another release: deploy: 5\.2\.1 by ben on /,
    ),
  });
  expect(calls('UpdateService')).toBe(0);
});

it('a release whose own deadline has passed goes on only if nobody has taken the lock', async () => {
  await start();
  const [ana, ben] = [await open('ana'), await open('ben')];
  await createTable(ana);
  const lock = await take(ana, 'ana');
  pass('ana', 'ben');
  await lock.requireOpen();
  pass('ana', 'ben');
  await take(ben, 'ben');
  await expect(lock.requireOpen()).rejects.toMatchObject({ detail: { lock: 'lost' } });
  await lock.giveBack();
  expect(await lockItem(ben)).toMatchObject({ holder: 'ben' });
});

it('a release that loses its lock while its --before task runs ends its wait at once, and sends nothing more', async () => {
  await start();
  const [ana, ben] = [await open('ana'), await open('ben')];
  await createTable(ana);
  const { taken, locks } = recorded(ana.dependencies.locks);
  const change = {
    images: [{ container: 'app', image: `${ana.registry}/dashboard:5.2.1` }],
    before: { command: ['migrate'] },
  };
  const made = await ana.releases['releases.plan']({ service: web(ana), change }, aCall());
  const steps: ReleaseStep[] = [];
  const { signal } = aCall();
  const released = executePlan({ ...ana.dependencies, locks }, { plan: made.id }, signal, (step) => {
    steps.push(step);
  });
  // The clock of the sandbox stands still, so the task never ends.
  const ended = released.catch((error: unknown) => error);
  await eventually(() => expect(calls('RunTask')).toBe(1));
  const [entry] = ana.journal.entries.list({});
  await ben.dependencies.locks?.take(web(ben), {
    id: 'ben',
    by: 'ben',
    what: 'roll back',
    takesBack: entry?.id,
  });
  // In place of the next renewal of its timer.
  await expect(taken[0]?.confirm()).rejects.toMatchObject({ detail: { lock: 'lost' } });

  const said =
    /Slipway stopped waiting for this task: \w+ is still running\. The lock of tools\/dashboard was lost to another release: roll back by ben on .*\. Nothing more was sent\./;
  expect(await ended).toMatchObject({
    code: 'STALE_PLAN',
    message: expect.stringMatching(said),
    detail: { lock: 'lost', releaseId: entry?.id },
  });
  expect(steps.at(-1)).toMatchObject({
    operation: 'RunTask',
    state: 'failed',
    result: expect.stringMatching(said),
  });
  expect(ana.journal.entries.find(entry?.id ?? '')).toMatchObject({
    state: 'unfinished',
    sentence: expect.stringMatching(said),
  });
  expect(calls('UpdateService') + calls('StopTask') + calls('DeregisterTaskDefinition')).toBe(0);
  expect(await lockItem(ben)).toMatchObject({ holder: 'ben' });
});

it('a clock that is an hour off takes no lock from anybody', async () => {
  await start();
  const ana = await open('ana');
  await createTable(ana);
  await take(ana, 'ana');
  for (const skewMs of [HOUR_MS, -HOUR_MS]) {
    const other = await open(`skewed ${skewMs}`, { skewMs });
    const locking = await other.dependencies.locks?.take(web(other), { id: 'cy', what: 'scale' });
    expect(locking).toMatchObject({ kind: 'held' });
  }
});

it('a hold is a failed check that names it; a person can override it, and the journal says so', async () => {
  await start();
  const [ana, ben] = [await open('ana'), await open('ben')];
  await createTable(ana);
  const { locks } = ana.dependencies;
  await locks?.hold({ ...ana.scope, cluster: 'tools' }, { why: 'incident 4711', by: 'ana' });
  const made = await plan(ben, 2);
  expect(made.checks).toContainEqual(
    expect.objectContaining({
      rule: 'held',
      result: 'fail',
      overridable: true,
      message: 'The cluster is on hold by ana: incident 4711',
    }),
  );
  await expect(execute(ben, made)).rejects.toMatchObject({ code: 'PREFLIGHT_FAILED' });
  const { id } = await execute(ben, await plan(ben, 2), ['held']);
  expect(ben.journal.entries.find(id)?.overrides).toMatchObject([{ rule: 'held' }]);

  await locks?.unhold({ ...ana.scope, cluster: 'tools' });
  await locks?.hold(web(ana), { why: 'sale', until: new Date(Date.now() + 60_000).toISOString() });
  pass('ana', 'ben');
  expect((await plan(ben, 3)).checks).toContainEqual(
    expect.objectContaining({ rule: 'held', result: 'pass' }),
  );
});

it('a hold of somebody else is not replaced, also where two are made at once, and the own one is', async () => {
  await start();
  const [ana, ben] = [await open('ana'), await open('ben')];
  await createTable(ana);
  const hold = ({ dependencies }: ReleaseEngine, by: string, why: string) =>
    dependencies.locks?.hold(web(ana), { why, by });
  const both = await Promise.allSettled([hold(ana, 'ana', 'one'), hold(ben, 'ben', 'other')]);
  expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  await ana.dependencies.locks?.unhold(web(ana));
  await hold(ana, 'ana', 'incident 4711');
  await expect(hold(ben, 'ben', 'a short one')).rejects.toMatchObject({
    code: 'CONFLICT',
    message: expect.stringContaining('tools/dashboard is on hold by ana: incident 4711'),
  });
  expect(await hold(ana, 'ana', 'incident 4712')).toMatchObject({ why: 'incident 4712' });
});

it('a lock that was written by hand is shown with what can be read of it, and refuses releases', async () => {
  await start();
  const ana = await open('ana');
  await createTable(ana);
  const written = {
    pk: `service#${ana.scope.region}#tools#dashboard`,
    sk: 'lock',
    holder: 'x',
    since: 'yesterday',
    what: 'Deploy',
  };
  // As DynamoDB answers it: no safe integer, and no moment that a date can have.
  const Item = { ...marshall(written), until: { N: '9007199254740993.5' } };
  await ana.dependencies.aws
    .dynamodb(ana.scope, 'clicked')
    .send(new PutItemCommand({ TableName: TABLE, Item }));
  expect(await ana.dependencies.locks?.status(web(ana), 0)).toMatchObject({
    ledger: 'read',
    holder: { id: 'x', what: 'Deploy', since: '', until: '9999-12-31T23:59:59.999Z' },
  });
  await expect(execute(ana, await plan(ana, 2))).rejects.toMatchObject({ code: 'STALE_PLAN' });
});

it('a hold that was made after the plan refuses it, even where the clock is an hour ahead', async () => {
  await start();
  const [ana, ben] = [await open('ana'), await open('ben', { skewMs: HOUR_MS })];
  await createTable(ana);
  const made = await plan(ben, 2);
  const until = new Date(Date.now() + HOUR_MS / 2).toISOString();
  await ana.dependencies.locks?.hold(web(ana), { why: 'sale', until });
  await expect(execute(ben, made)).rejects.toMatchObject({
    code: 'PREFLIGHT_FAILED',
    message: expect.stringContaining('was not started: tools/dashboard is on hold until'),
  });
  expect(calls('UpdateService')).toBe(0);
});

it('those who wait are served in their order, before others, and a dead one is passed over', async () => {
  await start();
  const [ana, ben, cy, dan] = [await open('ana'), await open('ben'), await open('cy'), await open('dan')];
  await createTable(ana);
  const lock = await take(ana, 'ana');
  const places: string[] = [];
  const wait = (engine: ReleaseEngine, name: string, pause: () => Promise<void>) =>
    engine.dependencies.locks?.wait(web(engine), name, {
      pause,
      onPlace: ({ position, waiting }) => void places.push(`${name} ${position} of ${waiting}`),
    });
  const stop = new Error('stopped');
  // Its process ends in the queue: nothing renews its place, and nothing removes it.
  const dead = Promise.withResolvers<void>();
  const reached = Promise.withResolvers<void>();
  void wait(ben, 'ben', () => {
    reached.resolve();
    return dead.promise;
  })?.catch(() => undefined);
  await reached.promise;
  // The times of AWS's answers have whole seconds.
  passedMs += 2_000;
  await expect(wait(dan, 'dan', () => Promise.reject(stop))).rejects.toBe(stop);
  expect(places).toEqual(['ben 1 of 1', 'dan 2 of 2']);
  await lock.giveBack();

  // Free, but somebody waits.
  await expect(plan(ana, 2).then((made) => execute(ana, made))).rejects.toMatchObject({
    message: expect.stringContaining('somebody who waited for it comes first'),
  });
  let looks = 0;
  await wait(cy, 'cy', async () => {
    looks += 1;
    pass('ana', 'ben', 'cy');
  });
  expect(looks).toBe(1);
  expect(places.slice(2)).toEqual(['cy 2 of 2', 'cy 1 of 1']);
  await expect(plan(ana, 2).then((made) => execute(ana, made))).rejects.toMatchObject({
    message: expect.stringContaining('reserved in the queue by cy'),
  });
  const ofCy = await plan(cy, 2);
  expect(ofCy.checks.filter(({ rule }) => rule === 'lock')).toEqual([]);
  await execute(cy, ofCy);
  await execute(ana, await plan(ana, 3));
  expect(calls('UpdateService')).toBe(2);
});

it('where the ledger cannot be asked, a release goes on and says so, unless a rule refuses that', async () => {
  await start(['dynamodb:UpdateItem']);
  const [ana, ben] = [await open('ana'), await open('ben', { required: true })];
  await createTable(ana);
  const { id } = await execute(ana, await plan(ana, 2));
  expect(ana.journal.entries.find(id)?.steps[0]).toMatchObject({
    operation: 'UpdateItem',
    result: expect.stringMatching(/^without the lock of the ledger: .*dynamodb:UpdateItem/),
  });
  await expect(execute(ben, await plan(ben, 3))).rejects.toMatchObject({
    code: 'PREFLIGHT_FAILED',
    message: expect.stringContaining('a rule refuses releases without it'),
  });
  expect(calls('UpdateService')).toBe(1);
});
