import type { MetricGap, MetricName, MetricSeries, ServiceMetrics } from '../../../shared/model/metrics.ts';
import type { ServiceRef } from '../../../shared/model/service.ts';
import {
  gapOf,
  type MeasuredService,
  type MeasuringDependencies,
  readMeasuredService,
} from './measured-service.ts';
import { type Columns, type Grid, gridOf, type Query, readMetricData } from './metric-data.ts';

interface Range {
  readonly since: Date;
  readonly until: Date;
  readonly now: Date;
}

/** A series, and the metric that it is read from. */
interface Wanted extends Omit<MetricSeries, 'values'> {
  readonly query: Query;
}

type Column = Columns[number];

/** CloudWatch may add to a minute for so long after its end. */
const LATE_MS = 60_000;

/**
 * The metrics of a service: DescribeServices, DescribeClusters, DescribeTargetGroups the first time, the tasks where
 * Container Insights tells them apart, and one GetMetricData.
 */
export async function readServiceMetrics(
  dependencies: MeasuringDependencies,
  ref: ServiceRef,
  { since, until, now }: Range,
  signal: AbortSignal,
): Promise<ServiceMetrics> {
  const grid = gridOf(since, until, now);
  const measured = await readMeasuredService(dependencies, ref, signal);
  const wanted = wantedOf(ref, measured);
  const tasks = taskQueriesOf(ref, measured);
  const queries = [...wanted.map(({ query }) => query), ...tasks.map(({ query }) => query)];
  const gaps: MetricGap[] = [...measured.gaps];
  let columns: Columns = [];
  try {
    columns = await readMetricData(dependencies.aws, ref, { queries, grid }, signal);
  } catch (error) {
    gaps.unshift(gapOf(error, 'There are no metrics without it.'));
  }
  const whole = columns.slice(0, wanted.length);
  return {
    since: new Date(grid.since).toISOString(),
    until: new Date(grid.until).toISOString(),
    periodSeconds: grid.periodSeconds,
    incompleteFrom: incompleteFrom(grid, now),
    series:
      columns.length === 0
        ? []
        : [...seriesOf(wanted, whole), ...byRevision(tasks, columns.slice(wanted.length))],
    gaps,
  };
}

/** The first period that CloudWatch may still add to. */
function incompleteFrom({ since, periodSeconds }: Grid, now: Date): string {
  const period = periodSeconds * 1000;
  const newest = Math.floor((now.getTime() - LATE_MS) / period) * period;
  return new Date(Math.max(since, newest)).toISOString();
}

const UNITS: Readonly<Record<MetricName, MetricSeries['unit']>> = {
  cpu: 'percent',
  memory: 'percent',
  running: 'tasks',
  requests: 'requests',
  errors: 'requests',
  latency: 'milliseconds',
  unhealthy: 'targets',
};

const STATISTICS: Readonly<Record<MetricSeries['statistic'], string>> = {
  average: 'Average',
  maximum: 'Maximum',
  sum: 'Sum',
  p95: 'p95',
  p99: 'p99',
};

function wantedOf(
  { cluster, service }: ServiceRef,
  { groups, hasInsights }: MeasuredService,
): readonly Wanted[] {
  const ofService = { ClusterName: cluster, ServiceName: service };
  const wanted = (
    metric: MetricName,
    statistic: MetricSeries['statistic'],
    query: Omit<Query, 'statistic'>,
    more: Pick<MetricSeries, 'targetGroup'> = {},
  ): Wanted => ({
    metric,
    statistic,
    unit: UNITS[metric],
    ...more,
    query: { ...query, statistic: STATISTICS[statistic] },
  });
  const ecs = (name: string) => ({ namespace: 'AWS/ECS', name, dimensions: ofService });
  const insights = { namespace: 'ECS/ContainerInsights', name: 'RunningTaskCount', dimensions: ofService };
  return [
    wanted('cpu', 'average', ecs('CPUUtilization')),
    wanted('cpu', 'maximum', ecs('CPUUtilization')),
    wanted('memory', 'average', ecs('MemoryUtilization')),
    wanted('memory', 'maximum', ecs('MemoryUtilization')),
    ...(hasInsights ? [wanted('running', 'average', insights)] : []),
    ...groups.flatMap(({ name, targetGroup, loadBalancer }) => {
      const dimensions = { TargetGroup: targetGroup, LoadBalancer: loadBalancer };
      const elb = (metric: string) => ({ namespace: 'AWS/ApplicationELB', name: metric, dimensions });
      const which = groups.length > 1 ? { targetGroup: name } : {};
      return [
        wanted('requests', 'sum', elb('RequestCount'), which),
        wanted('errors', 'sum', elb('HTTPCode_Target_5XX_Count'), which),
        wanted('latency', 'average', elb('TargetResponseTime'), which),
        wanted('latency', 'p95', elb('TargetResponseTime'), which),
        wanted('latency', 'p99', elb('TargetResponseTime'), which),
        wanted('unhealthy', 'maximum', elb('UnHealthyHostCount'), which),
      ];
    }),
  ];
}

interface TaskQuery {
  readonly metric: 'cpu' | 'memory';
  readonly revision: string;
  readonly query: Query;
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Container-Insights-enhanced-observability-metrics-ECS.html */
function taskQueriesOf({ cluster, service }: ServiceRef, { tasks }: MeasuredService): readonly TaskQuery[] {
  return tasks.flatMap(({ id, revision }) =>
    (['cpu', 'memory'] as const).map((metric) => ({
      metric,
      revision,
      query: {
        namespace: 'ECS/ContainerInsights',
        name: metric === 'cpu' ? 'TaskCpuUtilization' : 'TaskMemoryUtilization',
        dimensions: { ClusterName: cluster, ServiceName: service, TaskId: id },
        statistic: 'Average',
      },
    })),
  );
}

function seriesOf(wanted: readonly Wanted[], columns: Columns): readonly MetricSeries[] {
  const named = wanted.map(({ query: _query, ...series }, index) => ({
    ...series,
    values: [...(columns[index] ?? [])],
  }));
  return named.map((series) => {
    if (series.metric === 'latency') return { ...series, values: series.values.map(toMilliseconds) };
    if (series.metric !== 'errors') return series;
    const requests = named.find(
      (each) => each.metric === 'requests' && each.targetGroup === series.targetGroup,
    );
    return { ...series, values: withZeros(series.values, requests?.values ?? []) };
  });
}

/**
 * The load balancer reports errors only where there are some: with requests and without a datum, there were none.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html
 */
export function withZeros(errors: Column, requests: Column): (number | null)[] {
  return errors.map((count, index) => count ?? (typeof requests[index] === 'number' ? 0 : null));
}

function toMilliseconds(seconds: number | null): number | null {
  return seconds === null ? null : seconds * 1000;
}

/** The mean of the tasks of each revision, in the order in which they came. Nothing where there is one revision only. */
function byRevision(queries: readonly TaskQuery[], columns: Columns): readonly MetricSeries[] {
  const revisions = [...new Set(queries.map(({ revision }) => revision))].toReversed();
  if (revisions.length < 2) return [];
  return (['cpu', 'memory'] as const).flatMap((metric) =>
    revisions.map((revision): MetricSeries => {
      const own = columns.filter(
        (_, index) => queries[index]?.metric === metric && queries[index]?.revision === revision,
      );
      return {
        metric,
        statistic: 'average',
        unit: 'percent',
        revision,
        values: (columns[0] ?? []).map((_, index) => meanOf(own.map((column) => column[index] ?? null))),
      };
    }),
  );
}

function meanOf(values: Column): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
}
