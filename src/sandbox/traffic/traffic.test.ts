import { DynamoDBClient, GetItemCommand, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { CreateRepositoryCommand, DescribeRepositoriesCommand, ECRClient } from '@aws-sdk/client-ecr';
import {
  CreateClusterCommand,
  DeregisterTaskDefinitionCommand,
  ECSClient,
  ListClustersCommand,
} from '@aws-sdk/client-ecs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type Sandbox, type SandboxOptions, startSandbox } from '../start.ts';
import { createSteppedClock } from '../testing/stepped-clock.ts';
import { parseFaults } from './fault-options.ts';
import { createRequestBuckets } from './request-buckets.ts';

let sandbox: Sandbox | undefined;
afterEach(async () => {
  vi.useRealTimers();
  await sandbox?.close();
});

async function clientsOf(options: Partial<SandboxOptions>) {
  sandbox = await startSandbox({ scenario: 'empty', ...options });
  const { endpoint, region, credentials } = sandbox;
  const config = { endpoint, region, credentials, maxAttempts: 1 };
  return {
    ecs: new ECSClient(config),
    ecr: new ECRClient(config),
    dynamodb: new DynamoDBClient(config),
  };
}

/** How each of so many calls ended: `ok`, or the error's name. */
async function outcomes(count: number, call: () => Promise<unknown>): Promise<readonly string[]> {
  const ended: string[] = [];
  for (let index = 0; index < count; index += 1) {
    ended.push(
      await call().then(
        () => 'ok',
        (error: unknown) => (error instanceof Error ? error.name : String(error)),
      ),
    );
  }
  return ended;
}

describe('the profile of AWS', () => {
  it('throttles registrations and deregistrations after twenty together', async () => {
    // No bucket is filled again between the first call and the last one.
    vi.useFakeTimers({ toFake: ['performance'] });
    const { ecs } = await clientsOf({ profile: 'aws' });
    const calls = Array.from({ length: 30 }, () =>
      outcomes(1, () => ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition: 'none:1' }))),
    );
    const ended = (await Promise.all(calls)).flat();
    expect(ended.filter((name) => name === 'ClientException')).toHaveLength(20);
    expect(ended.filter((name) => name === 'ThrottlingException')).toHaveLength(10);
  });

  it('refills a bucket at its rate, and has one per region', async () => {
    let now = 5000;
    const limit = createRequestBuckets(() => now);
    const answer = { status: 200, contentType: '', body: '' };
    const call = (region: string) =>
      limit({ service: 'ECS', operation: 'DeleteTaskDefinitions', region, body: Buffer.alloc(0) }, () =>
        Promise.resolve(answer),
      );
    expect(await outcomes(6, () => call('us-east-1'))).toEqual([...Array(5).fill('ok'), 'AwsError']);
    expect(await outcomes(1, () => call('eu-west-1'))).toEqual(['ok']);
    now += 2000;
    expect(await outcomes(3, () => call('us-east-1'))).toEqual(['ok', 'ok', 'AwsError']);
  });
});

describe('faults', () => {
  it('hit their share of the calls, and the same calls with the same seed', async () => {
    const faults = parseFaults('throttle=0.3,error=0.1,reset=0.1,seed=7');
    const first = await clientsOf({ faults });
    const list = (client: ECRClient) => () => client.send(new DescribeRepositoriesCommand({}));
    const ended = await outcomes(200, list(first.ecr));
    const share = (name: string) => ended.filter((each) => each === name).length / ended.length;
    expect(share('ThrottlingException')).toBeGreaterThan(0.15);
    expect(share('ServerException')).toBeGreaterThan(0.03);
    expect(ended.some((name) => name !== 'ok' && !name.endsWith('Exception'))).toBe(true);
    await sandbox?.close();

    const again = await clientsOf({ faults });
    expect(await outcomes(200, list(again.ecr))).toEqual(ended);
  });

  it('hit one service alone where it is named, with the error of its items, and end', async () => {
    const { ecr, dynamodb } = await clientsOf({ faults: { throttle: 1, of: 'DynamoDB' } });
    const get = () => dynamodb.send(new GetItemCommand({ TableName: 'nowhere', Key: { pk: { S: 'a' } } }));
    const list = () => dynamodb.send(new ListTablesCommand({}));
    expect(await outcomes(1, get)).toEqual(['ProvisionedThroughputExceededException']);
    expect(await outcomes(1, list)).toEqual(['ThrottlingException']);
    expect(await outcomes(1, () => ecr.send(new DescribeRepositoriesCommand({})))).toEqual(['ok']);
    sandbox?.setFaults(undefined);
    expect(await outcomes(1, list)).toEqual(['ok']);
  });

  it('let lists lag behind writes, but not descriptions', async () => {
    const clock = createSteppedClock({ start: new Date('2026-01-01T00:00:00Z') });
    const { ecs, ecr } = await clientsOf({ clock, faults: { lag: 3 } });
    const clusters = async () => (await ecs.send(new ListClustersCommand({}))).clusterArns?.length;
    expect(await clusters()).toBe(1);
    await ecs.send(new CreateClusterCommand({ clusterName: 'second' }));
    clock.advance(2999);
    expect(await clusters()).toBe(1);
    clock.advance(1);
    expect(await clusters()).toBe(2);

    await ecr.send(new CreateRepositoryCommand({ repositoryName: 'web' }));
    expect((await ecr.send(new DescribeRepositoriesCommand({}))).repositories).toHaveLength(1);
  });
});

describe('the syntax of faults', () => {
  it('takes every fault in any order', () => {
    expect(
      parseFaults('lag=3, late=0.05:2000,of=DynamoDB,seed=1,reset=0.01,error=0.05,throttle=0.3'),
    ).toEqual({
      lag: 3,
      of: 'DynamoDB',
      late: { share: 0.05, milliseconds: 2000 },
      seed: 1,
      reset: 0.01,
      error: 0.05,
      throttle: 0.3,
    });
  });

  it.each([
    ['', "There is no fault ''"],
    ['slow=1', "There is no fault 'slow=1'"],
    ['throttle', "'throttle' needs a number"],
    ['throttle=30', "'throttle=30' needs a share from 0 to 1"],
    ['late=0.5', "'late=0.5' needs a number"],
    ['of=', "'of=' needs the name of a service"],
    ['lag=-1', "'lag=-1' needs a number"],
  ])('refuses %j', (text, sentence) => {
    expect(() => parseFaults(text)).toThrow(sentence);
  });
});
