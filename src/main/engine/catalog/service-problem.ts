import type { Deployment, Service, ServiceEvent } from '@aws-sdk/client-ecs';
import type { FailureGroup } from '../../../shared/model/deployment.ts';
import type { RunningContainer, ServiceProblem, ServiceState } from '../../../shared/model/service.ts';
import { lastPartOf, revisionNameOf } from '../aws/arns.ts';
import { rollingBounds, stepForStuckDeployment } from '../ecs/rolling-bounds.ts';
import { mainFailure } from '../task-failures/failure-groups.ts';
import { helpFor } from '../task-failures/next-steps.ts';
import { changesOfDesiredCount, failedHealthChecks, latestEvent } from './service-events.ts';
import { primaryDeployment } from './service-state.ts';

/** What was read of a service besides DescribeServices; parts that could not be read are missing. */
export interface ServiceFindings {
  /** Status of its task definition; `missing` when ECS doesn't have it. */
  readonly revisionStatus?: string | undefined;
  /** Failed tasks of its newest deployment, the most frequent first. */
  readonly failures: readonly FailureGroup[];
  readonly runs: readonly RunningContainer[];
  /** Images of its tasks that are not in their repository. */
  readonly missingImages: readonly string[];
  readonly movedTags: readonly MovedTag[];
  /** The scaling policies that changed its desired count last, where that was read. */
  readonly scaledBy?: readonly string[] | undefined;
}

/** A tag that stands for another image than the one that runs. */
export interface MovedTag {
  readonly container: string;
  /** As the task definition writes it. */
  readonly image: string;
  /** The digest that runs. */
  readonly running: string;
  /** The digest that the tag stands for now. */
  readonly now: string;
}

const NO_FINDINGS: ServiceFindings = { failures: [], runs: [], missingImages: [], movedTags: [] };

/** What the rules look at. */
interface Observed extends ServiceFindings {
  readonly service: Service;
  readonly primary: Deployment | undefined;
  readonly desired: number;
  readonly running: number;
  readonly isInProgress: boolean;
  readonly now: Date;
}

/** The gravest cause comes first. */
const RULES: readonly ((observed: Observed) => ServiceProblem | undefined)[] = [
  stuckDeployment,
  missingCapacity,
  missingImage,
  failingHealthChecks,
  failingTasks,
  revisionNotActive,
  differentDigests,
  noTasks,
  changingDesiredCount,
  movedTag,
];

/**
 * What is wrong with a service of DescribeServices, with its cause. Undefined where nothing is, as far as it was read.
 * `now` by the clock of AWS.
 */
