import type { Service, ServiceRevision } from '@aws-sdk/client-ecs';
import type { DeploymentOutcome } from '../../../shared/model/deployment.ts';
import type { ContainerImage } from '../../../shared/model/image.ts';
import type { ServiceRow } from '../../../shared/model/service.ts';
import type { TaskState } from '../../../shared/model/task.ts';
import { lastPartOf, revisionNameOf } from '../aws/arns.ts';
import { isExpress } from '../ecs/deployed-revision.ts';
import { imagesOf } from './deployments.ts';
import { imageVersionText, mainContainer } from './image-version.ts';
import { type ServiceFindings, serviceProblem, stateWithProblem } from './service-problem.ts';
import { primaryDeployment, serviceState } from './service-state.ts';

/** What a row is made of besides the service itself. */
export interface RowFacts {
  /** Service revisions that the service runs, as far as they could be read. */
  readonly revisions: ReadonlyMap<string, ServiceRevision>;
  /** How the newest service deployment ended, if that is known. */
  readonly lastOutcome: DeploymentOutcome | undefined;
  /** What was read of it besides, if it was. */
  readonly findings: ServiceFindings | undefined;
  /** By the clock here; that of AWS may be ahead. */
  readonly now: Date;
}

/** A service of DescribeServices as a line of the list. */
export function toServiceRow(
  service: Service,
  { revisions, lastOutcome, findings, now }: RowFacts,
): ServiceRow {
  const { serviceArn: arn = '', taskDefinition = '' } = service;
  const primary = primaryDeployment(service);
  const problem = serviceProblem(service, findings, latestOf(now, service.events?.[0]?.createdAt));
  return {
    name: service.serviceName ?? lastPartOf(arn),
    arn,
    cluster: lastPartOf(service.clusterArn ?? ''),
    state: stateWithProblem(serviceState(service, lastOutcome), problem),
    desired: service.desiredCount ?? 0,
    running: service.runningCount ?? 0,
    pending: service.pendingCount ?? 0,
    cells: serviceCells(service),
    revision: revisionNameOf(taskDefinition),
    imageVersion: imageVersionOf(service, revisions),
    changedAt: (primary?.createdAt ?? service.createdAt)?.toISOString(),
    ...(isExpress(service) ? { isExpress: true } : {}),
    problem,
  };
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

const MOST_CELLS = 24;

interface Group {
  readonly state: TaskState;
  readonly count: number;
}

/**
 * A cell for each task of a service, oldest deployment first, from the counts of DescribeServices. Places of the
 * newest deployment that stay empty because its tasks fail are failing cells. More than 24 shrink in proportion.
 */
export function serviceCells(
  service: Pick<Service, 'deployments' | 'runningCount' | 'pendingCount'>,
): TaskState[] {
  const groups = (service.deployments ?? []).toReversed().flatMap(groupsOfDeployment);
  return shrink(groups.length > 0 ? groups : groupsWithoutDeployments(service));
}

function groupsOfDeployment({
  desiredCount = 0,
  runningCount = 0,
  pendingCount = 0,
  failedTasks = 0,
}: NonNullable<Service['deployments']>[number]): readonly Group[] {
  const empty = Math.max(0, desiredCount - runningCount - pendingCount);
  return [
    { state: 'running', count: runningCount },
    { state: 'pending', count: pendingCount },
    { state: 'failing', count: Math.min(failedTasks, empty) },
  ];
}

/** Services of the CODE_DEPLOY and EXTERNAL controllers have task sets instead. */
function groupsWithoutDeployments({
  runningCount = 0,
  pendingCount = 0,
}: Partial<Service>): readonly Group[] {
  return [
    { state: 'running', count: runningCount },
    { state: 'pending', count: pendingCount },
  ];
}

function shrink(groups: readonly Group[]): TaskState[] {
  const total = groups.reduce((sum, { count }) => sum + count, 0);
  const scale = total > MOST_CELLS ? MOST_CELLS / total : 1;
  return groups
    .flatMap(({ state, count }) =>
      Array<TaskState>(count === 0 ? 0 : Math.max(1, Math.floor(count * scale))).fill(state),
    )
    .slice(0, MOST_CELLS);
}
