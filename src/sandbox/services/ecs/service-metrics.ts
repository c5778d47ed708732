import { partitionOf } from '../../core/partition.ts';
import type { Datum, MetricName, MetricSource, Span } from '../cloudwatch/metric-data.ts';
import { loadBalancerOf } from '../elbv2/targets.ts';
import {
  chanceOf,
  createReading,
  LOOKS,
  type RevisionFacts,
  type ServiceReading,
  wave,
} from './service-load.ts';
import { clusterArn, lastPart, serviceArn } from './simulation/arns.ts';
import type { EcsContext } from './simulation/context.ts';
import { USUAL_LOAD } from './simulation/request-load.ts';
import type { ServiceRecord, TaskRecord } from './simulation/state.ts';

const USUAL_LATENCY_MS = USUAL_LOAD.latencyMs;

type Read = (span: Span) => Datum | undefined;

/**
 * The metrics of the services of a region: AWS/ECS, AWS/ApplicationELB, and ECS/ContainerInsights where the cluster has it
 * on. Nothing is measured while time goes by: what happened is looked up for the span that is asked about, and chance
 * follows from the names and the time, so that the same question has the same answer.
 */
export function createServiceMetrics(context: EcsContext): MetricSource {
  return {
    reader() {
      const { state, home, clock } = context;
      const services = new Map<string, ServiceReading>();
      const readingOf = (service: ServiceRecord): ServiceReading => {
        const known = services.get(service.arn) ?? createReading(context, service);
        services.set(service.arn, known);
        return known;
      };
      const byGroup = new Map<string, ServiceRecord | undefined>();
      const ownerOf = (group: string): ServiceRecord | undefined => {
        if (!byGroup.has(group)) byGroup.set(group, serviceOfGroup(context, group));
        return byGroup.get(group);
      };

      return ({ namespace, name, dimensions }: MetricName): Read | undefined => {
        const { ClusterName, ServiceName, TaskId, LoadBalancer, TargetGroup, ...others } = dimensions;
        if (Object.keys(others).length > 0) return undefined;
        if (namespace === 'AWS/ApplicationELB') {
          const group = `arn:${partitionOf(home.region)}:elasticloadbalancing:${home.region}:${home.accountId}:${TargetGroup}`;
          const owner = ownerOf(group);
          if (owner === undefined || LoadBalancer !== loadBalancerName(group)) return undefined;
          return targetGroupMetric(readingOf(owner), name, group);
        }
        if (ClusterName === undefined || ServiceName === undefined) return undefined;
        const service = state.services.get(serviceArn(home, ClusterName, ServiceName));
        if (service === undefined) return undefined;
        if (namespace === 'AWS/ECS' && TaskId === undefined) return serviceMetric(readingOf(service), name);
        if (namespace !== 'ECS/ContainerInsights') return undefined;
        const insights = insightsOf(context, ClusterName);
        if (TaskId !== undefined) {
          const task = [...state.tasks.inGroup(service.arn)].find(
            ({ task: { taskArn } }) => lastPart(taskArn) === TaskId,
          );
          if (insights !== 'enhanced' || task === undefined) return undefined;
          return taskMetric(readingOf(service), name, task, (at) => clock.toWallTime(at).getTime());
        }
        return insights === 'disabled' ? undefined : insightsMetric(readingOf(service), name);
      };
    },
  };
}

function serviceOfGroup({ state }: EcsContext, group: string): ServiceRecord | undefined {
  for (const { serviceArn: arn, loadBalancers = [] } of state.serviceRevisions.all()) {
    const uses = loadBalancers.some(
      ({ targetGroupArn, advancedConfiguration }) =>
        targetGroupArn === group || advancedConfiguration?.alternateTargetGroupArn === group,
    );
    if (uses) return state.services.get(arn);
  }
  for (const { taskSet } of state.taskSets.all()) {
    if (taskSet.loadBalancers?.some(({ targetGroupArn }) => targetGroupArn === group) === true)
      return state.services.get(taskSet.serviceArn);
  }
  return undefined;
}

/** The part of a load balancer's ARN that its metrics are named by, such as `app/web/50dc6c495c0c9188`. */
function loadBalancerName(group: string): string {
  return loadBalancerOf(group).split(':loadbalancer/')[1] ?? '';
}

