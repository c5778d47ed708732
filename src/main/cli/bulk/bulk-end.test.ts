import { expect, it } from 'vitest';
import { stoppedAt } from './bulk-end.ts';

const sentence = '';

it('a run that ends early tells what was sent from what may have been sent', () => {
  const deploymentArn = 'arn:aws:ecs:us-east-1:123456789012:service-deployment/tools/one/1';
  const waves = [
    [{ cluster: 'tools', service: 'done', state: 'succeeded', sentence, deploymentArn } as const],
    [
      { cluster: 'tools', service: 'one', state: 'deploying', sentence, deploymentArn } as const,
      { cluster: 'tools', service: 'two', state: 'deploying', sentence } as const,
    ],
    [{ cluster: 'tools', service: 'three', state: 'waiting', sentence } as const],
  ];
  expect(stoppedAt({ id: 'R', waves }, true)).toEqual({
    code: 130,
    result: 'in-progress',
    sentence:
      'Interrupted. What was sent to tools/one continues. The change of tools/two may have been sent. ' +
      'No further service is changed. `slipway bulk --resume R` continues with the rest.',
  });
  expect(stoppedAt({ id: 'R', waves: [] }, false)).toMatchObject({
    code: 4,
    sentence: 'Time is up. No further service is changed. `slipway bulk --resume R` continues with the rest.',
  });
});
