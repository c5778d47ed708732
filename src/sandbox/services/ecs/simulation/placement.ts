import { cpuUnitsOf, memoryMiBOf } from '../../../../shared/model/task-size.ts';
import type { Resources } from './resources.ts';
import type { TaskDefinitionRecord } from './state.ts';

/** A container instance that takes tasks, with what is left of it. */
export interface InstanceCapacity {
  readonly arn: string;
  readonly left: Resources;
  /** The placement constraint that keeps the task off it, if there is one. */
  readonly unmet?: UnmetConstraint | undefined;
}

/** In the words of the failures of RunTask. */
export type UnmetConstraint =
  | 'MemberOf placement constraint unsatisfied.'
  | 'DistinctInstance placement constraint unsatisfied.';

/** In the words of the failures of RunTask. */
export type Lacking = 'RESOURCE:CPU' | 'RESOURCE:MEMORY' | 'RESOURCE:PORTS';

export type Placement =
  | { readonly kind: 'placed'; readonly instanceArn: string }
  | { readonly kind: 'no-instances' }
  | { readonly kind: 'no-room'; readonly closestArn: string; readonly lacking: Lacking | UnmetConstraint };

/** What a task of a definition needs: the size of the task, or else that of its containers. */
export function needsOf(definition: TaskDefinitionRecord['definition']): Resources {
  const containers = definition.containerDefinitions;
  const sum = (of: (container: (typeof containers)[number]) => number | undefined): number =>
    containers.reduce((total, container) => total + (of(container) ?? 0), 0);
  return {
    cpu: cpuUnitsOf(definition.cpu ?? '') ?? sum(({ cpu }) => cpu),
    memory:
      memoryMiBOf(definition.memory ?? '') ??
      sum(({ memory, memoryReservation }) => memoryReservation ?? memory),
    ports: definition.networkMode === 'awsvpc' ? [] : hostPorts(containers),
  };
}

/** Host port 0 stands for any port that is free. */
function hostPorts(
  containers: TaskDefinitionRecord['definition']['containerDefinitions'],
): readonly number[] {
  return containers.flatMap(({ portMappings = [] }) =>
    portMappings.flatMap(({ hostPort = 0 }) => (hostPort === 0 ? [] : [hostPort])),
  );
}

/** The instance with the most memory left takes the task, so that tasks spread over them. */
export function placeTask(instances: readonly InstanceCapacity[], needs: Resources): Placement {
  const byCapacity = instances.toSorted((one, other) => other.left.memory - one.left.memory);
  const [closest] = byCapacity;
  if (closest === undefined) return { kind: 'no-instances' };
  const fitting = byCapacity.find(
    ({ left, unmet }) => unmet === undefined && lackingOf(left, needs) === undefined,
  );
  if (fitting !== undefined) return { kind: 'placed', instanceArn: fitting.arn };
  return {
    kind: 'no-room',
    closestArn: closest.arn,
    lacking: closest.unmet ?? lackingOf(closest.left, needs) ?? 'RESOURCE:MEMORY',
  };
}

/** What an instance lacks for a task; undefined when the task fits. */
export function lackingOf(left: Resources, needs: Resources): Lacking | undefined {
  if (needs.memory > left.memory) return 'RESOURCE:MEMORY';
  if (needs.cpu > left.cpu) return 'RESOURCE:CPU';
  return needs.ports.some((port) => left.ports.includes(port)) ? 'RESOURCE:PORTS' : undefined;
}
