import {
  CreateClusterCommand,
  DeleteTaskDefinitionsCommand,
  DeregisterTaskDefinitionCommand,
  DescribeTaskDefinitionCommand,
  ListTaskDefinitionsCommand,
  type ListTaskDefinitionsCommandOutput,
  RegisterTaskDefinitionCommand,
  type RegisterTaskDefinitionRequest,
  RegisterTaskDefinitionRequest$,
  RunTaskCommand,
} from '@aws-sdk/client-ecs';
import { NormalizedSchema } from '@smithy/core/schema';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestEcs, type TestEcs } from './test-ecs.ts';

let test: TestEcs;
beforeAll(async () => {
  test = await startTestEcs();
});
afterAll(() => test.close());

const CONTAINER = { name: 'app', image: 'web:1.0', memory: 128 };

async function register(
  family: string,
  changes: Partial<RegisterTaskDefinitionRequest> = {},
): Promise<string> {
  const { taskDefinition } = await test.client.send(
    new RegisterTaskDefinitionCommand({ family, containerDefinitions: [CONTAINER], ...changes }),
  );
  return taskDefinition?.taskDefinitionArn ?? '';
}

/** A value with every member that the schema knows; texts are numbered, so that none is like another. */
function everyMember(schema: NormalizedSchema, count: () => number): unknown {
  if (schema.isStructSchema()) {
    const members = [...schema.structIterator()].map(([name, member]) => [name, everyMember(member, count)]);
    return Object.fromEntries(members);
  }
  if (schema.isListSchema())
    return [everyMember(schema.getValueSchema(), count), everyMember(schema.getValueSchema(), count)];
  if (schema.isMapSchema()) return { [`key-${count()}`]: everyMember(schema.getValueSchema(), count) };
  if (schema.isBooleanSchema()) return count() % 2 === 0;
  if (schema.isNumericSchema()) return count();
  return `text-${count()}`;
}

it('keeps every member that the SDK knows, as it came', async () => {
  let counted = 0;
  const count = (): number => {
    counted += 1;
    return counted;
  };
  const all = everyMember(
    NormalizedSchema.of(RegisterTaskDefinitionRequest$),
    count,
  ) as RegisterTaskDefinitionRequest;
  const [first, second] = all.containerDefinitions ?? [];
  const request = {
    ...all,
    containerDefinitions: [
      { ...first, essential: true },
      { ...second, environment: [{ name: 'EMPTY', value: '' }], cpu: 0, essential: false },
    ],
  };
  await test.client.send(new RegisterTaskDefinitionCommand(request));
  const { taskDefinition, tags } = await test.client.send(
    new DescribeTaskDefinitionCommand({ taskDefinition: all.family ?? '', include: ['TAGS'] }),
  );
  const {
    taskDefinitionArn,
    revision,
    status,
    requiresAttributes,
    compatibilities,
    registeredAt,
    registeredBy,
    ...kept
  } = taskDefinition ?? {};
  expect({ ...kept, tags }).toEqual(request);
  expect({ revision, status }).toEqual({ revision: 1, status: 'ACTIVE' });
  expect(taskDefinitionArn).toMatch(/^arn:aws:ecs:us-east-1:123456789012:task-definition\/text-\d+:1$/);
  expect(requiresAttributes?.length).toBeGreaterThan(0);
  expect(compatibilities).toContain('EC2');
  expect(registeredAt).toEqual(test.clock.now());
  expect(registeredBy).toMatch(/^arn:aws:/);
});

describe('what cannot be registered', () => {
  it.each([
    ['an invalid family', { family: 'a b' }],
    ['no container', { containerDefinitions: [] }],
    ['two containers of one name', { containerDefinitions: [CONTAINER, CONTAINER] }],
    ['no essential container', { containerDefinitions: [{ ...CONTAINER, essential: false }] }],
    ['no memory', { containerDefinitions: [{ name: 'app', image: 'web:1.0' }] }],
    ['no image', { containerDefinitions: [{ name: 'app', memory: 128 }] }],
    [
      'a size that Fargate does not have',
      { requiresCompatibilities: ['FARGATE'], networkMode: 'awsvpc', cpu: '256', memory: '8192' },
    ],
    [
      'Fargate on a bridge',
      { requiresCompatibilities: ['FARGATE'], networkMode: 'bridge', cpu: '256', memory: '512' },
    ],
  ] as const)('%s', async (_what, changes) => {
    const request = {
      family: 'refused',
      containerDefinitions: [CONTAINER],
      ...changes,
    } as unknown as RegisterTaskDefinitionRequest;
    await expect(test.client.send(new RegisterTaskDefinitionCommand(request))).rejects.toMatchObject({
      name: 'ClientException',
    });
  });

  it('takes the ways of writing a Fargate size', async () => {
    const arn = await register('sizes', {
      requiresCompatibilities: ['FARGATE'],
      networkMode: 'awsvpc',
      cpu: '.5 vCPU',
      memory: '1 GB',
    });
    expect(arn).toMatch(/sizes:1$/);
  });
});

