import type { ContainerImage, DaemonContainerImage, Service, Task } from '@aws-sdk/client-ecs';
import type { StartedRevision } from '../task-triggers/used-revisions.ts';

/** All that was read in ECS about who uses revisions: complete, or it is not made. */
export interface UseReading {
  readonly services: readonly Service[];
  readonly tasks: readonly Task[];
  /** For each service, what its last deployments that worked run. */
  readonly rollbackTargets: readonly RollbackTarget[];
}

export interface RollbackTarget {
  readonly serviceArn: string;
  readonly taskDefinitionArn: string;
  /** What the containers of that release were: the digests are those that ECS resolved. */
  readonly images: readonly ContainerImage[];
}

/** What a revision of a managed daemon names. */
export interface DaemonUse {
  readonly daemonArn: string;
  /** Of a daemon task definition, which is none of the others. */
  readonly taskDefinitionArn: string | undefined;
  /** With the digests that ECS resolved. */
  readonly images: readonly DaemonContainerImage[];
  /** Whether it is neither running nor being deployed, but worked before. */
  readonly isRollbackTarget: boolean;
}

/** Why each revision in use must stay, the strongest reason first, by the ARN of its task definition. */
export type UseGraph = ReadonlyMap<string, readonly string[]>;

/**
 * Who uses what: managed daemons, services, their deployments and task sets, tasks, the rollback target of each service,
 * and what rules, schedules and state machines start.
 */
export function graphOfUse(
  { services, tasks, rollbackTargets }: UseReading,
  started: readonly Pick<StartedRevision, 'taskDefinitionArn' | 'reason'>[] = [],
  daemons: readonly DaemonUse[] = [],
): UseGraph {
  const graph = new Map<string, string[]>();
  const use = (arn: string | undefined, reason: string): void => {
    if (arn === undefined) return;
    const reasons = graph.get(arn) ?? [];
    if (!reasons.includes(reason)) reasons.push(reason);
    graph.set(arn, reasons);
  };

  for (const service of services) {
    const name = serviceLabel(service.serviceArn);
    use(service.taskDefinition, `runs in ${name}`);
    for (const { taskDefinition } of service.deployments ?? [])
      use(taskDefinition, `in a deployment of ${name}`);
    for (const { taskDefinition } of service.taskSets ?? []) use(taskDefinition, `in a task set of ${name}`);
  }
  for (const task of tasks) use(task.taskDefinitionArn, taskReason(task));
  for (const daemon of daemons) use(daemon.taskDefinitionArn, daemonReason(daemon));
  for (const { taskDefinitionArn, reason } of started) use(taskDefinitionArn, reason);
  for (const { serviceArn, taskDefinitionArn } of rollbackTargets) {
    use(
      taskDefinitionArn,
      `rollback target of ${serviceLabel(serviceArn)}: one of its recent successful releases`,
    );
  }
  return graph;
}

export function daemonReason({ daemonArn, isRollbackTarget }: DaemonUse): string {
  const name = daemonArn.split(':daemon/').at(-1) ?? 'a cluster';
  return isRollbackTarget ? `rollback target of the daemon ${name}` : `runs as the daemon ${name}`;
}

function taskReason({ group, clusterArn }: Task): string {
  const cluster = clusterArn?.split('/').at(-1) ?? 'a cluster';
  return group?.startsWith('service:')
    ? `a task of ${cluster}/${group.slice('service:'.length)} runs it`
    : `a standalone task runs it in ${cluster}`;
}

/** `production/web` of a service's ARN; old ARNs have no cluster in them. */
export function serviceLabel(serviceArn: string | undefined): string {
  return serviceArn?.split(':service/').at(-1) ?? 'a service';
}
