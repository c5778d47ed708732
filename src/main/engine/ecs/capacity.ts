import type { RegisterTaskDefinitionRequest, Service } from '@aws-sdk/client-ecs';
import { cpuUnitsOf, memoryMiBOf } from '../../../shared/model/task-size.ts';

/** What the tasks of a service run on. */
export type Capacity =
  | { readonly kind: 'fargate' }
  /** Instances of the cluster: any, or those of the capacity providers. */
  | { readonly kind: 'instances'; readonly providers: readonly string[] }
  /** Instances that ECS adds by itself, or machines outside of AWS. */
  | { readonly kind: 'other' };

const FARGATE_PROVIDERS: ReadonlySet<string> = new Set(['FARGATE', 'FARGATE_SPOT']);

export function capacityOf({ launchType, capacityProviderStrategy = [] }: Service): Capacity {
  const providers = capacityProviderStrategy.flatMap(({ capacityProvider }) => capacityProvider ?? []);
  if (providers.some((provider) => FARGATE_PROVIDERS.has(provider))) return { kind: 'fargate' };
  if (providers.length > 0) return { kind: 'instances', providers };
  switch (launchType) {
    case 'FARGATE':
      return { kind: 'fargate' };
    case 'EXTERNAL':
    case 'MANAGED_INSTANCES':
      return { kind: 'other' };
    default:
      return { kind: 'instances', providers: [] };
  }
}

/** What one task asks of an instance. */
export interface Demand {
  /** CPU units, and MiB. */
  readonly cpu: number;
  readonly memory: number;
  /** For example `80/tcp`: ports of the instance that no other task may have. */
  readonly ports: readonly string[];
}

/**
 * What a task needs on an instance: what the task says, otherwise what its containers reserve.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html
 */
export function demandOf({
  cpu,
  memory,
  networkMode = 'bridge',
  containerDefinitions: containers = [],
}: RegisterTaskDefinitionRequest): Demand {
  const mappings = containers.flatMap(({ portMappings = [] }) => portMappings);
  return {
    cpu: cpuUnitsOf(cpu ?? '') ?? sum(containers.map((each) => each.cpu ?? 0)),
    memory:
      memoryMiBOf(memory ?? '') ?? sum(containers.map((each) => each.memoryReservation ?? each.memory ?? 0)),
    ports: mappings.flatMap(({ hostPort, containerPort, protocol = 'tcp' }) => {
      const port = networkMode === 'host' ? (hostPort ?? containerPort) : hostPort;
      const isFixed = networkMode === 'host' || networkMode === 'bridge';
      return isFixed && port !== undefined && port !== 0 ? [`${port}/${protocol}`] : [];
    }),
  };
}

function sum(amounts: readonly number[]): number {
  return amounts.reduce((total, amount) => total + amount, 0);
}
