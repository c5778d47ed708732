import {
  DescribeServicesCommand,
  type Task as EcsTask,
  type Service,
  StopTaskCommand,
  UpdateTaskProtectionCommand,
} from '@aws-sdk/client-ecs';
import { SlipwayError } from '../../../shared/errors.ts';
import type { Task } from '../../../shared/model/task.ts';
import type { StopCheck, TaskProtection, TaskRef } from '../../../shared/model/task-detail.ts';
import { serviceLabel } from '../aws/arns.ts';
import type { Aws } from '../aws/aws.ts';
import { readCallerIdentity } from '../aws/caller-identity.ts';
import type { GuardedChangeDependencies } from '../aws/guarded-changes.ts';
import { retryIdempotent } from '../aws/retry.ts';
import { optionalRead } from '../catalog/optional-reads.ts';
import { readRunningTasks, toTask } from '../catalog/tasks.ts';
import { requireGuardAllows, requireReason } from '../environments/guarded-change.ts';
import { recordChange } from '../journal/record-step.ts';
import type { Handlers } from '../ports/handlers.ts';
import { describeTask, noSuchTask, readProtection, serviceOfTask, taskIdIn } from './read-task.ts';

interface TaskChangeDependencies extends GuardedChangeDependencies {
  readonly aws: Pick<Aws, 'ecs' | 'sts'>;
}

/** What a person answers where rules guard a change. */
interface Answered {
  readonly why?: string | undefined;
  readonly confirmation?: string | undefined;
  readonly overrides?: readonly string[] | undefined;
}

/** Without one that a person has given. */
const STOP_REASON = 'Stopped with Slipway';

/** The changes of a single task, each one call that has the same effect however often it is sent. */
export function createTaskChanges(
  dependencies: TaskChangeDependencies,
): Pick<Handlers, 'tasks.checkStop' | 'tasks.stop' | 'tasks.protect'> {
  const { aws, journal, accounts, environments, clock } = dependencies;
  /** Stops that are on their way, by task: a second click gets the answer of the first. */
  const stopping = new Map<string, Promise<Task>>();

  async function requireAllowed(
    ref: TaskRef,
    service: string | undefined,
    { why, ...answered }: Answered,
  ): Promise<void> {
    const { account } = accounts.find(ref.account);
    const { cluster } = ref;
    const guard = environments.guardOf({ account, cluster, ...(service === undefined ? {} : { service }) });
    const place = service === undefined ? cluster : serviceLabel({ cluster, service });
    requireGuardAllows(guard, { place, word: service ?? cluster, ...answered }, clock.now());
    await requireReason(guard, { place, why });
  }

  async function begin(
    ref: TaskRef,
    task: EcsTask,
    title: string,
    why: string | undefined,
    signal: AbortSignal,
  ) {
    const { account, region, cluster } = ref;
    const callerIdentity = await readCallerIdentity(dependencies, { account, region }, signal);
    return {
      account,
      region,
      cluster,
      subject: serviceOfTask(task) ?? task.group ?? cluster,
      kind: 'task' as const,
      title,
      ...(why === undefined || why.trim() === '' ? {} : { why }),
      ...(callerIdentity === undefined ? {} : { callerIdentity }),
    };
  }

  async function stop(ref: TaskRef, answered: Answered, signal: AbortSignal): Promise<Task> {
    const described = await describeTask(aws, ref, signal);
    if (described === undefined) throw noSuchTask(ref);
    await requireAllowed(ref, serviceOfTask(described), answered);
    const task = toTask(described, ref.region, ref.cluster);
    if (task.lastStatus === 'STOPPED') throw alreadyStopped(task);
    if (task.desiredStatus === 'STOPPED') return task;
    const { why } = answered;
    const reason = why === undefined || why.trim() === '' ? STOP_REASON : why.trim();
    const command = new StopTaskCommand({ cluster: ref.cluster, task: task.arn, reason });
    const ecs = aws.ecs(ref, 'clicked');
    const answer = await recordChange(journal.entries, {
      begin: await begin(
        ref,
        described,
        `Stop the task ${shortId(task.id)} of ${task.revision}`,
        why,
        signal,
      ),
      call: { operation: 'StopTask', target: task.arn },
      // Never cancelled: whether ECS has stopped the task would not be known.
      send: () => retryIdempotent(() => ecs.send(command)),
      resultOf: ({ task: stopped }) => stopped?.lastStatus,
    });
    return answer.task === undefined ? task : toTask(answer.task, ref.region, ref.cluster);
  }

  return {
    'tasks.checkStop': async (ref, { signal }) => {
      const described = await describeTask(aws, ref, signal);
      if (described === undefined) throw noSuchTask(ref);
      return checkStop(aws, ref, described, signal);
    },
    'tasks.stop': async ({ why, confirmation, overrides, ...ref }, { signal }) => {
      const key = JSON.stringify([ref.account, ref.region, ref.cluster, taskIdIn(ref)]);
      const work = stopping.get(key) ?? stop(ref, { why, confirmation, overrides }, signal);
      stopping.set(key, work);
      try {
        return await work;
      } finally {
        if (stopping.get(key) === work) stopping.delete(key);
      }
    },
    'tasks.protect': async (
      { why, confirmation, overrides, protection, minutes, ...ref },
      { signal },
    ): Promise<TaskProtection> => {
      const described = await describeTask(aws, ref, signal);
      if (described === undefined) throw noSuchTask(ref);
      await requireAllowed(ref, serviceOfTask(described), { why, confirmation, overrides });
      const task = toTask(described, ref.region, ref.cluster);
      const ecs = aws.ecs(ref, 'clicked');
      const command = new UpdateTaskProtectionCommand({
        cluster: ref.cluster,
        tasks: [task.arn],
        protectionEnabled: protection === 'on',
        ...(protection === 'on' && minutes !== undefined ? { expiresInMinutes: minutes } : {}),
      });
      const verb = protection === 'on' ? 'Protect' : 'End the protection of';
      const { protectedTasks = [] } = await recordChange(journal.entries, {
        begin: await begin(ref, described, `${verb} the task ${shortId(task.id)}`, why, signal),
        call: { operation: 'UpdateTaskProtection', target: task.arn },
        send: async () => {
          const answer = await retryIdempotent(() => ecs.send(command));
          const [failure] = answer.failures ?? [];
          if (failure !== undefined) throw notProtected(task, failure.detail ?? failure.reason);
          return answer;
        },
        resultOf: (answer) => answer.protectedTasks?.[0]?.expirationDate?.toISOString(),
      });
      const { protectionEnabled = false, expirationDate } = protectedTasks[0] ?? {};
      return {
        isProtected: protectionEnabled,
        ...(expirationDate === undefined ? {} : { until: expirationDate.toISOString() }),
      };
    },
  };
}

