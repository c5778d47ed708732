import {
  DescribeServiceRevisionsCommand,
  DescribeServicesCommand,
  DescribeTasksCommand,
  type ECSClient,
  type Failure,
  ListServiceDeploymentsCommand,
  paginateListClusters,
  paginateListServices,
  paginateListTasks,
  type Service,
  type Task,
} from '@aws-sdk/client-ecs';
import { SlipwayError } from '../../../shared/errors.ts';
import { eachOfFew, inBatches } from '../catalog/batches.ts';
import { lastPartOf, revisionNameOf } from '../releases/names.ts';
import type { RollbackTarget, UseReading } from './use-graph.ts';

/** The most that ECS describes in a call. */
const SERVICES_PER_CALL = 10;
const TASKS_PER_CALL = 100;
const PER_PAGE = 100;

interface Read {
  readonly ecs: ECSClient;
  readonly signal: AbortSignal;
}

/**
 * Everything of the account and region that may use revisions of the family: every page of clusters, services (with
 * their deployments and task sets) and tasks. Throws when any part cannot be read, naming the part: what is not
 * known may be in use. The way back is read of the services that have the family in a deployment.
 */
export async function readUse(read: Read, family: string): Promise<UseReading> {
  const clusters = await part('the list of clusters', () => listClusters(read));
  const perCluster = await eachOfFew(clusters, async (cluster) => {
    const name = lastPartOf(cluster);
    const services = await part(`the services of the cluster ${name}`, () => readServices(read, cluster));
    const tasks = await part(`the tasks of the cluster ${name}`, () => readTasks(read, cluster, family));
    return { services, tasks };
  });
  const services = perCluster.flatMap((each) => each.services);
  const concerned = services.filter((service) => isOfFamily(service, family));
  const targets = await eachOfFew(concerned, (service) =>
    part(`the deployments of the service ${service.serviceName}`, () => readRollbackTarget(read, service)),
  );
  return { services, tasks: perCluster.flatMap((each) => each.tasks), rollbackTargets: targets.flat() };
}

/** The same error, saying that nothing is removed because this part could not be read. */
async function part<T>(name: string, readPart: () => Promise<T>): Promise<T> {
  try {
    return await readPart();
  } catch (error) {
    if (!(error instanceof SlipwayError) || error.code === 'CANCELLED') throw error;
    throw new SlipwayError(
      error.code,
      `Nothing is removed, because ${name} could not be read and may use revisions. ${error.message}`,
      { retryable: error.retryable, detail: error.detail, cause: error },
    );
  }
}

async function listClusters({ ecs, signal }: Read): Promise<readonly string[]> {
  const arns: string[] = [];
  for await (const page of paginateListClusters(
    { client: ecs, pageSize: PER_PAGE },
    {},
    { abortSignal: signal },
  )) {
    arns.push(...(page.clusterArns ?? []));
  }
  return arns;
}

async function readServices({ ecs, signal }: Read, cluster: string): Promise<readonly Service[]> {
  const arns: string[] = [];
  const pages = paginateListServices(
    { client: ecs, pageSize: PER_PAGE },
    { cluster },
    { abortSignal: signal },
  );
  for await (const page of pages) arns.push(...(page.serviceArns ?? []));
  return inBatches(arns, SERVICES_PER_CALL, async (batch) => {
    const command = new DescribeServicesCommand({ cluster, services: batch });
    const { services = [], failures = [] } = await ecs.send(command, { abortSignal: signal });
    requireOnlyMissing(failures);
    return services;
  });
}

/** Tasks of the family, of services and by themselves; ECS lists those that start under RUNNING, too. */
async function readTasks({ ecs, signal }: Read, cluster: string, family: string): Promise<readonly Task[]> {
  const arns: string[] = [];
  const pages = paginateListTasks(
    { client: ecs, pageSize: PER_PAGE },
    { cluster, family, desiredStatus: 'RUNNING' },
    { abortSignal: signal },
  );
  for await (const page of pages) arns.push(...(page.taskArns ?? []));
  return inBatches(arns, TASKS_PER_CALL, async (batch) => {
    const command = new DescribeTasksCommand({ cluster, tasks: batch });
    const { tasks = [], failures = [] } = await ecs.send(command, { abortSignal: signal });
    requireOnlyMissing(failures);
    return tasks;
  });
}

/** What is MISSING went away while it was read, and uses nothing. Any other failure hides something. */
function requireOnlyMissing(failures: readonly Failure[]): void {
  const hidden = failures.find(({ reason }) => reason !== 'MISSING');
  if (hidden === undefined) return;
  throw new SlipwayError(
    'UNAVAILABLE',
    `ECS did not describe ${hidden.arn ?? 'one of them'}: ${hidden.reason ?? 'it gave no reason'}. Try again.`,
    { retryable: true },
  );
}

function isOfFamily({ taskDefinition, deployments = [], taskSets = [] }: Service, family: string): boolean {
  const used = [taskDefinition, ...[...deployments, ...taskSets].map((each) => each.taskDefinition)];
  return used.some((arn) => arn !== undefined && revisionNameOf(arn).startsWith(`${family}:`));
}

/** What the newest deployment of a service that worked runs. */
async function readRollbackTarget(
  { ecs, signal }: Read,
  service: Service,
): Promise<readonly RollbackTarget[]> {
  const { serviceArn, clusterArn } = service;
  if (serviceArn === undefined || (service.deploymentController?.type ?? 'ECS') !== 'ECS') return [];
  const revisionArns: string[] = [];
  let nextToken: string | undefined;
  do {
    const command = new ListServiceDeploymentsCommand({
      cluster: clusterArn,
      service: serviceArn,
      status: ['SUCCESSFUL'],
      maxResults: PER_PAGE,
      ...(nextToken === undefined ? {} : { nextToken }),
    });
    const page = await ecs.send(command, { abortSignal: signal });
    const newestFirst = (page.serviceDeployments ?? []).toSorted(
      (one, other) => (other.createdAt?.getTime() ?? 0) - (one.createdAt?.getTime() ?? 0),
    );
    revisionArns.push(
      ...newestFirst.flatMap(({ targetServiceRevisionArn }) => targetServiceRevisionArn ?? []),
    );
    nextToken = page.nextToken;
  } while (nextToken !== undefined && revisionArns.length < TARGETS_LOOKED_AT);
  return describeTargets({ ecs, signal }, service, serviceArn, revisionArns.slice(0, TARGETS_LOOKED_AT));
}

/** DescribeServiceRevisions takes 20. */
const TARGETS_LOOKED_AT = 20;

/** The newest success itself, and the newest one that ran something else than the service does now. */
async function describeTargets(
  { ecs, signal }: Read,
  service: Service,
  serviceArn: string,
  newestFirst: readonly string[],
): Promise<readonly RollbackTarget[]> {
  if (newestFirst.length === 0) return [];
  const command = new DescribeServiceRevisionsCommand({ serviceRevisionArns: [...newestFirst] });
  const { serviceRevisions = [], failures = [] } = await ecs.send(command, { abortSignal: signal });
  requireOnlyMissing(failures);
  const definitions = newestFirst.flatMap(
    (arn) => serviceRevisions.find((each) => each.serviceRevisionArn === arn)?.taskDefinition ?? [],
  );
  const another = definitions.find((arn) => arn !== service.taskDefinition);
  return [definitions[0], another].flatMap((taskDefinitionArn) =>
    taskDefinitionArn === undefined ? [] : [{ serviceArn, taskDefinitionArn }],
  );
}
