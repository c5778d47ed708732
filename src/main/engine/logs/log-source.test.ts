import { describe, expect, it } from 'vitest';
import { logSourceOf, memoryLimitMiB } from './log-source.ts';

const options = { 'awslogs-group': '/ecs/web', 'awslogs-region': 'eu-west-1' };

describe('the log of a container', () => {
  it('is in the stream that the awslogs driver names after the container and its task', () => {
    const logConfiguration = {
      logDriver: 'awslogs' as const,
      options: { ...options, 'awslogs-stream-prefix': 'ecs' },
    };
    expect(logSourceOf({ name: 'web', logConfiguration }, '7c1e')).toEqual({
      logGroup: '/ecs/web',
      logStream: 'ecs/web/7c1e',
      region: 'eu-west-1',
    });
  });

  it('cannot be found without a prefix, or with another driver', () => {
    expect(
      logSourceOf({ name: 'web', logConfiguration: { logDriver: 'awslogs', options } }, '7c1e'),
    ).toBeUndefined();
    expect(
      logSourceOf({ name: 'web', logConfiguration: { logDriver: 'awsfirelens' } }, '7c1e'),
    ).toBeUndefined();
    expect(logSourceOf({ name: 'web' }, '7c1e')).toBeUndefined();
  });
});

it('the memory limit of a container is its own, or else that of the task', () => {
  expect(memoryLimitMiB({ memory: 256 }, '512')).toBe(256);
  expect(memoryLimitMiB({}, '512')).toBe(512);
  expect(memoryLimitMiB({}, undefined)).toBeUndefined();
});