function shortId(id: string): string {
  return id.slice(0, 12);
}

function alreadyStopped({ id, stoppedReason }: Task): SlipwayError {
  const because = stoppedReason === undefined ? '' : ` Its reason: ${stoppedReason}`;
  return new SlipwayError(
    'CONFLICT',
    `Nothing was sent, because the task ${shortId(id)} has already stopped.${because}`,
  );
}

function notProtected({ id }: Task, reason = 'ECS gave no reason.'): SlipwayError {
  return new SlipwayError(
    'CONFLICT',
    `ECS did not change the protection of the task ${shortId(id)}: ${reason}`,
  );
}

async function checkStop(
  aws: Pick<Aws, 'ecs'>,
  ref: TaskRef,
  described: EcsTask,
  signal: AbortSignal,
): Promise<StopCheck> {
  const service = serviceOfTask(described);
  const task = toTask(described, ref.region, ref.cluster);
  if (task.lastStatus === 'STOPPED' || task.desiredStatus === 'STOPPED') {
    const sentence = task.lastStatus === 'STOPPED' ? 'It has already stopped.' : 'It is already stopping.';
    return { effects: [{ isWarning: true, sentence }], word: service ?? ref.cluster };
  }
  if (service === undefined) {
    const sentence = 'No service starts another one: it does not belong to a service.';
    return { effects: [{ isWarning: false, sentence }], word: ref.cluster };
  }
  const ecs = aws.ecs(ref, 'visible');
  const describe = new DescribeServicesCommand({ cluster: ref.cluster, services: [service] });
  const [answer, tasks, protection] = await Promise.all([
    optionalRead(ecs.send(describe, { abortSignal: signal }), undefined),
    optionalRead(readRunningTasks({ ecs, signal }, { ...ref, service }), undefined),
    optionalRead(readProtection(aws, ref, signal), undefined),
  ]);
  const effects = [
    ...serviceEffects(answer?.services?.[0], task),
    ...healthEffects(task, tasks),
    ...(protection?.isProtected === true
      ? [
          {
            isWarning: true,
            sentence: 'It is protected from scaling and deployments. Stopping it by hand works anyway.',
          },
        ]
      : []),
  ];
  return { effects, word: service };
}

type Effects = StopCheck['effects'];

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html */
function serviceEffects(service: Service | undefined, task: Task): Effects {
  if (service === undefined) {
    return [
      {
        isWarning: true,
        sentence: "The service could not be read, so Slipway can't say whether it would start another task.",
      },
    ];
  }
  const { serviceName = 'the service', desiredCount = 0, deployments = [] } = service;
  const primary = deployments.find(({ status }) => status === 'PRIMARY');
  const isOfDeployment = primary?.rolloutState === 'IN_PROGRESS' && primary.id === task.startedBy;
  const isDaemon = service.schedulingStrategy === 'DAEMON';
  const starts =
    desiredCount === 0 && !isDaemon
      ? {
          isWarning: false,
          sentence: `${serviceName} has a desired count of 0, so no other task is started.`,
        }
      : { isWarning: false, sentence: `${serviceName} starts another task in its place.` };
  if (!isOfDeployment) return [starts];
  return [
    starts,
    {
      isWarning: true,
      sentence:
        task.startedAt === undefined
          ? 'It belongs to the deployment in progress and has not reached RUNNING: the circuit breaker counts it as a failed task.'
          : 'It belongs to the deployment in progress, which then takes longer.',
    },
  ];
}

function healthEffects(task: Task, tasks: readonly Task[] | undefined): Effects {
  if (tasks === undefined || (task.state !== 'healthy' && task.state !== 'running')) return [];
  const others = tasks.filter(
    ({ arn, state }) =>
      arn !== task.arn && (state === 'healthy' || (state === 'running' && task.state === 'running')),
  );
  if (others.length > 0) return [];
  const state = task.state === 'healthy' ? 'healthy' : 'running';
  return [
    {
      isWarning: true,
      sentence: `It is the last ${state} task. The service is down until another one runs.`,
    },
  ];
}
