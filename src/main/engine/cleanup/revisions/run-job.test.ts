import fc from 'fast-check';
import { expect, it } from 'vitest';
import { IN_MEMORY } from '../../storage/private-database.ts';
import { watchedAccount } from '../../testing/cleanup-control-plane.ts';
import { aPolicy } from '../../testing/cleanup-policy.ts';
import { aTaskDefinitionIncident, untilItEnds, withoutInterruption } from '../../testing/incidents.ts';
import { openCleanupDatabase } from '../jobs/cleanup-database.ts';
import { createJobStore, type JobStore } from '../jobs/job-store.ts';
import { runJob } from './run-job.ts';

/** Clean-ups with kills, lost answers and deploys in between. SLIPWAY_PROPERTY_RUNS=25 makes 10,000 of them. */
const RUNS = 400 * Number(process.env.SLIPWAY_PROPERTY_RUNS ?? 1);
const JOB = '7ff1b9ec-2a06-4b9b-9a51-62ad2a3c3b0e';
const SCOPE = { account: 'sandbox', region: 'us-east-1' };

const arnOf = (number: number): string =>
  `arn:aws:ecs:us-east-1:111122223333:task-definition/web:${number + 1}`;

const account = fc.record({
  statuses: fc.array(fc.constantFrom('ACTIVE', 'ACTIVE', 'INACTIVE'), { minLength: 1, maxLength: 40 }),
  running: fc.array(fc.nat(39), { minLength: 1, maxLength: 6 }),
  deletePermanently: fc.boolean(),
  incidents: fc.array(aTaskDefinitionIncident, { maxLength: 120 }),
});

it('removes nothing that a service, an Express service, a schedule or a state machine names and nothing twice, whatever is deployed, scheduled, lost and killed in between', async () => {
  await fc.assert(
    fc.asyncProperty(account, async ({ statuses, running, deletePermanently, incidents }) => {
      const revisions = new Map(statuses.map((status, number) => [arnOf(number), status]));
      const account = watchedAccount(
        revisions,
        running.map((number) => arnOf(number % statuses.length)),
        incidents,
      );
      const database = openCleanupDatabase(IN_MEMORY);
      const store = createJobStore(database, { now: () => new Date() });
      store.create(JOB, aCleanup([...revisions], deletePermanently), 'entry');
      await untilItEnds(() => runJob(aRun(store, account.plane)));

      expect(account.breaches).toEqual([]);
      const job = store.view(JOB);
      expect(job?.left).toBe(0);
      for (const [arn, status] of account.statuses) {
        const isLeft = status === 'ACTIVE' || (deletePermanently && status === 'INACTIVE');
        const names = [...(job?.spared ?? []), ...(job?.failed ?? [])].map(({ name }) => name);
        expect(isLeft && !names.includes(nameOf(arn)) ? arn : 'accounted for').toBe('accounted for');
      }
      database.close();
    }),
    { numRuns: RUNS },
  );
}, 600_000);

function aRun(store: JobStore, plane: Parameters<typeof runJob>[0]['plane']): Parameters<typeof runJob>[0] {
  const job = store.find(JOB);
  if (job?.kind !== 'revisions') throw new Error('The job is gone.');
  return { job, store, plane, ...withoutInterruption() };
}

function aCleanup(
  revisions: readonly (readonly [string, string])[],
  deletePermanently: boolean,
): Parameters<JobStore['create']>[1] {
  return {
    kind: 'revisions',
    target: SCOPE,
    subject: 'sandbox',
    policy: aPolicy({ deletePermanently }),
    unknown: [],
    remove: revisions
      .filter(([, status]) => deletePermanently || status === 'ACTIVE')
      .map(([arn, status], index) => ({ arn, name: nameOf(arn), number: index + 1, status })),
  };
}

function nameOf(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1);
}
