import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FamilyRevision } from '../../ecs/family-revision.ts';
import { aPolicy } from '../../testing/cleanup-policy.ts';
import { graphOfUse } from '../../use/use-graph.ts';
import { expectedMs } from '../jobs/expected-time.ts';
import { cleanupItems, familyTotals } from './cleanup-items.ts';

const ARN = 'arn:aws:ecs:eu-central-1:111122223333';
const arnOf = (number: number): string => `${ARN}:task-definition/web:${number}`;
const SERVICE = `${ARN}:service/production/web`;

function revisions(count: number, status = 'ACTIVE'): readonly FamilyRevision[] {
  return Array.from({ length: count }, (_, index) => ({
    arn: arnOf(index + 1),
    name: `web:${index + 1}`,
    number: index + 1,
    status,
  }));
}

const nothing = { services: [], tasks: [], rollbackTargets: [] };

describe('cleanupItems', () => {
  it('says of each revision why it is removed or kept', () => {
    const uses = graphOfUse({
      services: [
        {
          serviceArn: SERVICE,
          taskDefinition: arnOf(5),
          deployments: [{ taskDefinition: arnOf(5) }, { taskDefinition: arnOf(4) }],
          taskSets: [{ taskDefinition: arnOf(3) }],
        },
      ],
      tasks: [{ taskDefinitionArn: arnOf(2), clusterArn: `${ARN}:cluster/jobs`, group: 'family:web' }],
      rollbackTargets: [{ serviceArn: SERVICE, taskDefinitionArn: arnOf(1), images: [] }],
    });
    const items = cleanupItems(revisions(7), uses, aPolicy({ keepNewest: 1 }));
    expect(items.map(({ name, verdict, reason }) => `${name} ${verdict}: ${reason}`)).toEqual([
      'web:7 keep: the newest one',
      'web:6 remove: not in use',
      'web:5 keep: runs in production/web',
      'web:4 keep: in a deployment of production/web',
      'web:3 keep: in a task set of production/web',
      'web:2 keep: a standalone task runs it in jobs',
      'web:1 keep: rollback target of production/web: one of its recent successful releases',
    ]);
  });

  it('deletes inactive ones only when asked, and never those in use', () => {
    const uses = graphOfUse({ ...nothing, services: [{ serviceArn: SERVICE, taskDefinition: arnOf(1) }] });
    const inactive = revisions(3, 'INACTIVE');
    const verdicts = (deletePermanently: boolean) =>
      cleanupItems(inactive, uses, aPolicy({ keepNewest: 1, deletePermanently })).map(
        ({ verdict }) => verdict,
      );
    expect(verdicts(true)).toEqual(['keep', 'remove', 'keep']);
    expect(verdicts(false)).toEqual(['keep', 'keep', 'keep']);
  });

  it('never removes a revision in use or among the newest, and lists every revision', () => {
    const status = fc.constantFrom('ACTIVE', 'INACTIVE', 'DELETE_IN_PROGRESS');
    const some = fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 6 });
    fc.assert(
      fc.property(
        fc.array(status, { maxLength: 40 }),
        fc.record({ service: some, deployment: some, taskSet: some, task: some, target: some }),
        fc.integer({ min: 1, max: 12 }),
        fc.boolean(),
        (statuses, used, keepNewest, deletePermanently) => {
          const family = revisions(statuses.length).map((each, index) => ({
            ...each,
            status: statuses[index] ?? '',
          }));
          const uses = graphOfUse({
            services: [
              ...used.service.map((number) => ({ serviceArn: SERVICE, taskDefinition: arnOf(number) })),
              {
                serviceArn: SERVICE,
                deployments: used.deployment.map((number) => ({ taskDefinition: arnOf(number) })),
                taskSets: used.taskSet.map((number) => ({ taskDefinition: arnOf(number) })),
              },
            ],
            tasks: used.task.map((number) => ({ taskDefinitionArn: arnOf(number) })),
            rollbackTargets: used.target.map((number) => ({
              serviceArn: SERVICE,
              taskDefinitionArn: arnOf(number),
              images: [],
            })),
          });
          const items = cleanupItems(family, uses, aPolicy({ keepNewest, deletePermanently }));
          const inUse = new Set(Object.values(used).flat());
          const removed = items.filter(({ verdict }) => verdict === 'remove').map(({ number }) => number);
          expect(items).toHaveLength(family.length);
          expect(removed.filter((number) => inUse.has(number))).toEqual([]);
          expect(removed.filter((number) => number > family.length - keepNewest)).toEqual([]);
        },
      ),
      { numRuns: 500 * Number(process.env.SLIPWAY_PROPERTY_RUNS ?? 1) },
    );
  });
});

it('a clean-up keeps the newest revisions of each family, and counts by family', () => {
  const web = revisions(3);
  const api = revisions(2).map((each) => ({
    ...each,
    arn: each.arn.replace('web', 'api'),
    name: each.name.replace('web', 'api'),
  }));
  const items = cleanupItems([...web, ...api], graphOfUse(nothing), aPolicy({ keepNewest: 1 }));
  expect(items.filter(({ verdict }) => verdict === 'keep').map(({ name }) => name)).toEqual([
    'api:2',
    'web:3',
  ]);
  expect(familyTotals(items)).toEqual([
    { family: 'api', removing: 1, keeping: 1 },
    { family: 'web', removing: 2, keeping: 1 },
  ]);
});

describe('expectedMs', () => {
  it('is a second for each deregistration, with a deletion of ten beside each', () => {
    expect(expectedMs({ active: 21, deleting: 21 })).toBe(21_000);
    expect(expectedMs({ active: 0, deleting: 21 })).toBe(3_000);
  });
});
