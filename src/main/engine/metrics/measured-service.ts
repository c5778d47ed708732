import { DescribeClustersCommand, type LoadBalancer, type Service } from '@aws-sdk/client-ecs';
import { DescribeTargetGroupsCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { SlipwayError } from '../../../shared/errors.ts';
import type { MetricGap } from '../../../shared/model/metrics.ts';
import type { ServiceRef } from '../../../shared/model/service.ts';
import type { Aws } from '../aws/aws.ts';
import type { Read } from '../catalog/deployments.ts';
import { concernsAll } from '../catalog/optional-reads.ts';
import { describeService } from '../catalog/service-detail.ts';
import { readServiceTasks } from '../catalog/tasks.ts';
import { taskSetsOf } from '../ecs/service-task-sets.ts';

/** A target group of an Application Load Balancer, with the names that its metrics have. */
export interface MeasuredGroup {
  readonly arn: string;
  readonly name: string;
  /** Such as `targetgroup/web/6d0ecf831eec9f09`. */
  readonly targetGroup: string;
  /** Such as `app/web/50dc6c495c0c9188`. */
  readonly loadBalancer: string;
}

/** A task that Container Insights has metrics of. */
export interface MeasuredTask {
  readonly id: string;
  readonly revision: string;
}

/** What of a service CloudWatch has metrics of, and what it has not. */
export interface MeasuredService {
  readonly groups: readonly MeasuredGroup[];
  readonly hasInsights: boolean;
  /** The newest first; none without enhanced observability. */
  readonly tasks: readonly MeasuredTask[];
  readonly gaps: readonly MetricGap[];
}

/** Two queries a task, so that all metrics of a service fit into one request. */
const MOST_TASKS = 100;

/** Target groups with their load balancers, by ARN. A target group never moves to another load balancer. */
export type KnownGroups = Map<string, MeasuredGroup>;

export interface MeasuringDependencies {
  readonly aws: Pick<Aws, 'ecs' | 'elb' | 'alarms'>;
  readonly knownGroups: KnownGroups;
}

export async function readMeasuredService(
  dependencies: MeasuringDependencies,
  ref: ServiceRef,
  signal: AbortSignal,
): Promise<MeasuredService> {
  const read: Read = { ecs: dependencies.aws.ecs(ref, 'visible'), signal };
  const [service, insights] = await Promise.all([describeService(read, ref), readInsights(read, ref)]);
  const [balanced, tasks] = await Promise.all([
    readGroups(dependencies, ref, groupArnsOf(service), signal),
    insights.level === 'enhanced' ? readTasks(read, ref) : [],
  ]);
  return {
    groups: balanced.groups,
    hasInsights: insights.level === 'enhanced' || insights.level === 'enabled',
    tasks,
    gaps: [...balanced.gaps, ...insights.gaps],
  };
}

/** The target groups of a service and of its task sets, both of each pair that traffic is shifted between. */
export function groupArnsOf(service: Service): readonly string[] {
  const all: readonly LoadBalancer[] = [
    ...(service.loadBalancers ?? []),
    ...taskSetsOf(service).flatMap(({ loadBalancers = [] }) => loadBalancers),
  ];
  return [
    ...new Set(
      all.flatMap(({ targetGroupArn, advancedConfiguration }) =>
        [targetGroupArn, advancedConfiguration?.alternateTargetGroupArn].filter((arn) => arn !== undefined),
      ),
    ),
  ];
}

/** The load balancers of target groups, which their metrics are named by (DescribeTargetGroups). */
export async function readGroups(
  { aws, knownGroups }: MeasuringDependencies,
  ref: ServiceRef,
  arns: readonly string[],
  signal: AbortSignal,
): Promise<Pick<MeasuredService, 'groups' | 'gaps'>> {
  if (arns.length === 0) {
    const sentence =
      'The service has no load balancer, so it has no metrics of requests, errors, latency or target health.';
    return { groups: [], gaps: [{ what: 'load-balancer', sentence }] };
  }
  const missing = arns.filter((arn) => !knownGroups.has(arn));
  try {
    if (missing.length > 0) {
      const command = new DescribeTargetGroupsCommand({ TargetGroupArns: [...missing] });
      const { TargetGroups = [] } = await aws.elb(ref, 'visible').send(command, { abortSignal: signal });
      for (const {
        TargetGroupArn: arn = '',
        TargetGroupName: name = '',
        LoadBalancerArns = [],
      } of TargetGroups) {
        const [balancer = ''] = LoadBalancerArns;
        const loadBalancer = balancer.split(':loadbalancer/')[1];
        if (loadBalancer !== undefined)
          knownGroups.set(arn, { arn, name, targetGroup: arn.split(':').at(-1) ?? '', loadBalancer });
      }
    }
  } catch (error) {
    const effect = 'Requests, errors, latency and target health are missing.';
    return { groups: [], gaps: [gapOf(error, effect)] };
  }
  const found = arns.flatMap((arn) => knownGroups.get(arn) ?? []);
  const groups = found.filter(({ loadBalancer }) => loadBalancer.startsWith('app/'));
  if (groups.length > 0) return { groups, gaps: [] };
  const sentence =
    found.length === 0
      ? 'The target groups of the service belong to no load balancer, so their requests are not measured.'
      : 'The load balancer of the service is not an Application Load Balancer, so it counts no HTTP answers.';
  return { groups, gaps: [{ what: 'load-balancer', sentence }] };
}

async function readInsights(
  { ecs, signal }: Read,
  { cluster }: ServiceRef,
): Promise<{ readonly level: string | undefined; readonly gaps: readonly MetricGap[] }> {
  const effect = 'The number of running tasks over time, and CPU and memory by revision, are missing.';
  try {
    const command = new DescribeClustersCommand({ clusters: [cluster], include: ['SETTINGS'] });
    const { clusters = [] } = await ecs.send(command, { abortSignal: signal });
    const level = clusters[0]?.settings?.find(({ name }) => name === 'containerInsights')?.value;
    if (level === 'enhanced') return { level, gaps: [] };
    const sentence =
      level === 'enabled'
        ? 'Container Insights of the cluster is on without enhanced observability. CPU and memory by revision are missing.'
        : `Container Insights is off in the cluster ${cluster}. ${effect}`;
    return { level, gaps: [{ what: 'container-insights', sentence }] };
  } catch (error) {
    return { level: undefined, gaps: [gapOf(error, effect)] };
  }
}

async function readTasks(read: Read, ref: ServiceRef): Promise<readonly MeasuredTask[]> {
  try {
    const tasks = await readServiceTasks(read, ref);
    return tasks
      .filter(({ startedAt }) => startedAt !== undefined)
      .slice(0, MOST_TASKS)
      .map(({ id, revision }) => ({ id, revision }));
  } catch (error) {
    if (concernsAll(error)) throw error;
    return [];
  }
}

/** Why something is missing. Rethrows what ends the call. */
export function gapOf(error: unknown, effect: string): MetricGap {
  // Without a network the whole page says so once, and what was read stays.
  if (concernsAll(error) || !(error instanceof SlipwayError) || error.code === 'UNAVAILABLE') throw error;
  const { action } = error.detail;
  const isRefused = error.code === 'FORBIDDEN' && action !== undefined;
  return {
    what: isRefused ? 'permission' : 'metrics',
    sentence: `${error.message} ${effect}`,
    ...(isRefused ? { action } : {}),
  };
}
