import { afterEach, beforeEach, expect, it } from 'vitest';
import { type CliEngine, openCliEngine } from '../testing/test-engine.ts';

const DASHBOARD = ['-c', 'tools', '-n', 'dashboard'];

let cli: CliEngine;

beforeEach(async () => {
  // The checks of a plan count for some seconds. On a clock that stands still, that is also so on a busy machine.
  const now = new Date();
  cli = await openCliEngine({}, undefined, { now: () => now });
});
afterEach(() => cli.close());

type Counts = Readonly<Record<string, number>>;

/** How often `slipway` with these arguments sends each operation. */
async function callsOf(...args: readonly string[]): Promise<Counts> {
  const before = cli.sandbox.calls().length;
  const { code, err } = await cli.slipway(args);
  expect({ code, err }).toMatchObject({ code: 0 });
  const counts = new Map<string, number>();
  for (const { operation } of cli.sandbox.calls().slice(before))
    counts.set(operation, (counts.get(operation) ?? 0) + 1);
  return Object.fromEntries(counts);
}

/** What is sent more often than it may be; each operation that is not named may not be sent at all. */
function tooMany(counts: Counts, most: Counts): Counts {
  return Object.fromEntries(
    Object.entries(counts).filter(([operation, count]) => count > (most[operation] ?? 0)),
  );
}

/** The checks of a plan that deploys one container, with what it was and what it becomes. */
const CHECKS: Counts = {
  DescribeRepositories: 1,
  BatchGetImage: 2,
  DescribeImages: 2,
  GetDownloadUrlForLayer: 2,
  SimulatePrincipalPolicy: 5,
  GetRole: 2,
  DescribeLogStreams: 1,
  DescribeSecret: 1,
  DescribeParameters: 1,
};

/**
 * Following takes one DescribeServiceDeployments for each look, and the service and its tasks at most as often. How many
 * looks there are depends on the machine, since the clock of the sandbox moves by itself.
 */
function following({ DescribeServiceDeployments: looks = 0 }: Counts): Counts {
  return {
    DescribeServiceDeployments: looks,
    // Six of them for the plan, the claim and the update.
    DescribeServices: 6 + looks,
    ListTasks: 2 * looks,
    DescribeTasks: looks,
  };
}

it('a deploy reads for its plan once, and follows its deployment with one call for each look', async () => {
  const counts = await callsOf('deploy', ...DASHBOARD, '-i', 'dashboard:5.2.1');
  const most = {
    ...CHECKS,
    ...following(counts),
    // One names the caller in the journal, the other one is for the checks.
    GetCallerIdentity: 2,
    DescribeTaskDefinition: 3,
    ListServiceDeployments: 4,
    DescribeServiceRevisions: 3,
    TagResource: 1,
    RegisterTaskDefinition: 1,
    UpdateService: 1,
    UntagResource: 1,
  };
  expect(tooMany(counts, most)).toEqual({});
});

it('a rollback reads for its plan once, and follows its deployment with one call for each look', async () => {
  const counts = await callsOf('rollback', ...DASHBOARD);
  const most = {
    ...CHECKS,
    ...following(counts),
    GetCallerIdentity: 2,
    DescribeTaskDefinition: 2,
    ListServiceDeployments: 5,
    DescribeServiceRevisions: 4,
    BatchGetImage: 3,
    DescribeImages: 3,
    TagResource: 1,
    UpdateService: 1,
    UntagResource: 1,
  };
  expect(tooMany(counts, most)).toEqual({});
});

/** The reads of the service's page too. */
const STATUS: Counts = {
  DescribeServices: 1,
  DescribeTaskDefinition: 1,
  ListServiceDeployments: 2,
  DescribeServiceDeployments: 1,
  // Those that should run for the service, and both kinds for the table.
  ListTasks: 3,
  DescribeTasks: 2,
  // Known for a minute.
  DescribeRepositories: 1,
  // What runs, and what its tag stands for.
  BatchGetImage: 2,
  DescribeImages: 1,
  // Whether anything scales it.
  DescribeScalableTargets: 1,
};

it('the status of a service takes a call or two of each kind, and fewer once its past is known', async () => {
  const first = await callsOf('status', ...DASHBOARD);
  expect(
    tooMany(first, {
      ...STATUS,
      DescribeServiceRevisions: 2,
      GetDownloadUrlForLayer: 1,
    }),
  ).toEqual({});
  expect(tooMany(await callsOf('status', ...DASHBOARD), STATUS)).toEqual({});
});