describe('the life of a revision', () => {
  it('is ACTIVE, then INACTIVE, then deleted, and its number is never used again', async () => {
    const first = await register('life');
    const second = await register('life');
    const remove = (...taskDefinitions: string[]) =>
      test.client.send(new DeleteTaskDefinitionsCommand({ taskDefinitions }));
    expect((await remove(second, 'life:99')).failures).toMatchObject([
      { arn: second, reason: expect.stringContaining('still in ACTIVE status') },
      { arn: 'life:99' },
    ]);
    await test.client.send(new DeregisterTaskDefinitionCommand({ taskDefinition: 'life:2' }));
    const latest = await test.client.send(new DescribeTaskDefinitionCommand({ taskDefinition: 'life' }));
    expect(latest.taskDefinition?.taskDefinitionArn).toBe(first);

    const deleted = await remove(second);
    expect(deleted.taskDefinitions?.[0]?.status).toBe('DELETE_IN_PROGRESS');
    test.clock.advance(10 * 60_000);
    await expect(
      test.client.send(new DescribeTaskDefinitionCommand({ taskDefinition: second })),
    ).rejects.toMatchObject({ name: 'ClientException', message: 'Unable to describe task definition.' });
    expect(await register('life')).toMatch(/:3$/);
  });

  it('waits with going until its tasks have stopped', async () => {
    const arn = await register('busy');
    await test.client.send(new CreateClusterCommand({}));
    await test.client.send(new RunTaskCommand({ taskDefinition: arn }));
    await test.client.send(new DeregisterTaskDefinitionCommand({ taskDefinition: arn }));
    await test.client.send(new DeleteTaskDefinitionsCommand({ taskDefinitions: [arn] }));
    test.clock.advance(60 * 60_000);
    const { taskDefinition } = await test.client.send(
      new DescribeTaskDefinitionCommand({ taskDefinition: arn }),
    );
    expect(taskDefinition?.status).toBe('DELETE_IN_PROGRESS');
  });

  it('is not deregistered without its number', async () => {
    await register('numbered');
    await expect(
      test.client.send(new DeregisterTaskDefinitionCommand({ taskDefinition: 'numbered' })),
    ).rejects.toMatchObject({ name: 'InvalidParameterException' });
  });
});

describe('ListTaskDefinitions', () => {
  it('goes through a family page by page in either order, while it changes', async () => {
    for (let revision = 1; revision <= 25; revision += 1) await register('paged');
    const numbers: number[] = [];
    let nextToken: string | undefined;
    do {
      const page: ListTaskDefinitionsCommandOutput = await test.client.send(
        new ListTaskDefinitionsCommand({ familyPrefix: 'paged', sort: 'DESC', maxResults: 10, nextToken }),
      );
      numbers.push(...(page.taskDefinitionArns ?? []).map((arn) => Number(arn.split(':').at(-1))));
      nextToken = page.nextToken;
      if (numbers.length === 10) {
        await test.client.send(new DeregisterTaskDefinitionCommand({ taskDefinition: 'paged:20' }));
      }
    } while (nextToken !== undefined);
    expect(numbers).toEqual(Array.from({ length: 25 }, (_, index) => 25 - index));
  });

  it('refuses a token that it did not give, and a page that is too large', async () => {
    const list = (input: object) => test.client.send(new ListTaskDefinitionsCommand(input));
    await expect(list({ nextToken: 'mine' })).rejects.toMatchObject({ name: 'InvalidParameterException' });
    await expect(list({ maxResults: 300 })).rejects.toMatchObject({ name: 'InvalidParameterException' });
  });
});
