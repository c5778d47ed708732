import {
  type ContainerDefinition,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  type ECSClient,
  type Container as EcsContainer,
  type Service,
  type Task,
  type TaskDefinition,
} from '@aws-sdk/client-ecs';
import { SlipwayError } from '../../../shared/errors.ts';
import type { Check } from '../../../shared/model/plan.ts';
import type { ExecReadiness } from '../../../shared/model/session.ts';
import type { TaskRef } from '../../../shared/model/task-detail.ts';
import { lastPartOf } from '../aws/arns.ts';
import type { Aws } from '../aws/aws.ts';
import { withRetry } from '../aws/retry.ts';
import { about, fail, pass, type Reading, unknown, warn } from '../ecs/check.ts';
import { policyText } from '../ecs/iam-policy.ts';
import { reading } from '../ecs/read-result.ts';
import { callsAreAllowed } from '../permissions/calls-check.ts';
import { callerReader, deniedToRole } from '../permissions/simulation.ts';

/** What the agent in the container does. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html */
const AGENT_ACTIONS = [
  'ssmmessages:CreateControlChannel',
  'ssmmessages:CreateDataChannel',
  'ssmmessages:OpenControlChannel',
  'ssmmessages:OpenDataChannel',
] as const;
const AGENT = 'ExecuteCommandAgent';

interface ReadinessDependencies {
  readonly aws: Pick<Aws, 'ecs' | 'iam' | 'sts'>;
}

/** A task, and the service that it belongs to as ECS has it. */
export interface FoundTask {
  readonly task: Task;
  readonly arn: string;
  readonly id: string;
  readonly service: string | undefined;
}

/** Throws NOT_FOUND for a task that ECS does not have, or no longer. */
export async function findTask(ecs: ECSClient, ref: TaskRef, signal: AbortSignal): Promise<FoundTask> {
  const command = new DescribeTasksCommand({ cluster: ref.cluster, tasks: [ref.task] });
  const { tasks = [] } = await withRetry(signal, () => ecs.send(command, { abortSignal: signal }));
  const [task] = tasks;
  if (task?.taskArn === undefined) {
    throw new SlipwayError(
      'NOT_FOUND',
      `ECS no longer has the task ${lastPartOf(ref.task)}. Choose one that is running.`,
    );
  }
  const [kind, service] = (task.group ?? '').split(':', 2);
  return {
    task,
    arn: task.taskArn,
    id: lastPartOf(task.taskArn),
    service: kind === 'service' ? service : undefined,
  };
}

/** Whether ECS Exec can reach a task, by what AWS says of it. Whether a container has a shell only its start shows. */
export async function readExecReadiness(
  { aws }: ReadinessDependencies,
  ref: TaskRef,
  signal: AbortSignal,
): Promise<ExecReadiness> {
  const ecs = aws.ecs(ref, 'visible');
  const found = await findTask(ecs, ref, signal);
  const { task } = found;
  const [definition, service] = await Promise.all([
    reading(() => readDefinition(ecs, task.taskDefinitionArn ?? '', signal)),
    found.service === undefined ? undefined : reading(() => readService(ecs, ref, found.service, signal)),
  ]);
  const content = definition.state === 'read' ? definition.value : undefined;
  const role = task.overrides?.taskRoleArn ?? content?.taskRoleArn;
  const simulation = { aws, priority: 'visible' } as const;
  const request = { actions: ['ecs:ExecuteCommand'], resources: [found.arn] };
  const [denied, caller] = await Promise.all([
    role === undefined
      ? undefined
      : deniedToRole(simulation, ref, role, { actions: AGENT_ACTIONS, resources: ['*'] }, signal),
    callsAreAllowed(
      simulation,
      ref,
      {
        requests: [request],
        clusterArn: task.clusterArn,
        caller: callerReader(simulation, ref, signal),
      },
      signal,
    ),
  ]);
  const containers = (task.containers ?? []).filter(({ name }) => name !== undefined);
  const isOn = service?.state === 'read' ? service.value?.enableExecuteCommand === true : undefined;
  const checks = [
    taskRuns(task),
    execIsOn(task, found.service, isOn),
    // An agent that is connected proves its permissions better than a simulation.
    ...(definition.state === 'unreadable' || containers.some(isConnected)
      ? []
      : [roleMayConnect(role, denied)]),
    ...(task.enableExecuteCommand === true ? containers.map(agentIsConnected) : []),
    ...platformSupportsIt(task),
    ...(content?.containerDefinitions ?? []).flatMap(rootIsWritable),
    ...(content?.pidMode === 'task' ? [sharedProcesses()] : []),
    ...caller,
  ];
  return {
    ...(found.service === undefined ? {} : { service: found.service }),
    containers: containers.map((container) => ({
      name: container.name ?? '',
      ports: portsOf(content, container.name),
      isConnected: isConnected(container),
    })),
    checks,
    // A simulation of policies may be wrong: AWS decides.
    isPossible: checks.every(({ result, overridable }) => result !== 'fail' || overridable === true),
    canTurnOn: isOn === false && task.enableExecuteCommand !== true,
  };
}

