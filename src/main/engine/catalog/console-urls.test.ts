import { expect, it } from 'vitest';
import {
  codeDeployConsoleUrl,
  logStreamConsoleUrl,
  serviceConsoleUrl,
  taskConsoleUrl,
} from './console-urls.ts';

it('a console URL leads to the AWS console only, whatever the names contain', () => {
  const service = new URL(serviceConsoleUrl('eu-west-1', 'production', '../../@evil.example') ?? '');
  expect(service.host).toBe('console.aws.amazon.com');
  expect(service.pathname).toBe('/ecs/v2/clusters/production/services/..%2F..%2F%40evil.example/health');
  expect(service.searchParams.get('region')).toBe('eu-west-1');
  expect(taskConsoleUrl('eu-west-1', 'production', '0a1b')).toBe(
    'https://console.aws.amazon.com/ecs/v2/clusters/production/tasks/0a1b/configuration?region=eu-west-1',
  );
});

it.each([
  ['cn-north-1', 'cn-north-1.console.amazonaws.cn'],
  ['us-gov-west-1', 'us-gov-west-1.console.amazonaws-us-gov.com'],
  ['eusc-de-east-1', 'eusc-de-east-1.console.amazonaws-eusc.eu'],
])('a console URL of %s leads to the console of its partition', (region, host) => {
  const urls = [
    serviceConsoleUrl(region, 'production', 'web'),
    taskConsoleUrl(region, 'production', '0a1b'),
    logStreamConsoleUrl(region, '/ecs/web', 'ecs/app/7c1e'),
    codeDeployConsoleUrl(region, 'd-1'),
  ];
  expect(urls.map((url) => new URL(url ?? '').host)).toEqual(urls.map(() => host));
});

it('a console URL of a log stream is encoded as the console encodes it', () => {
  expect(logStreamConsoleUrl('eu-west-1', '/ecs/web', 'ecs/app/7c1e')).toBe(
    'https://console.aws.amazon.com/cloudwatch/home?region=eu-west-1#logsV2:log-groups/log-group/$252Fecs$252Fweb/log-events/ecs$252Fapp$252F7c1e',
  );
});
