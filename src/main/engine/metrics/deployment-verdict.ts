import type { Service, ServiceDeployment, ServiceDeploymentBrief } from '@aws-sdk/client-ecs';
import type { DeploymentOutcome } from '../../../shared/model/deployment.ts';
import type { Verdict } from '../../../shared/model/metrics.ts';
import type { ServiceRef } from '../../../shared/model/service.ts';
import {
  describeDeployments,
  describeServiceRevisions,
  listDeployments,
  type Read,
} from '../catalog/deployments.ts';
import { describeService } from '../catalog/service-detail.ts';
import { readRunningTasks } from '../catalog/tasks.ts';
import { deploymentOutcome } from '../ecs/deployment-outcome.ts';
import {
  gapOf,
  groupArnsOf,
  type MeasuredGroup,
  type MeasuringDependencies,
  readGroups,
} from './measured-service.ts';
import { onWholePeriods, type Query, readMetricData } from './metric-data.ts';
import { withZeros } from './service-metrics.ts';
import {
  type DeploymentSpan,
  judge,
  type Minute,
  MOST_MINUTES,
  notEnoughData,
  windowsOf,
} from './verdict.ts';

const MINUTE = 60_000;
/** Values by the minute are kept for 15 days. */
const KEPT_MS = 15 * 86_400_000;
/** CloudWatch may add to a minute for so long after its end. */
const LATE_MS = 2 * MINUTE;

interface Judged {
  readonly ref: ServiceRef;
  /** The ARN of the service deployment. */
  readonly deployment: string;
  readonly now: Date;
}

/** Whether a service answers better or worse since a deployment. Only reads. */
export async function readVerdict(
  dependencies: MeasuringDependencies,
  { ref, deployment: arn, now }: Judged,
  signal: AbortSignal,
): Promise<Verdict> {
  const read: Read = { ecs: dependencies.aws.ecs(ref, 'visible'), signal };
  const [[deployment], all, service] = await Promise.all([
    describeDeployments(read, [arn]),
    listDeployments(read, ref.cluster, ref.service),
    describeService(read, ref),
  ]);
  const startedAt = (deployment?.startedAt ?? deployment?.createdAt)?.getTime();
  if (deployment === undefined || startedAt === undefined)
    return notEnoughData('ECS no longer has this deployment.');
  const outcome = deploymentOutcome(deployment.status ?? '');
  const left = LEFT[outcome];
  if (left !== undefined) return notEnoughData(left);
  if (now.getTime() - startedAt > KEPT_MS)
    return notEnoughData('CloudWatch keeps values by the minute for 15 days, and the deployment is older.');
  const { groups, gaps } = await readGroups(dependencies, ref, groupArnsOf(service), signal);
  if (groups.length === 0) return notEnoughData(gaps.map(({ sentence }) => sentence).join(' '), gaps);

  const neighbours = neighboursOf(deployment, all);
  const from = startedAt - MOST_MINUTES * MINUTE;
  let reading: Reading;
  try {
    reading = await readMinutes(dependencies, ref, { groups, from, to: now.getTime() }, signal);
  } catch (error) {
    const gap = gapOf(error, 'There is no verdict without it.');
    return notEnoughData(gap.sentence, [gap]);
  }
  const own = await ownGroups(read, deployment, groups, outcome);
  const servesSince =
    own === undefined
      ? await rolledSince(read, ref, { service, deployment, outcome })
      : firstRequestIn(reading, own, startedAt);
  if (servesSince === undefined) return notEnoughData('No task of the new revision answers requests yet.');

  const before = sum(reading, groups);
  const after = own === undefined ? before : sum(reading, own);
  const span: DeploymentSpan = { startedAt, servesSince, ...neighbours };
  const windows = windowsOf(span, completeUntil(after, now));
  if (windows.kind === 'too-short') return notEnoughData(windows.sentence);
  const within = (minutes: readonly Minute[], { since, until }: typeof windows.before) =>
    minutes.filter(({ at }) => at >= since && at < until);
  const iso = ({ since, until }: typeof windows.before) => ({
    since: new Date(since).toISOString(),
    until: new Date(until).toISOString(),
  });
  return {
    ...judge(within(before, windows.before), within(after, windows.after)),
    before: iso(windows.before),
    after: iso(windows.after),
    gaps: [],
  };
}

/** Why a deployment that did not make it is not judged. */
const LEFT: Readonly<Record<DeploymentOutcome, string | undefined>> = {
  'in-progress': undefined,
  succeeded: undefined,
  'rolled-back': 'The deployment was rolled back.',
  failed: 'The deployment failed.',
  stopped: 'The deployment was stopped.',
  unknown: 'Slipway does not recognise the state of the deployment.',
};

/** When the deployments before and after it ended and began: their minutes tell nothing of this one. */
function neighboursOf(
  { serviceDeploymentArn, createdAt }: ServiceDeployment,
  all: readonly ServiceDeploymentBrief[],
): Pick<DeploymentSpan, 'previousEnd' | 'nextStart'> {
  const at = createdAt?.getTime() ?? 0;
  const others = all.filter((each) => each.serviceDeploymentArn !== serviceDeploymentArn);
  const ends = others
    .filter((each) => (each.createdAt?.getTime() ?? 0) <= at)
    // One that had not ended was replaced by this one.
    .map(({ finishedAt }) => Math.min(finishedAt?.getTime() ?? at, at));
  const starts = others.flatMap((each) => {
    const start = each.createdAt?.getTime() ?? 0;
    return start > at ? [start] : [];
  });
  return {
    previousEnd: ends.length === 0 ? undefined : Math.max(...ends),
    nextStart: starts.length === 0 ? undefined : Math.min(...starts),
  };
}

