import {
  DescribeClustersCommand,
  ListClustersCommand,
  ListTaskDefinitionFamiliesCommand,
  paginateListServices,
  paginateListTaskDefinitions,
} from '@aws-sdk/client-ecs';
import { expect, it } from 'vitest';
import { createTaskTriggers } from '../services/task-triggers.ts';
import { startTestEcs } from '../testing/ecs.ts';
import { loadLargeScenario } from './large.ts';

it('the large scenario has its documented size', async () => {
  const test = await startTestEcs();
  const { client, ecs, scaling, seeder: images, clock, registryHost } = test;
  loadLargeScenario({ ecs, scaling, taskTriggers: createTaskTriggers(), images, clock, registryHost });
  const { clusterArns = [] } = await client.send(new ListClustersCommand({}));
  const { clusters = [] } = await client.send(new DescribeClustersCommand({ clusters: clusterArns }));
  const sum = (values: readonly (number | undefined)[]) =>
    values.reduce<number>((all, one) => all + (one ?? 0), 0);
  expect(clusters).toHaveLength(5);
  expect(sum(clusters.map(({ activeServicesCount }) => activeServicesCount))).toBe(2000);
  expect(sum(clusters.map(({ runningTasksCount }) => runningTasksCount))).toBe(10_000);
  expect((await client.send(new ListTaskDefinitionFamiliesCommand({}))).families).toHaveLength(40);

  let revisions = 0;
  for await (const page of paginateListTaskDefinitions({ client, pageSize: 100 }, {})) {
    revisions += page.taskDefinitionArns?.length ?? 0;
  }
  expect(revisions).toBe(5000);

  const names = new Set<string>();
  for await (const page of paginateListServices({ client, pageSize: 100 }, { cluster: clusterArns[0] })) {
    for (const arn of page.serviceArns ?? []) names.add(arn);
  }
  expect(names.size).toBe(400);
  // Everything is steady: nothing is left for the clock to do.
  expect(clock.step()).toBe(false);
  await test.close();
});