async function readDefinition(
  ecs: ECSClient,
  taskDefinition: string,
  signal: AbortSignal,
): Promise<TaskDefinition> {
  const command = new DescribeTaskDefinitionCommand({ taskDefinition });
  const described = await withRetry(signal, () => ecs.send(command, { abortSignal: signal }));
  return described.taskDefinition ?? {};
}

async function readService(
  ecs: ECSClient,
  { cluster }: TaskRef,
  service: string | undefined,
  signal: AbortSignal,
): Promise<Service | undefined> {
  const command = new DescribeServicesCommand({ cluster, services: [service ?? ''] });
  return (await withRetry(signal, () => ecs.send(command, { abortSignal: signal }))).services?.[0];
}

function portsOf(content: TaskDefinition | undefined, name: string | undefined): number[] {
  const found = content?.containerDefinitions?.find((each) => each.name === name);
  const mappings = (found?.portMappings ?? []).filter(({ protocol = 'tcp' }) => protocol === 'tcp');
  return [...new Set(mappings.flatMap(({ containerPort }) => containerPort ?? []))];
}

function isConnected({ managedAgents = [] }: EcsContainer): boolean {
  return managedAgents.some(({ name, lastStatus }) => name === AGENT && lastStatus === 'RUNNING');
}

function taskRuns({ lastStatus = 'unknown' }: Task): Check {
  if (lastStatus === 'RUNNING') return pass('task-running', 'The task is running');
  return fail(
    'task-running',
    `The task is ${lastStatus}, and only a running task can be reached`,
    'Choose a task that is running.',
  );
}

function execIsOn(task: Task, service: string | undefined, isOn: boolean | undefined): Check {
  if (task.enableExecuteCommand === true) return pass('execute-command', 'ECS Exec is on for the task');
  const message = 'ECS Exec was off when the task was started (enableExecuteCommand)';
  if (service === undefined)
    return fail('execute-command', message, 'Run a new task with ECS Exec turned on.');
  return isOn === true
    ? fail(
        'execute-command',
        message,
        `It is on for ${service} now. Force a new deployment: new tasks can be reached.`,
      )
    : fail('execute-command', message, `Turn on ECS Exec for ${service} with a new deployment.`);
}

function roleMayConnect(role: string | undefined, denied: Reading<readonly string[]> | undefined): Check {
  const policy = policyText([{ Sid: 'EcsExecAgent', Effect: 'Allow', Action: AGENT_ACTIONS, Resource: '*' }]);
  if (role === undefined || denied === undefined) {
    return {
      ...fail(
        'exec-role',
        'The task definition has no task role, which the ECS Exec agent needs',
        'Register a revision with a task role that has the ssmmessages permissions, and deploy it.',
      ),
      policy,
    };
  }
  const name = lastPartOf(role);
  if (denied.state === 'unreadable')
    return unknown('exec-role', `Couldn't verify that ${name} may use ssmmessages`, denied.reason);
  if (denied.value.length === 0) return pass('exec-role', `${name} has the ssmmessages permissions`);
  return {
    ...fail(
      'exec-role',
      `The task role ${name} isn't allowed to use ${denied.value.join(', ')}`,
      'Add the permissions to the role. Agents of running tasks connect within some minutes, or in new tasks.',
    ),
    policy,
  };
}

function agentIsConnected(container: EcsContainer): Check {
  const { name = '', managedAgents = [] } = container;
  if (isConnected(container)) return about(name, pass('exec-agent', `The agent of ${name} is connected`));
  const agent = managedAgents.find((each) => each.name === AGENT);
  const state = agent?.lastStatus ?? 'missing';
  return about(
    name,
    warn(
      'exec-agent',
      `The ECS Exec agent of ${name} is ${state}${agent?.reason === undefined ? '' : `: ${agent.reason}`}`,
      'It needs the permissions of the task role and a way to ssmmessages: a NAT gateway or a VPC endpoint.',
    ),
  );
}

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html, "Considerations" */
function platformSupportsIt({ platformVersion, platformFamily = '' }: Task): readonly Check[] {
  const [major = 1, minor = 4] = (platformVersion ?? '').split('.').map(Number);
  if (platformVersion === undefined || /windows/i.test(platformFamily) || Number.isNaN(major)) return [];
  if (major > 1 || minor >= 4) return [];
  return [
    fail(
      'platform-version',
      `ECS Exec needs Fargate platform version 1.4.0, and the task has ${platformVersion}`,
      'Deploy the service with the platform version LATEST.',
    ),
  ];
}

function rootIsWritable({ name = '', readonlyRootFilesystem }: ContainerDefinition): readonly Check[] {
  if (readonlyRootFilesystem !== true) return [];
  return [
    about(
      name,
      warn(
        'read-only-root',
        `The root file system of ${name} is read-only, and the ECS Exec agent has to write to it`,
        'Remove readonlyRootFilesystem, or mount volumes at /var/lib/amazon and /var/log/amazon.',
      ),
    ),
  ];
}

function sharedProcesses(): Check {
  return warn(
    'pid-mode',
    'The containers of the task share their processes (pidMode)',
    'ECS Exec works in one container of such a task only.',
  );
}
