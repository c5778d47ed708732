import type { Deployment, Service, ServiceRevision } from '@aws-sdk/client-ecs';
import type { DeploymentOutcome } from '../../../shared/model/deployment.ts';
import type { ContainerImage } from '../../../shared/model/image.ts';
import { imageVersionText, mainContainer } from '../../../shared/model/image-version.ts';
import type { ServiceRow } from '../../../shared/model/service.ts';
import { lastPartOf, revisionNameOf } from '../aws/arns.ts';
import { isExpress } from '../ecs/deployed-revision.ts';
import { imagesOf } from './deployments.ts';
import { type ServiceFindings, serviceProblem, stateWithProblem } from './service-problem.ts';
import { isStartingMissingTasks, primaryDeployment, serviceCells, serviceState } from './service-state.ts';

/** The newest service deployment of a service. */
export interface LastDeployment {
  readonly outcome: DeploymentOutcome;
  readonly arn?: string | undefined;
  /** The status reason of ECS. */
  readonly reason?: string | undefined;
  /** Why its tasks stopped, in a sentence, where it is known. */
  readonly cause?: string | undefined;
}

/** What a row is made of besides the service itself. */
export interface RowFacts {
  /** Service revisions that the service runs, as far as they could be read. */
  readonly revisions: ReadonlyMap<string, ServiceRevision>;
  /** The newest service deployment and how it ended, if that is known. */
  readonly last: LastDeployment | undefined;
  /** What was read of it besides, if it was. */
  readonly findings: ServiceFindings | undefined;
  /** By the clock here; that of AWS may be ahead. */
  readonly now: Date;
}

/** A service of DescribeServices as a line of the list. */
export function toServiceRow(service: Service, { revisions, last, findings, now }: RowFacts): ServiceRow {
  const { serviceArn: arn = '', taskDefinition = '' } = service;
  const primary = primaryDeployment(service);
  const problem = serviceProblem(service, findings, latestOf(now, service.events?.[0]?.createdAt));
  const isRising = problem === undefined && isStartingMissingTasks(service);
  const state = isRising ? 'degraded' : stateWithProblem(serviceState(service, last?.outcome), problem);
  return {
    name: service.serviceName ?? lastPartOf(arn),
    arn,
    cluster: lastPartOf(service.clusterArn ?? ''),
    state,
    desired: service.desiredCount ?? 0,
    running: service.runningCount ?? 0,
    pending: service.pendingCount ?? 0,
    cells: serviceCells(service),
    revision: revisionNameOf(taskDefinition),
    imageVersion: imageVersionOf(service, revisions),
    changedAt: (primary?.createdAt ?? service.createdAt)?.toISOString(),
    ...progressOf(primary),
    ...previousRevisionOf(service, primary),
    ...(state === 'rolled-back' ? failureOf(last) : {}),
    ...(isExpress(service) ? { isExpress: true } : {}),
    problem,
  };
}

function failureOf(
  last: LastDeployment | undefined,
): Pick<ServiceRow, 'failedDeploymentArn' | 'failedBecause' | 'failedCause'> {
  return {
    ...(last?.arn === undefined ? {} : { failedDeploymentArn: last.arn }),
    ...(last?.reason === undefined ? {} : { failedBecause: last.reason }),
    ...(last?.cause === undefined ? {} : { failedCause: last.cause }),
  };
}

/** Task sets and finished deployments have none. */
function progressOf(primary: Deployment | undefined): Pick<ServiceRow, 'progress'> {
  if (primary?.rolloutState !== 'IN_PROGRESS') return {};
  const { runningCount = 0, desiredCount = 0 } = primary;
  return { progress: { done: Math.min(runningCount, desiredCount), total: desiredCount } };
}

/** DescribeServices lists what a deployment replaces as ACTIVE until its tasks are gone. */
function previousRevisionOf(
  { deployments = [] }: Service,
  primary: Deployment | undefined,
): Pick<ServiceRow, 'previousRevision'> {
  if (primary?.rolloutState !== 'IN_PROGRESS') return {};
  const previous = deployments.find(
    ({ taskDefinition }) => taskDefinition !== undefined && taskDefinition !== primary.taskDefinition,
  );
  return previous === undefined ? {} : { previousRevision: revisionNameOf(previous.taskDefinition ?? '') };
}

function latestOf(now: Date, newest: Date | undefined): Date {
  return newest !== undefined && newest > now ? newest : now;
}

/** The service revisions that run now, the newest first (Service.currentServiceRevisions). */
export function currentRevisionArns({ currentServiceRevisions = [] }: Service): string[] {
  return currentServiceRevisions.flatMap(({ arn }) => arn ?? []);
}

/** Only services of the ECS controller have service deployments. */
export function hasServiceDeployments({ deploymentController }: Service): boolean {
  return (deploymentController?.type ?? 'ECS') === 'ECS';
}

function imageVersionOf(service: Service, revisions: RowFacts['revisions']): string {
  const images = currentRevisionArns(service).map((arn) => mainImage(service, revisions.get(arn)));
  const [next, ...before] = images;
  return imageVersionText(
    before.find((image) => image !== undefined),
    next,
  );
}

function mainImage(
  { serviceName = '', taskDefinition = '' }: Service,
  revision: ServiceRevision | undefined,
): ContainerImage | undefined {
  const [family = ''] = revisionNameOf(taskDefinition).split(':');
  return mainContainer(imagesOf(revision), [serviceName, family]);
}