export function serviceProblem(
  service: Service,
  findings: ServiceFindings | undefined,
  now: Date,
): ServiceProblem | undefined {
  if (service.status !== 'ACTIVE') return undefined;
  const primary = primaryDeployment(service);
  const observed: Observed = {
    ...(findings ?? NO_FINDINGS),
    service,
    primary,
    desired: service.desiredCount ?? 0,
    running: service.runningCount ?? 0,
    isInProgress: primary?.rolloutState === 'IN_PROGRESS',
    now,
  };
  for (const rule of RULES) {
    const problem = rule(observed);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

const BREAKS_A_DEPLOYMENT: ReadonlySet<ServiceProblem['kind']> = new Set([
  'deployment-stuck',
  'no-capacity',
  'tasks-fail',
]);

/** The state of a service that has this problem: never the one of a service that is well. */
export function stateWithProblem(state: ServiceState, problem: ServiceProblem | undefined): ServiceState {
  if (problem === undefined) return state;
  if (state === 'deploying') return BREAKS_A_DEPLOYMENT.has(problem.kind) ? 'failing' : state;
  return state === 'steady' || state === 'idle' ? 'degraded' : state;
}

function stuckDeployment({ service, primary, desired, isInProgress }: Observed): ServiceProblem | undefined {
  const others = (service.deployments ?? []).filter(
    (each) => each !== primary && (each.runningCount ?? 0) > 0,
  );
  const strategy = service.deploymentConfiguration?.strategy ?? 'ROLLING';
  if (!isInProgress || strategy !== 'ROLLING' || desired === 0 || others.length === 0) return undefined;
  const { least, most } = rollingBounds(service, desired);
  if (most > least) return undefined;
  return {
    kind: 'deployment-stuck',
    sentence: `The deployment of ${revisionNameOf(primary?.taskDefinition ?? '')} can't proceed: with ${desired} desired, at least ${least} must run and at most ${most} can run, so ECS can't replace a task.`,
    nextStep: stepForStuckDeployment(service, desired),
  };
}

function missingCapacity({ service, primary, desired, isInProgress }: Observed): ServiceProblem | undefined {
  const started = isInProgress ? (primary?.runningCount ?? 0) : (service.runningCount ?? 0);
  const lacking = desired - started;
  const event = latestEvent(service, /unable to place a task/i, primary?.createdAt);
  if (lacking <= 0 || event === undefined) return undefined;
  const steady = latestEvent(service, /has reached a steady state/i, primary?.createdAt);
  if ((steady?.createdAt ?? 0) > (event.createdAt ?? 0)) return undefined;
  return {
    kind: 'no-capacity',
    sentence: `${lacking} of ${desired} tasks can't be placed: ${whyNotPlaced(event)}.`,
    nextStep: placementStep(event),
  };
}

function whyNotPlaced({ message = '' }: ServiceEvent): string {
  const lacking = /insufficient (memory|cpu)/i.exec(message)?.[1]?.toLowerCase();
  if (lacking !== undefined)
    return `no container instance has enough ${lacking === 'cpu' ? 'CPU' : 'memory'} left`;
  if (/no container instances were found/i.test(message)) return 'the cluster has no container instances';
  if (/already using a port/i.test(message)) return 'their port is in use on every container instance';
  if (/capacity is unavailable/i.test(message)) return 'AWS has no capacity for them at the moment';
  return 'no container instance meets all of their requirements';
}

function placementStep({ message = '' }: ServiceEvent): string {
  if (/capacity is unavailable/i.test(message))
    return 'ECS keeps trying. Add subnets in other Availability Zones, or another capacity provider.';
  return 'Add container instances to the cluster, or request less CPU and memory in the task definition.';
}

function missingImage({ missingImages, desired, running }: Observed): ServiceProblem | undefined {
  const [image] = missingImages;
  if (image === undefined || desired === 0) return undefined;
  const effect =
    running < desired
      ? `${desired - running} of ${desired} tasks can't start`
      : 'running tasks continue, but no other task can start';
  return {
    kind: 'image-missing',
    sentence: `The image ${image} is no longer in its repository: ${effect}.`,
    nextStep:
      'Push the image again or deploy an image that exists, and keep images that services use in the lifecycle policy.',
  };
}

/** ECS forgives single failures; two in an hour, or one that leaves a task missing, are more than chance. */
const LEAST_FAILED_CHECKS = 2;

function failingHealthChecks(observed: Observed): ServiceProblem | undefined {
  const { service, primary, desired, running, isInProgress, now } = observed;
  if (isInProgress || desired === 0) return undefined;
  const { tasks, minutes, targetGroup } = failedHealthChecks(service, primary, now);
  if (tasks === 0 || (tasks < LEAST_FAILED_CHECKS && running >= desired)) return undefined;
  const check =
    targetGroup === undefined
      ? 'their container health check'
      : `the health checks of the target group ${targetGroup}`;
  return {
    kind: 'health-checks-fail',
    sentence: `${tasks === 1 ? 'A task' : `${tasks} tasks`} failed ${check} in the last ${minutes} min, after the deployment of ${revisionNameOf(primary?.taskDefinition ?? '')} had succeeded.`,
    nextStep: `${helpFor(targetGroup === undefined ? 'container-health' : 'load-balancer-health', undefined)} If it began with this release, roll back.`,
  };
}

function failingTasks({
  primary,
  failures,
  desired,
  running,
  isInProgress,
}: Observed): ServiceProblem | undefined {
  const [failure] = failures;
  const cause = mainFailure(failures);
  // In a crash loop all tasks may run at the moment of the reading, until the next ones stop.
  const isFailing =
    isInProgress && ((primary?.failedTasks ?? 0) > 0 || (primary?.runningCount ?? 0) < desired);
  if (failure === undefined || cause === undefined || !(isFailing || running < desired)) return undefined;
  const revision = revisionNameOf(primary?.taskDefinition ?? '');
  return {
    kind: 'tasks-fail',
    sentence: `Tasks of ${revision} stop: ${cause}.`,
    nextStep: helpFor(failure.kind ?? 'other', failure),
  };
}

function revisionNotActive({ service, revisionStatus }: Observed): ServiceProblem | undefined {
  if (revisionStatus === undefined || revisionStatus === 'ACTIVE') return undefined;
  const revision = revisionNameOf(service.taskDefinition ?? '');
  const isGone = revisionStatus === 'missing';
  return {
    kind: 'revision-not-active',
    sentence: isGone
      ? `The task definition ${revision} was deleted: running tasks continue, but ECS can't start another one.`
      : `The task definition ${revision} is ${revisionStatus}: ECS still starts tasks of it, but no deployment can choose it${revisionStatus === 'INACTIVE' ? '' : ', and it is deleted as soon as nothing uses it'}.`,
    nextStep: isGone
      ? 'Deploy a revision that exists.'
      : 'Deploy an active revision, or register the same content again as a new revision and deploy that.',
  };
}

function differentDigests({ service, runs, isInProgress }: Observed): ServiceProblem | undefined {
  if (isInProgress || (service.deployments ?? []).length > 1) return undefined;
  const split = runs.find(({ digests }) => digests.length > 1);
  if (split === undefined) return undefined;
  const tasks = split.digests.map(({ digest, tasks: count }) => `${digest.slice(0, 15)} in ${count}`);
  return {
    kind: 'digests-differ',
    sentence: `Tasks of the same revision run different images: ${lastPartOf(split.image)} is ${new Intl.ListFormat('en').format(tasks)} ${split.digests.at(-1)?.tasks === 1 ? 'task' : 'tasks'}.`,
    nextStep: `Force a new deployment so that all tasks run one image, and deploy ${split.container} by digest or by a tag that doesn't change.`,
  };
}

function movedTag({ service, movedTags, isInProgress }: Observed): ServiceProblem | undefined {
  const [moved] = movedTags;
  if (isInProgress || (service.deployments ?? []).length > 1 || moved === undefined) return undefined;
  const { container, image, running, now } = moved;
  return {
    kind: 'tag-moved',
    sentence: `The tag ${lastPartOf(image)} has moved: tasks run ${running.slice(0, 15)}, and the next deployment runs ${now.slice(0, 15)}.`,
    nextStep: `Deploy to run what the tag stands for now, or deploy ${container} by digest or by a tag that doesn't change.`,
  };
}

function noTasks({ service, desired, running, isInProgress }: Observed): ServiceProblem | undefined {
  if (desired > 0 || running > 0 || isInProgress) return undefined;
  const caller = callerOf(service);
  if (caller === undefined) return undefined;
  return {
    kind: 'no-tasks',
    sentence: `No tasks are desired, but ${caller}: requests to it fail.`,
    nextStep: 'Scale the service up, or remove it if it is not used any more.',
  };
}

/** Where requests to the service come from, as far as its configuration says. */
function callerOf({ loadBalancers = [], serviceRegistries = [] }: Service): string | undefined {
  const [loadBalancer] = loadBalancers;
  const targetGroup = loadBalancer?.targetGroupArn?.split('/')[1] ?? loadBalancer?.loadBalancerName;
  if (targetGroup !== undefined) return `the target group ${targetGroup} has this service as its target`;
  return serviceRegistries.length > 0 ? 'service discovery has a name for this service' : undefined;
}

/** Up, down, up, down: once or twice is how a load comes and goes. */
const LEAST_CHANGES = 4;

/** Whether the desired count of a service of DescribeServices is set up and down again and again. */
export function isDesiredCountChanging(service: Service, now: Date): boolean {
  return changesOfDesiredCount(service, primaryDeployment(service), now).changes >= LEAST_CHANGES;
}

function changingDesiredCount({
  service,
  primary,
  isInProgress,
  now,
  scaledBy,
}: Observed): ServiceProblem | undefined {
  if (isInProgress || (service.deployments ?? []).length > 1) return undefined;
  const { changes, minutes } = changesOfDesiredCount(service, primary, now);
  if (changes < LEAST_CHANGES) return undefined;
  return {
    kind: 'desired-count-changes',
    sentence: `ECS started and stopped tasks ${changes} times in ${minutes} min without a deployment: the desired count is set up and down again and again.`,
    nextStep: `${whoSetsIt(service, scaledBy)} Let one scaling policy decide, and widen its thresholds or cooldowns.`,
  };
}

function whoSetsIt({ clusterArn, serviceName }: Service, policies: readonly string[] = []): string {
  const [one, ...others] = policies;
  if (one !== undefined && others.length > 0) {
    return `The scaling policies ${others.join(', ')} and ${one} set it in turn.`;
  }
  if (one !== undefined) return `The scaling policy ${one} raises and lowers it.`;
  return `See who sets it: aws application-autoscaling describe-scaling-activities --service-namespace ecs --resource-id service/${lastPartOf(clusterArn ?? '')}/${serviceName ?? ''}.`;
}
