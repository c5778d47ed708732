import type { Container, ManagedAgent } from '@aws-sdk/client-ecs';
import type { ExecTarget } from '../../sessions/exec-target.ts';
import { lastPart, taskArn } from './arns.ts';
import type { EcsContext } from './context.ts';
import { findTaskDefinition } from './lookups.ts';
import type { TaskRecord } from './state.ts';
import { isRunning, isStopped } from './task-transitions.ts';

/** What the agent of ECS Exec does. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html */
const AGENT_ACTIONS = [
  'ssmmessages:CreateControlChannel',
  'ssmmessages:CreateDataChannel',
  'ssmmessages:OpenControlChannel',
  'ssmmessages:OpenDataChannel',
] as const;
const AGENT = 'ExecuteCommandAgent';

/** The containers of a region that sessions can be opened in. */
export interface ExecTargets {
  /** By the target of StartSession, `ecs:CLUSTER_TASK_RUNTIME`. Undefined where no agent is connected. */
  find(target: string): ExecTarget | undefined;
}

export function createExecTargets(context: EcsContext): ExecTargets {
  return {
    find(target) {
      const {
        cluster = '',
        task = '',
        runtime,
      } = /^ecs:(?<cluster>.+)_(?<task>[^_]+)_(?<runtime>[^_]+)$/.exec(target)?.groups ?? {};
      const record = context.state.tasks.get(taskArn(context.home, cluster, task));
      const container = record?.task.containers.find(({ runtimeId }) => runtimeId === runtime);
      return record === undefined || container === undefined
        ? undefined
        : execTarget(context, record, container);
    },
  };
}

/** A container as its agent sees it. Undefined where no agent is connected. */
export function execTarget(
  context: EcsContext,
  { task }: TaskRecord,
  { name = '', image = '', runtimeId = '' }: Container,
): ExecTarget | undefined {
  const current = (): TaskRecord | undefined => context.state.tasks.get(task.taskArn);
  const record = current();
  if (record === undefined || agentOf(context, record)?.lastStatus !== 'RUNNING') return undefined;
  const definition = findTaskDefinition(context, task.taskDefinitionArn)?.definition;
  const container = definition?.containerDefinitions.find((each) => each.name === name);
  const override = task.overrides?.containerOverrides?.find((each) => each.name === name);
  const plain = [...(container?.environment ?? []), ...(override?.environment ?? [])];
  const variables = new Map(plain.map((each) => [each.name ?? '', each.value ?? '']));
  // A simulated secret has no value that a shell may show.
  for (const secret of container?.secrets ?? []) variables.set(secret.name ?? '', '(secret)');
  return {
    cluster: lastPart(task.clusterArn),
    taskId: lastPart(task.taskArn),
    runtimeId,
    kmsKeyId: context.state.clusters.get(task.clusterArn)?.cluster.configuration?.executeCommandConfiguration
      ?.kmsKeyId,
    container: name,
    image,
    shell: shellOf(image),
    environment: [...variables].map(([variable, value]) => ({ name: variable, value })),
    ports: (container?.portMappings ?? []).flatMap(({ containerPort }) => containerPort ?? []),
    isRunning() {
      const now = current();
      return now !== undefined && isRunning(now);
    },
  };
}

/** The agent of a task's containers, as DescribeTasks shows it; undefined without ECS Exec. */
export function agentOf(context: EcsContext, record: TaskRecord): ManagedAgent | undefined {
  const { task } = record;
  if (task.enableExecuteCommand !== true) return undefined;
  if (isStopped(record)) return { name: AGENT, lastStatus: 'STOPPED' };
  if (!isRunning(record)) return { name: AGENT, lastStatus: 'PENDING' };
  const { roles } = context.dependencies;
  if (roles === undefined) return { name: AGENT, lastStatus: 'PENDING' };
  const role = findTaskDefinition(context, task.taskDefinitionArn)?.definition.taskRoleArn;
  const access = roles.assume(task.overrides?.taskRoleArn ?? role ?? '');
  const isAllowed =
    access !== undefined && AGENT_ACTIONS.every((action) => access.denialOf(action, '*') === undefined);
  if (!isAllowed)
    return { name: AGENT, lastStatus: 'STOPPED', reason: 'ExecuteCommandAgent failed to connect' };
  return {
    name: AGENT,
    lastStatus: 'RUNNING',
    ...(task.startedAt === undefined ? {} : { lastStartedAt: task.startedAt }),
  };
}

/** The name of an image says what it has: nothing in a distroless one, and only sh in a small one. */
function shellOf(image: string): ExecTarget['shell'] {
  if (/distroless|scratch/.test(image)) return 'none';
  return /alpine|busybox/.test(image) ? 'sh' : 'bash';
}