function insightsOf({ state, home }: EcsContext, cluster: string): string {
  const settings = state.clusters.get(clusterArn(home, cluster))?.cluster.settings ?? [];
  return settings.find(({ name }) => name === 'containerInsights')?.value ?? 'disabled';
}

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html */
function targetGroupMetric(reading: ServiceReading, name: string, group: string): Read | undefined {
  const inGroup = (span: Span): readonly RevisionFacts[] =>
    reading.facts(span).revisions.filter(({ targetGroups }) => targetGroups.includes(group));
  const total = (revisions: readonly RevisionFacts[], of: (each: RevisionFacts) => number): number =>
    revisions.reduce((sum, each) => sum + of(each), 0);
  switch (name) {
    // Reported where they are not zero.
    case 'RequestCount':
      return (span) => counted(total(inGroup(span), ({ requests }) => requests));
    case 'HTTPCode_Target_5XX_Count':
      return (span) => counted(total(inGroup(span), ({ errors }) => errors));
    case 'TargetResponseTime':
      return (span) => {
        const revisions = inGroup(span);
        const requests = total(revisions, (each) => each.requests);
        if (requests === 0) return undefined;
        const mean = total(revisions, (each) => each.requests * each.latencyMs) / requests / 1000;
        return latencies(mean, requests, `${group} ${span.from}`);
      };
    case 'HealthyHostCount':
    case 'UnHealthyHostCount':
      return (span) => {
        const revisions = inGroup(span);
        if (revisions.length === 0) return undefined;
        const of = (each: { readonly running: number; readonly unhealthy: number }): number =>
          name === 'UnHealthyHostCount' ? each.unhealthy : each.running - each.unhealthy;
        const mean = total(revisions, of);
        const edges = [total(revisions, ({ least }) => of(least)), total(revisions, ({ most }) => of(most))];
        return level({ mean, min: Math.min(...edges), max: Math.max(...edges) });
      };
    default:
      return undefined;
  }
}

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/available-metrics.html */
function serviceMetric(reading: ServiceReading, name: string): Read | undefined {
  if (name !== 'CPUUtilization' && name !== 'MemoryUtilization') return undefined;
  return (span) => {
    const { revisions } = reading.facts(span);
    const running = revisions.reduce((sum, each) => sum + each.running, 0);
    if (running === 0) return undefined;
    const use = name === 'CPUUtilization' ? cpuOf : memoryOf;
    const shares = revisions.map((each) => ({ share: use(reading, each, span), running: each.running }));
    const mean = shares.reduce((sum, each) => sum + each.share * each.running, 0) / running;
    const spread = 1.15 + 0.2 * chanceOf(`spread ${name} ${reading.service.arn} ${span.from}`);
    const most = Math.max(...shares.filter((each) => each.running > 0).map(({ share }) => share));
    return level({ mean: mean * 100, min: (mean * 100) / spread, max: Math.min(100, most * 100 * spread) });
  };
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Container-Insights-metrics-ECS.html */
function insightsMetric(reading: ServiceReading, name: string): Read | undefined {
  const { service, size } = reading;
  const running = (span: Span): number =>
    reading.facts(span).revisions.reduce((sum, each) => sum + each.running, 0);
  const used = (span: Span, use: typeof cpuOf): number =>
    reading.facts(span).revisions.reduce((sum, each) => sum + each.running * use(reading, each, span), 0);
  switch (name) {
    case 'RunningTaskCount':
      return (span) => steady(Math.round(running(span)));
    case 'DesiredTaskCount':
      return (span) => steady(reading.facts(span).desired);
    case 'PendingTaskCount':
      return () => steady(reading.pending());
    case 'DeploymentCount':
      return () => steady(service.rollouts.length);
    case 'CpuUtilized':
      return (span) => (running(span) === 0 ? undefined : steady(used(span, cpuOf) * size.cpu));
    case 'MemoryUtilized':
      return (span) => (running(span) === 0 ? undefined : steady(used(span, memoryOf) * size.memory));
    case 'CpuReserved':
      return (span) => (running(span) === 0 ? undefined : steady(running(span) * size.cpu));
    case 'MemoryReserved':
      return (span) => (running(span) === 0 ? undefined : steady(running(span) * size.memory));
    default:
      return undefined;
  }
}

/** Only with enhanced observability. */
function taskMetric(
  reading: ServiceReading,
  name: string,
  { task, revisionArn }: TaskRecord,
  wall: (time: Date) => number,
): Read | undefined {
  if (name !== 'TaskCpuUtilization' && name !== 'TaskMemoryUtilization') return undefined;
  const { startedAt, taskArn } = task;
  if (startedAt === undefined) return undefined;
  const end = task.stoppingAt ?? task.stoppedAt;
  return (span) => {
    if (wall(startedAt) >= span.to || (end !== undefined && wall(end) <= span.from)) return undefined;
    const facts = reading.facts(span).revisions.find((each) => each.revisionArn === revisionArn);
    if (facts === undefined) return undefined;
    const use = name === 'TaskCpuUtilization' ? cpuOf : memoryOf;
    return steady(
      use(reading, facts, span) * 100 * (0.9 + 0.2 * chanceOf(`${taskArn} ${name} ${span.from}`)),
    );
  };
}

/** The share of the reserved CPU that a task of a revision uses: more for slow answers, and in its first minute. */
function cpuOf({ service }: ServiceReading, facts: RevisionFacts, { from }: Span): number {
  const base = 0.2 + 0.2 * chanceOf(`cpu ${service.arn}`);
  const effort = Math.min(2, 1 + 0.3 * (facts.latencyMs / USUAL_LATENCY_MS - 1));
  const start = facts.running === 0 ? 0 : (0.3 * facts.young) / facts.running;
  return Math.min(0.99, base * wave(service.arn, from) * effort + start);
}

function memoryOf({ service }: ServiceReading, facts: RevisionFacts, { from }: Span): number {
  const base = 0.35 + 0.2 * chanceOf(`memory ${service.arn}`);
  return Math.min(0.99, base + 0.02 * chanceOf(`memory ${facts.revisionArn} ${Math.floor(from / 300_000)}`));
}

function counted(sum: number): Datum | undefined {
  return sum === 0 ? undefined : { sum, samples: sum, min: 1, max: 1, percentile: () => 1 };
}

function steady(value: number): Datum {
  return level({ mean: value, min: value, max: value });
}

function level({
  mean,
  min,
  max,
}: {
  readonly mean: number;
  readonly min: number;
  readonly max: number;
}): Datum {
  return {
    sum: mean * LOOKS,
    samples: LOOKS,
    min,
    max,
    percentile: (percent) => min + ((max - min) * percent) / 100,
  };
}

/** Times to answer are spread far above their mean. */
function latencies(mean: number, requests: number, seed: string): Datum {
  const tail = 0.95 + 0.1 * chanceOf(`tail ${seed}`);
  return {
    sum: mean * requests,
    samples: requests,
    min: mean * 0.3,
    max: mean * 6 * tail,
    percentile: (percent) => mean * tail * (0.3 + 0.6 * -Math.log(1 - Math.min(percent, 99.9) / 100)),
  };
}
