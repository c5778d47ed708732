import { describe, expect, it } from 'vitest';
import { fargateMonthlyUsd } from './fargate-cost.ts';

type NotKnown = readonly [string, ...Parameters<typeof fargateMonthlyUsd>];
const SERVICE = { launchType: 'FARGATE', desiredCount: 2 } as const;
const SIZE = { cpu: '1024', memory: '2048' };

describe('the cost of a month on Fargate', () => {
  it('is that of all tasks for 730 hours at the list prices of the region', () => {
    expect(fargateMonthlyUsd('us-east-1', SERVICE, SIZE)).toBeCloseTo(2 * 730 * (0.04048 + 2 * 0.004445), 6);
  });

  it('is lower for ARM64', () => {
    const arm = { ...SIZE, runtimePlatform: { cpuArchitecture: 'ARM64' } } as const;
    expect(fargateMonthlyUsd('us-east-1', SERVICE, arm)).toBeCloseTo(2 * 730 * (0.03238 + 2 * 0.00356), 6);
  });

  it('is nothing without tasks', () => {
    expect(fargateMonthlyUsd('us-east-1', { ...SERVICE, desiredCount: 0 }, SIZE)).toBe(0);
  });

  it.each([
    ['in a region without a known price', 'mars-north-1', SERVICE, SIZE],
    ['in Frankfurt, which has prices of its own', 'eu-central-1', SERVICE, SIZE],
    ['on instances', 'us-east-1', { ...SERVICE, launchType: 'EC2' }, SIZE],
    [
      'on Spot',
      'us-east-1',
      { desiredCount: 2, capacityProviderStrategy: [{ capacityProvider: 'FARGATE_SPOT' }] },
      SIZE,
    ],
    [
      'for Windows',
      'us-east-1',
      SERVICE,
      { ...SIZE, runtimePlatform: { operatingSystemFamily: 'WINDOWS_SERVER_2022_CORE' } },
    ],
    ['with more storage', 'us-east-1', SERVICE, { ...SIZE, ephemeralStorage: { sizeInGiB: 100 } }],
    ['without a size', 'us-east-1', SERVICE, {}],
  ] satisfies readonly NotKnown[])('is undefined %s', (_, region, service, content) => {
    expect(fargateMonthlyUsd(region, service, content)).toBeUndefined();
  });
});
