import { expect, it } from 'vitest';
import { runningContainers } from './running-containers.ts';

const ONE = `sha256:${'1'.repeat(64)}`;
const TWO = `sha256:${'2'.repeat(64)}`;

function task(lastStatus: string, containers: Readonly<Record<string, string | undefined>>) {
  return { lastStatus, containers: Object.entries(containers).map(([name, digest]) => ({ name, digest })) };
}

it('running containers are counted by the digests that running tasks report', () => {
  const taskDefinition = {
    containerDefinitions: [
      { name: 'web', image: 'web:latest' },
      { name: 'log', image: 'log:1' },
    ],
  };
  const tasks = [
    task('RUNNING', { web: ONE, 'ecs-service-connect': TWO }),
    task('RUNNING', { web: TWO }),
    task('RUNNING', { web: TWO, log: undefined }),
    task('PENDING', { web: ONE }),
    task('DEACTIVATING', { web: ONE }),
    task('STOPPED', { web: ONE }),
  ];
  expect(runningContainers(taskDefinition, tasks)).toEqual([
    {
      container: 'web',
      image: 'web:latest',
      digests: [
        { digest: TWO, tasks: 2 },
        { digest: ONE, tasks: 1 },
      ],
    },
    { container: 'log', image: 'log:1', digests: [] },
  ]);
});

it('a digest of an earlier revision has the image that its tasks name', () => {
  const taskDefinition = { containerDefinitions: [{ name: 'web', image: 'web:2' }] };
  const ran = (digest: string, image: string) => ({
    lastStatus: 'RUNNING',
    containers: [{ name: 'web', digest, image }],
  });
  expect(runningContainers(taskDefinition, [ran(TWO, 'web:2'), ran(ONE, 'web:1')])).toEqual([
    {
      container: 'web',
      image: 'web:2',
      digests: [
        { digest: TWO, tasks: 1 },
        { digest: ONE, tasks: 1, image: 'web:1' },
      ],
    },
  ]);
});
