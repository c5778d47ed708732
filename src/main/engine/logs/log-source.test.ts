import { describe, expect, it } from 'vitest';
import { logSourceOf, memoryLimitMiB, unreadLogSentence } from './log-source.ts';

const options = { 'awslogs-group': '/ecs/web', 'awslogs-region': 'eu-west-1' };

describe('the log of a container', () => {
  it('is in the stream that the awslogs driver names after the container and its task', () => {
    const logConfiguration = {
      logDriver: 'awslogs' as const,
      options: { ...options, 'awslogs-stream-prefix': 'ecs' },
    };
    expect(logSourceOf({ name: 'web', logConfiguration }, { id: '7c1e' })).toEqual({
      logGroup: '/ecs/web',
      logStream: 'ecs/web/7c1e',
      prefix: 'ecs/web/',
      region: 'eu-west-1',
    });
  });

  it('is in the stream with the id of the container where there is no prefix, once ECS tells it', () => {
    const definition = { name: 'web', logConfiguration: { logDriver: 'awslogs' as const, options } };
    expect(logSourceOf(definition, { id: '7c1e', runtimeId: 'f00d' })).toMatchObject({ logStream: 'f00d' });
    expect(logSourceOf(definition, { id: '7c1e' })).toBeUndefined();
  });

  const firelens = (given: Readonly<Record<string, string>>) => ({
    name: 'web',
    logConfiguration: { logDriver: 'awsfirelens' as const, options: given },
  });

  it.each([
    [
      { Name: 'cloudwatch', log_group_name: '/x', log_stream_prefix: 'p-', region: 'eu-west-1' },
      { logGroup: '/x', logStream: 'p-web-firelens-7c1e', region: 'eu-west-1', prefix: 'p-web-firelens-' },
    ],
    [
      { name: 'cloudwatch_logs', log_group_name: '/ecs/$(ecs_cluster)', log_stream_name: 'all' },
      { logGroup: '/ecs/production', logStream: 'all' },
    ],
    [
      { Name: 'cloudwatch', log_group_name: '/x', log_stream_name: 'web/$(ecs_task_id)' },
      { logGroup: '/x', logStream: 'web/7c1e' },
    ],
    [{ Name: 'cloudwatch', log_group_name: "/x/$kubernetes['ns']", log_stream_prefix: 'p-' }, undefined],
    [
      {
        Name: 'cloudwatch_logs',
        log_group_name: '/fallback',
        log_group_template: '/ecs/$ecs_cluster',
        log_stream_prefix: 'p-',
      },
      undefined,
    ],
    [
      {
        Name: 'cloudwatch_logs',
        log_group_name: '/x',
        log_stream_template: '$container_name',
        log_stream_name: 'all',
      },
      undefined,
    ],
    [{ Name: 'datadog' }, undefined],
  ])('with FireLens and %j is %j', (given, source) => {
    expect(logSourceOf(firelens(given), { id: '7c1e', cluster: 'production' })).toEqual(source);
  });

  it.each([
    [{ name: 'web' }, "has no log configuration: CloudWatch Logs doesn't get its lines."],
    [firelens({ Name: 'datadog', Host: 'http-intake.logs.datadoghq.eu' }), 'https://app.datadoghq.eu/logs'],
    [
      firelens({ Name: 'cloudwatch_logs', log_group_name: '/x', log_group_template: '/ecs/$ecs_cluster' }),
      'by a template that Slipway cannot fill',
    ],
    [firelens({}), 'configuration file of the log router'],
    [{ name: 'web', logConfiguration: { logDriver: 'journald' as const } }, 'on its container instance'],
    [
      {
        name: 'web',
        logConfiguration: {
          logDriver: 'fluentd' as const,
          options: { 'fluentd-address': 'fluent.example:24224' },
        },
      },
      'to fluent.example:24224.',
    ],
  ])('that is elsewhere is named: %j', (definition, words) => {
    expect(unreadLogSentence(definition, 'web:1')).toContain(words);
  });
});

it('the memory limit of a container is its own, or else that of the task', () => {
  expect(memoryLimitMiB({ memory: 256 }, '512')).toBe(256);
  expect(memoryLimitMiB({}, '512')).toBe(512);
  expect(memoryLimitMiB({}, undefined)).toBeUndefined();
});
