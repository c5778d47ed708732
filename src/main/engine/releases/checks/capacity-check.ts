import type { ContainerInstance } from '@aws-sdk/client-ecs';
import type { Check } from '../../../../shared/model/plan.ts';
import type { Demand } from '../../ecs/capacity.ts';
import { failUnlessOverridden, pass, type Reading, unknown, warn } from '../../ecs/check.ts';
import { formatCpu, formatMemory } from '../../ecs/quantities.ts';

/** How an instance compares with what one more task needs. */
export interface InstanceCapacity {
  readonly cpu: number;
  readonly memory: number;
  /** The ports of the task that are in use. */
  readonly takenPorts: readonly string[];
  readonly fits: boolean;
}

/** What an instance has left, as DescribeContainerInstances tells. One that takes no tasks has no capacity. */
export function instanceCapacityOf(
  instance: ContainerInstance,
  { cpu, memory, ports }: Demand,
): InstanceCapacity {
  const amount = (name: string): number =>
    instance.remainingResources?.find((resource) => resource.name === name)?.integerValue ?? 0;
  const taken = new Set([...portsIn(instance, 'PORTS', 'tcp'), ...portsIn(instance, 'PORTS_UDP', 'udp')]);
  const takenPorts = ports.filter((port) => taken.has(port));
  const takesTasks = instance.status === 'ACTIVE' && instance.agentConnected === true;
  const left = { cpu: amount('CPU'), memory: amount('MEMORY'), takenPorts };
  const fits = takesTasks && left.cpu >= cpu && left.memory >= memory && takenPorts.length === 0;
  return { ...left, fits };
}

/** Among what remains ECS lists the ports that are in use. */
function portsIn(
  { remainingResources = [] }: ContainerInstance,
  name: string,
  protocol: string,
): readonly string[] {
  const ports = remainingResources.find((resource) => resource.name === name)?.stringSetValue ?? [];
  return ports.map((port) => `${port}/${protocol}`);
}

interface Placement {
  readonly demand: Demand;
  /** Whether a capacity provider may add instances. */
  readonly canGrow: boolean;
  /** Whether ECS may stop an old task before it starts a new one. */
  readonly canStopFirst: boolean;
  /** Whether constraints leave some of the instances out, which only ECS evaluates. */
  readonly isConstrained: boolean;
}

/** A deployment on instances needs cpu, memory and ports for one more task on one of them. */
export function instancesHaveCapacity(
  capacities: Reading<readonly InstanceCapacity[]>,
  placement: Placement,
): Check {
  if (capacities.state === 'unreadable') {
    return unknown(
      'capacity',
      "Couldn't verify that the instances have capacity for one more task",
      capacities.reason,
    );
  }
  const fitting = capacities.value.filter(({ fits }) => fits).length;
  const needs = demandLabel(placement.demand);
  if (fitting > 0 && placement.isConstrained) {
    return unknown(
      'capacity',
      `An instance has capacity for one more task (${needs}), but the placement constraints may exclude it`,
      'Only ECS evaluates the constraints of the service and of its task definition.',
    );
  }
  if (fitting > 0) return pass('capacity', `An instance has capacity for one more task (${needs})`);
  const message = `No instance has capacity for one more task (${needs})`;
  if (placement.canGrow) {
    return warn(
      'capacity',
      message,
      `${mostFree(capacities.value)} The capacity provider may add an instance; the deployment waits until it does.`,
    );
  }
  if (placement.canStopFirst) {
    return warn(
      'capacity',
      message,
      `${mostFree(capacities.value)} ECS stops an old task first, so fewer tasks run during the deployment.`,
    );
  }
  return failUnlessOverridden(
    'capacity',
    message,
    `${mostFree(capacities.value)} Add an instance, or lower the minimum healthy percent so that ECS may stop an old task first.`,
  );
}

function demandLabel({ cpu, memory, ports }: Demand): string {
  const amounts = [...(cpu === 0 ? [] : [formatCpu(cpu)]), formatMemory(memory)];
  return [...amounts, ...ports.map((port) => `port ${port}`)].join(', ');
}

/** The reason, as a sentence. */
function mostFree(capacities: readonly InstanceCapacity[]): string {
  if (capacities.length === 0) return 'The cluster has no instances that this service can use.';
  const cpu = Math.max(...capacities.map((room) => room.cpu));
  const memory = Math.max(...capacities.map((room) => room.memory));
  const ports = [...new Set(capacities.flatMap(({ takenPorts }) => takenPorts))];
  const taken = ports.length === 0 ? '' : ` ${ports.join(' and ')} is taken.`;
  const instances = capacities.length === 1 ? 'The instance' : `Of ${capacities.length} instances one`;
  return `${instances} has at most ${formatCpu(cpu)} and ${formatMemory(memory)} left.${taken}`;
}
