import {
  GetTaskProtectionCommand,
  type ProtectedTask,
  UpdateTaskProtectionCommand,
} from '@aws-sdk/client-ecs';
import { type Operation, operation } from '../../../aws-api/service.ts';
import { taskArn } from '../simulation/arns.ts';
import { type EcsContext, secondsAfter } from '../simulation/context.ts';
import type { DeploymentEngine } from '../simulation/deployment-engine.ts';
import { invalidParameter } from '../simulation/errors.ts';
import { findTask, requireCluster } from '../simulation/lookups.ts';
import type { ClusterRecord, TaskRecord } from '../simulation/state.ts';
import { isRunning } from '../simulation/task-transitions.ts';

const TASKS_AT_MOST = 10;
const DEFAULT_MINUTES = 120;
const LONGEST_MINUTES = 2880;

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-scale-in-protection.html */
export function taskProtectionOperations(
  context: EcsContext,
  engine: DeploymentEngine,
): readonly Operation[] {
  const { state, clock, home } = context;

  return [
    operation(
      UpdateTaskProtectionCommand,
      ({ cluster: name, tasks = [], protectionEnabled = false, expiresInMinutes }) => {
        const cluster = requireCluster(context, name);
        checkBatch(tasks);
        const minutes = expiresInMinutes ?? DEFAULT_MINUTES;
        if (minutes < 1 || minutes > LONGEST_MINUTES) {
          throw invalidParameter(`expiresInMinutes must be between 1 and ${LONGEST_MINUTES}.`);
        }
        const found = tasks.flatMap((id) => findTask(context, cluster, id) ?? []);
        const protectable = found.filter((record) => isRunning(record) && record.serviceArn !== undefined);
        const until = secondsAfter(clock.now(), minutes * 60);
        for (const record of protectable) protect(record, protectionEnabled ? until : undefined);
        return {
          protectedTasks: protectable.map(({ task }) => view(state.tasks.get(task.taskArn))),
          failures: [
            ...missing(cluster, tasks),
            ...found
              .filter((record) => !protectable.includes(record))
              .map(({ task }) => ({
                arn: task.taskArn,
                reason: 'TASK_NOT_VALID',
                detail: 'Only RUNNING tasks of a service can be protected.',
              })),
          ],
        };
      },
    ),

    operation(GetTaskProtectionCommand, ({ cluster: name, tasks = [] }) => {
      const cluster = requireCluster(context, name);
      const found = tasks.flatMap((id) => findTask(context, cluster, id) ?? []);
      return { protectedTasks: found.map(view), failures: missing(cluster, tasks) };
    }),
  ];

  function protect(record: TaskRecord, until: Date | undefined): void {
    const { protectedUntil: _before, ...rest } = record;
    state.tasks.put(until === undefined ? rest : { ...rest, protectedUntil: until });
    const { serviceArn } = record;
    if (serviceArn === undefined) return;
    if (until === undefined) engine.look(serviceArn);
    else clock.schedule(until, () => engine.look(serviceArn));
  }

  function view(record: TaskRecord | undefined): ProtectedTask {
    const until = record?.protectedUntil;
    const isProtected = until !== undefined && until > clock.now();
    return {
      taskArn: record?.task.taskArn,
      protectionEnabled: isProtected,
      ...(isProtected ? { expirationDate: until } : {}),
    };
  }

  function missing(cluster: ClusterRecord, ids: readonly string[]) {
    return ids
      .filter((id) => findTask(context, cluster, id) === undefined)
      .map((id) => ({
        arn: id.startsWith('arn:') ? id : taskArn(home, cluster.cluster.clusterName, id),
        reason: 'MISSING',
      }));
  }
}

function checkBatch(tasks: readonly string[]): void {
  if (tasks.length === 0) throw invalidParameter('Tasks cannot be empty.');
  if (tasks.length > TASKS_AT_MOST) throw invalidParameter(`Tasks cannot be more than ${TASKS_AT_MOST}.`);
}
