import { currentStep, shiftsTraffic, stepsOf } from './simulation/deployment-steps.ts';
import type { EcsState, ServiceDeploymentRecord, ServiceRecord, TaskRecord } from './simulation/state.ts';

/** The tasks of one revision of a service at a moment. */
export interface RevisionAtMoment {
  readonly revisionArn: string;
  readonly running: number;
  /** Of them, those that fail the health check of their target group. */
  readonly unhealthy: number;
  /** Of them, those that started less than a minute ago. */
  readonly young: number;
  /** The share of the service's requests that it gets. */
  readonly share: number;
}

/** What a service did, as far as the sandbox remembers. All times are those of the simulation, in epoch milliseconds. */
export interface ServiceTimeline {
  at(time: number): readonly RevisionAtMoment[];
  /** How many tasks of each revision failed in a span. */
  failures(from: number, to: number): ReadonlyMap<string, number>;
  /** How many tasks the service was to have. */
  desired(time: number): number;
}

/** Stopped tasks are known for so long; what was before follows from the ends of deployments. */
const TASKS_KNOWN_MS = 3_600_000;
const UNHEALTHY_BEFORE_FAILURE_MS = 60_000;
const YOUNG_MS = 60_000;

interface TaskSpan {
  readonly revisionArn: string;
  readonly from: number;
  readonly to: number;
  readonly unhealthyFrom: number;
  readonly hasFailed: boolean;
}

export function timelineOf(state: EcsState, service: ServiceRecord, now: number): ServiceTimeline {
  const tasks = [...state.tasks.inGroup(service.arn)].flatMap(spanOf);
  const deployments = [...state.serviceDeployments.inGroup(service.arn)];
  const ended = deployments.filter(({ finishedAt }) => finishedAt !== undefined);

  /** The last deployment that had ended at a time of which the tasks are forgotten. */
  function lastEnded(time: number): ServiceDeploymentRecord | undefined {
    if (time >= now - TASKS_KNOWN_MS) return undefined;
    return ended.findLast(({ finishedAt }) => (finishedAt?.getTime() ?? Infinity) <= time);
  }

  return {
    at(time) {
      const past = lastEnded(time);
      const counted = past === undefined ? countAt(tasks, time) : countAfter(past);
      const weights = weightsAt(deployments, time);
      const healthy = (each: Counted): number => each.running - each.unhealthy;
      // A load balancer without any healthy target sends requests to all of them.
      const failsOpen = counted.every((each) => healthy(each) === 0);
      const serving = (each: Counted): number =>
        (failsOpen ? each.running : healthy(each)) * (weights?.(each.revisionArn) ?? 1);
      const total = counted.reduce((sum, each) => sum + serving(each), 0);
      return counted.map((each) => ({ ...each, share: total === 0 ? 0 : serving(each) / total }));
    },
    failures(from, to) {
      const failures = new Map<string, number>();
      for (const { revisionArn, hasFailed, to: end } of tasks) {
        if (hasFailed && end >= from && end < to)
          failures.set(revisionArn, (failures.get(revisionArn) ?? 0) + 1);
      }
      return failures;
    },
    desired: (time) => {
      const past = lastEnded(time);
      return past?.finalCounts?.reduce((sum, { running }) => sum + running, 0) ?? service.desiredCount;
    },
  };
}

type Counted = Omit<RevisionAtMoment, 'share'>;

function spanOf({ task, revisionArn, ahead, isHealthy }: TaskRecord): readonly TaskSpan[] {
  const { startedAt } = task;
  if (startedAt === undefined || revisionArn === undefined) return [];
  const to = (task.stoppingAt ?? task.stoppedAt)?.getTime() ?? Infinity;
  const hasFailed =
    task.stopCode === 'EssentialContainerExited' ||
    (task.stoppedReason?.includes('health checks') === true && task.stopCode === 'ServiceSchedulerInitiated');
  const [next] = ahead;
  const isSick = !isHealthy && next?.kind === 'fail' && next.cause.stopCode === 'ServiceSchedulerInitiated';
  const from = startedAt.getTime();
  const failedCheck = hasFailed && task.stopCode === 'ServiceSchedulerInitiated';
  const unhealthyFrom = isSick
    ? from
    : failedCheck
      ? Math.max(from, to - UNHEALTHY_BEFORE_FAILURE_MS)
      : Infinity;
  return [{ revisionArn, from, to, unhealthyFrom, hasFailed }];
}

function countAt(tasks: readonly TaskSpan[], time: number): readonly Counted[] {
  const counts = new Map<string, Counted>();
  for (const { revisionArn, from, to, unhealthyFrom } of tasks) {
    if (from > time || to <= time) continue;
    const { running, unhealthy, young } = counts.get(revisionArn) ?? { running: 0, unhealthy: 0, young: 0 };
    counts.set(revisionArn, {
      revisionArn,
      running: running + 1,
      unhealthy: unhealthy + (time >= unhealthyFrom ? 1 : 0),
      young: young + (time - from < YOUNG_MS ? 1 : 0),
    });
  }
  return [...counts.values()];
}

function countAfter({ finalCounts = [] }: ServiceDeploymentRecord): readonly Counted[] {
  return finalCounts
    .filter(({ running }) => running > 0)
    .map(({ arn, running }) => ({ revisionArn: arn, running, unhealthy: 0, young: 0 }));
}

/** The weight of a revision while a deployment shifts traffic; undefined while none does. */
function weightsAt(
  deployments: readonly ServiceDeploymentRecord[],
  time: number,
): ((revisionArn: string) => number) | undefined {
  const shifting = deployments.find(
    (each) =>
      shiftsTraffic(each) &&
      each.createdAt.getTime() <= time &&
      time < (each.finishedAt?.getTime() ?? Infinity),
  );
  if (shifting === undefined) return undefined;
  const target = targetPercent(shifting, time);
  return (revisionArn) => (revisionArn === shifting.targetRevisionArn ? target : 100 - target);
}

function targetPercent(deployment: ServiceDeploymentRecord, time: number): number {
  const turnedBack = deployment.rollback?.startedAt?.getTime() ?? Infinity;
  if (time >= turnedBack) return 0;
  const steps = stepsOf(deployment);
  const entered = deployment.stepTimes?.findLastIndex((at) => at.getTime() <= time);
  const step = entered === undefined ? currentStep(deployment) : steps[entered];
  return step?.weights?.production ?? 0;
}
