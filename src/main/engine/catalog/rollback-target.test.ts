import { expect, it } from 'vitest';
import type { DeploymentOutcome } from '../../../shared/model/deployment.ts';
import { rollbackTarget } from './rollback-target.ts';

/** A deployment of a revision with one container, whose digest is a word here. */
function deployment(id: string, outcome: DeploymentOutcome, revision: string, digest?: string) {
  return {
    id,
    outcome,
    taskDefinitionArn: revision,
    images: [
      {
        container: 'web',
        image: digest === undefined ? revision : 'web:latest',
        ...(digest === undefined ? {} : { digest }),
      },
    ],
  };
}

it.each([
  ['there are no deployments', [], undefined],
  ['there is only one', [deployment('a', 'succeeded', 'web:1')], undefined],
  [
    'the last one worked: the success before it',
    [deployment('b', 'succeeded', 'web:2'), deployment('a', 'succeeded', 'web:1')],
    'a',
  ],
  [
    'one is in progress: the last success',
    [deployment('b', 'in-progress', 'web:2'), deployment('a', 'succeeded', 'web:1')],
    'a',
  ],
  [
    'the last one failed and was not rolled back: the last success',
    [deployment('b', 'failed', 'web:2'), deployment('a', 'succeeded', 'web:1')],
    'a',
  ],
  [
    'ECS has gone back by itself: what worked before that',
    [
      deployment('c', 'rolled-back', 'web:3'),
      deployment('b', 'succeeded', 'web:2'),
      deployment('a', 'succeeded', 'web:1'),
    ],
    'a',
  ],
  [
    'failures lie between: they are passed over',
    [
      deployment('d', 'succeeded', 'web:4'),
      deployment('c', 'rolled-back', 'web:3'),
      deployment('b', 'stopped', 'web:2'),
      deployment('a', 'succeeded', 'web:1'),
    ],
    'a',
  ],
  [
    'the same was deployed again: what differs from it',
    [
      deployment('c', 'succeeded', 'web:2', 'new'),
      deployment('b', 'succeeded', 'web:2', 'new'),
      deployment('a', 'succeeded', 'web:1', 'old'),
    ],
    'a',
  ],
  [
    'one revision ran two image versions, since its tag had moved: the other image version',
    [deployment('b', 'succeeded', 'web:1', 'new'), deployment('a', 'succeeded', 'web:1', 'old')],
    'a',
  ],
  [
    'the same image version was registered again under the next number: not the number before',
    [
      deployment('c', 'succeeded', 'web:3', 'new'),
      deployment('b', 'succeeded', 'web:2', 'new'),
      deployment('a', 'succeeded', 'web:1', 'old'),
    ],
    'a',
  ],
  [
    'a change of configuration is failing: the success before it, which has the same image version',
    [
      deployment('c', 'in-progress', 'web:3', 'new'),
      deployment('b', 'succeeded', 'web:2', 'new'),
      deployment('a', 'succeeded', 'web:1', 'old'),
    ],
    'b',
  ],
  [
    'all have one image version: another configuration',
    [deployment('b', 'succeeded', 'web:2', 'new'), deployment('a', 'succeeded', 'web:1', 'new')],
    'a',
  ],
  [
    'all have one release and differ in the settings of the service: the other settings',
    [
      { ...deployment('c', 'succeeded', 'web:1', 'new'), settings: 'FARGATE' },
      { ...deployment('b', 'succeeded', 'web:1', 'new'), settings: 'FARGATE' },
      { ...deployment('a', 'succeeded', 'web:1', 'new'), settings: 'FARGATE_SPOT' },
    ],
    'a',
  ],
  [
    'the settings of an earlier one are not known: they do not count',
    [
      { ...deployment('b', 'succeeded', 'web:1', 'new'), settings: 'FARGATE' },
      deployment('a', 'succeeded', 'web:1', 'new'),
    ],
    undefined,
  ],
  [
    'somebody has gone back from b: what was before the one gone back to',
    [
      deployment('c', 'succeeded', 'web:2', 'a'),
      deployment('b', 'succeeded', 'web:3', 'b'),
      deployment('a', 'succeeded', 'web:2', 'a'),
      deployment('z', 'succeeded', 'web:1', 'z'),
    ],
    'z',
  ],
  [
    'somebody has gone back from b to the first there was: nothing is left',
    [
      deployment('c', 'succeeded', 'web:4', 'a'),
      deployment('b', 'succeeded', 'web:3', 'b'),
      deployment('a', 'succeeded', 'web:2', 'a'),
    ],
    undefined,
  ],
  [
    'somebody goes back from b and that is in progress: not b',
    [
      deployment('c', 'in-progress', 'web:2', 'a'),
      deployment('b', 'succeeded', 'web:3', 'b'),
      deployment('a', 'succeeded', 'web:2', 'a'),
      deployment('z', 'succeeded', 'web:1', 'z'),
    ],
    'z',
  ],
  [
    'something new came after going back from b: the one gone back to',
    [
      deployment('d', 'succeeded', 'web:5', 'd'),
      deployment('c', 'succeeded', 'web:4', 'a'),
      deployment('b', 'succeeded', 'web:3', 'b'),
      deployment('a', 'succeeded', 'web:2', 'a'),
    ],
    'c',
  ],
  [
    'there never was a success',
    [deployment('b', 'failed', 'web:2'), deployment('a', 'rolled-back', 'web:1')],
    undefined,
  ],
])('when %s', (_when, deployments, target) => {
  expect(rollbackTarget(deployments)?.id).toBe(target);
});