/** Minutes by target group, all of the same times. */
type Reading = ReadonlyMap<string, readonly Minute[]>;

async function readMinutes(
  { aws }: MeasuringDependencies,
  ref: ServiceRef,
  {
    groups,
    from,
    to,
  }: { readonly groups: readonly MeasuredGroup[]; readonly from: number; readonly to: number },
  signal: AbortSignal,
): Promise<Reading> {
  const grid = onWholePeriods(from, Math.min(to, from + 6 * 60 * MINUTE), 60);
  const queries = groups.flatMap(({ targetGroup, loadBalancer }) => {
    const dimensions = { TargetGroup: targetGroup, LoadBalancer: loadBalancer };
    const query = (name: string, statistic: string): Query => ({
      namespace: 'AWS/ApplicationELB',
      name,
      dimensions,
      statistic,
    });
    return [
      query('RequestCount', 'Sum'),
      query('HTTPCode_Target_5XX_Count', 'Sum'),
      query('TargetResponseTime', 'p95'),
    ];
  });
  const columns = await readMetricData(aws, ref, { queries, grid }, signal);
  return new Map(
    groups.map(({ arn }, index) => {
      const [requests = [], counted = [], seconds = []] = columns.slice(index * 3, index * 3 + 3);
      const errors = withZeros(counted, requests);
      const minutes = requests.map((count, place): Minute => {
        const latency = seconds[place] ?? null;
        return {
          at: grid.since + place * MINUTE,
          requests: count,
          errors: errors[place] ?? null,
          latency: latency === null ? null : latency * 1000,
        };
      });
      return [arn, minutes];
    }),
  );
}

/** The minutes of several target groups together; the latency is that of the one with the most requests. */
function sum(reading: Reading, groups: readonly MeasuredGroup[]): readonly Minute[] {
  const all = groups.map(({ arn }) => reading.get(arn) ?? []);
  return (all[0] ?? []).map(({ at }, index) => {
    const minutes = all.flatMap((each) => each[index] ?? []);
    const [busiest] = minutes.toSorted((one, other) => (other.requests ?? 0) - (one.requests ?? 0));
    const total = (of: (minute: Minute) => number | null): number | null => {
      const known = minutes.flatMap((minute) => of(minute) ?? []);
      return known.length === 0 ? null : known.reduce((one, other) => one + other, 0);
    };
    return {
      at,
      requests: total(({ requests }) => requests),
      errors: total(({ errors }) => errors),
      latency: busiest?.latency ?? null,
    };
  });
}

/** The target groups of the new revision, where traffic is shifted between two of them. */
async function ownGroups(
  read: Read,
  { targetServiceRevision, deploymentConfiguration }: ServiceDeployment,
  groups: readonly MeasuredGroup[],
  outcome: DeploymentOutcome,
): Promise<readonly MeasuredGroup[] | undefined> {
  const strategy = deploymentConfiguration?.strategy ?? 'ROLLING';
  if (strategy === 'ROLLING' || groups.length < 2 || targetServiceRevision?.arn === undefined)
    return undefined;
  const [revision] = await describeServiceRevisions(read, [targetServiceRevision.arn]);
  const resolved = revision?.resolvedConfiguration?.loadBalancers ?? [];
  const own = groups.filter(({ arn }) => resolved.some(({ targetGroupArn }) => targetGroupArn === arn));
  return own.length === 0 && outcome === 'succeeded' ? undefined : own;
}

function firstRequestIn(
  reading: Reading,
  groups: readonly MeasuredGroup[],
  since: number,
): number | undefined {
  return sum(reading, groups).find(({ at, requests }) => at >= since && (requests ?? 0) > 0)?.at;
}

interface Rolling {
  readonly service: Service;
  readonly deployment: ServiceDeployment;
  readonly outcome: DeploymentOutcome;
}

/** A rolling deployment answers alone since its end; while it is in progress, its first task has a share. */
async function rolledSince(
  read: Read,
  ref: ServiceRef,
  { service, deployment, outcome }: Rolling,
): Promise<number | undefined> {
  if (outcome === 'succeeded') return deployment.finishedAt?.getTime();
  if ((deployment.targetServiceRevision?.runningTaskCount ?? 0) === 0) return undefined;
  const tasks = await readRunningTasks(read, ref);
  const starts = tasks.flatMap(({ taskDefinitionArn, startedAt, createdAt }) =>
    taskDefinitionArn === service.taskDefinition &&
    startedAt !== undefined &&
    Date.parse(createdAt ?? startedAt) >= (deployment.createdAt?.getTime() ?? 0)
      ? [Date.parse(startedAt)]
      : [],
  );
  return starts.length === 0 ? undefined : Math.min(...starts);
}

/**
 * From when on minutes may be incomplete: two minutes before now, and the last minute that has a request, in case the
 * clock of this machine is ahead of AWS.
 */
function completeUntil(minutes: readonly Minute[], now: Date): number {
  const last = minutes.findLast(({ requests }) => requests !== null)?.at ?? Number.NEGATIVE_INFINITY;
  const isOver = minutes.at(-1)?.at === undefined || now.getTime() - (minutes.at(-1)?.at ?? 0) > 10 * MINUTE;
  return isOver ? now.getTime() - LATE_MS : Math.min(now.getTime() - LATE_MS, last);
}
