import {
  DescribeTargetGroupsCommand,
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestApi, type TestApi } from '../../testing/api.ts';
import { createElbv2 } from './elbv2.ts';
import type { Targets } from './targets.ts';

const WEB = 'arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/web/1';
const API = 'arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/api/2';
const targets: Targets = {
  groups: () => [API, WEB],
  in: (arn) =>
    arn === WEB
      ? [
          { id: '10.0.0.1', port: 8080, availabilityZone: 'us-east-1a', state: 'healthy' },
          { id: '10.0.0.2', port: 8080, state: 'initial', reason: 'Elb.InitialHealthChecking' },
        ]
      : [],
};

let api: TestApi;
let client: ElasticLoadBalancingV2Client;
beforeAll(async () => {
  api = await startTestApi({ query: [createElbv2(() => targets)] });
  client = new ElasticLoadBalancingV2Client(api.config);
});
afterAll(() => api.close());

it('DescribeTargetHealth returns the health of the targets of a group', async () => {
  const health = async (Targets?: { Id: string }[]) => {
    const command = new DescribeTargetHealthCommand({ TargetGroupArn: WEB, ...(Targets && { Targets }) });
    const { TargetHealthDescriptions } = await client.send(command);
    return TargetHealthDescriptions?.map(
      ({ Target, TargetHealth }) => `${Target?.Id} ${TargetHealth?.State}`,
    );
  };
  expect(await health()).toEqual(['10.0.0.1 healthy', '10.0.0.2 initial']);
  expect(await health([{ Id: '10.0.0.2' }, { Id: '10.0.0.9' }])).toEqual([
    '10.0.0.2 initial',
    '10.0.0.9 unused',
  ]);
});

it('DescribeTargetGroups lists target groups, page by page and by name', async () => {
  const first = await client.send(new DescribeTargetGroupsCommand({ PageSize: 1 }));
  expect(first.TargetGroups?.map(({ TargetGroupName }) => TargetGroupName)).toEqual(['api']);
  const second = await client.send(
    new DescribeTargetGroupsCommand({ PageSize: 1, Marker: first.NextMarker ?? '' }),
  );
  expect(second.TargetGroups?.map(({ TargetGroupArn }) => TargetGroupArn)).toEqual([WEB]);
  expect(second.NextMarker).toBeUndefined();
  await expect(client.send(new DescribeTargetGroupsCommand({ Names: ['none'] }))).rejects.toThrow(
    expect.objectContaining({ name: 'TargetGroupNotFoundException' }),
  );
});
