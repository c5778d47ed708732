import {
  CreateServiceCommand,
  CreateTaskSetCommand,
  DescribeServicesCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
  type Service,
  UpdateServicePrimaryTaskSetCommand,
} from '@aws-sdk/client-ecs';
import { expect } from 'vitest';
import { startTestSandbox, type TestSandbox } from '../../../sandbox/testing/sandbox.ts';
import type { Client } from '../../../shared/client.ts';
import type { JournalEntry } from '../../../shared/model/journal.ts';
import type { Plan } from '../../../shared/model/plan.ts';
import { eventually } from '../../../shared/testing/eventually.ts';
import { primarySetOf, type ServiceTaskSet, taskSetsOf } from '../ecs/service-task-sets.ts';

/** A service with the EXTERNAL controller in an account of its own, two tasks of `FIRST` running. */
export interface TaskSetEngine {
  readonly sandbox: TestSandbox;
  readonly ecs: ECSClient;
  service(): Promise<Service>;
  sets(): Promise<readonly ServiceTaskSet[]>;
  primary(): Promise<ServiceTaskSet>;
  /** The image of `app` with another tag. */
  image(tag: string): string;
  /** How often the sandbox was sent an operation. */
  sent(operation: string): number;
}

export const OUTSIDE = { account: 'sandbox', region: 'us-east-1', cluster: 'tools', service: 'outside' };
export const FIRST = '5.2.0';
export const NEXT = '5.2.1';
/** An image whose tasks crash as soon as they run. */
export const CRASHING = '5.2.2-crash';

const WHERE = { cluster: OUTSIDE.cluster, service: OUTSIDE.service };
const NETWORK = { awsvpcConfiguration: { subnets: ['subnet-1'] } };

export async function openTaskSetEngine(): Promise<TaskSetEngine> {
  const sandbox = await startTestSandbox({ scenario: 'demo' });
  const { endpoint, region, credentials } = sandbox;
  const ecs = new ECSClient({ endpoint, region, credentials });
  const image = (tag: string): string => `${new URL(endpoint).host}/dashboard:${tag}`;
  const engine: TaskSetEngine = {
    sandbox,
    ecs,
    image,
    async service() {
      const { services } = await ecs.send(
        new DescribeServicesCommand({ cluster: OUTSIDE.cluster, services: [OUTSIDE.service] }),
      );
      return services?.[0] ?? {};
    },
    sets: async () => taskSetsOf(await engine.service()),
    async primary() {
      const primary = primarySetOf(await engine.service());
      if (primary === undefined) throw new Error('There is no primary task set.');
      return primary;
    },
    sent: (operation) => sandbox.calls().filter((call) => call.operation === operation).length,
  };
  await ecs.send(
    new CreateServiceCommand({
      cluster: OUTSIDE.cluster,
      serviceName: OUTSIDE.service,
      desiredCount: 2,
      deploymentController: { type: 'EXTERNAL' },
    }),
  );
  const first = await createSet(engine, image(FIRST));
  await ecs.send(new UpdateServicePrimaryTaskSetCommand({ ...WHERE, primaryTaskSet: first }));
  await sandbox.clock.advanceUntil(async () =>
    expect(await engine.primary()).toMatchObject({ stabilityStatus: 'STEADY_STATE' }),
  );
  return engine;
}

/** Creates a task set as another tool would, and returns its ARN. */
export async function createSet({ ecs }: TaskSetEngine, image: string): Promise<string> {
  const { taskDefinition } = await ecs.send(
    new RegisterTaskDefinitionCommand({
      family: 'outside',
      requiresCompatibilities: ['FARGATE'],
      networkMode: 'awsvpc',
      cpu: '256',
      memory: '512',
      containerDefinitions: [{ name: 'app', image, essential: true }],
    }),
  );
  const { taskSet } = await ecs.send(
    new CreateTaskSetCommand({
      ...WHERE,
      taskDefinition: taskDefinition?.taskDefinitionArn,
      launchType: 'FARGATE',
      networkConfiguration: NETWORK,
      scale: { value: 100, unit: 'PERCENT' },
    }),
  );
  return taskSet?.taskSetArn ?? '';
}

export function planImage(client: Client, engine: TaskSetEngine, tag: string): Promise<Plan> {
  const change = { images: [{ container: 'app', image: engine.image(tag) }] };
  return client.call('releases.plan', { service: OUTSIDE, change });
}

/** A change of the journal, when so much time has passed that Slipway knows its outcome. */
export async function settled({ sandbox }: TaskSetEngine, client: Client, id: string): Promise<JournalEntry> {
  const known = eventually(async () => {
    const { entries } = await client.call('journal.list', { limit: 20 });
    const entry = entries.find((each) => each.id === id);
    expect(entry?.state).not.toBe('open');
    if (entry === undefined) throw new Error('There is no such entry.');
    return entry;
  });
  return sandbox.clock.runUntil(known);
}
