import type { ApplicationAutoScalingClient } from '@aws-sdk/client-application-auto-scaling';
import { DescribeServicesCommand, type Service, type ServiceRevision } from '@aws-sdk/client-ecs';
import { SlipwayError } from '../../../shared/errors.ts';
import type { Environment, Scope } from '../../../shared/model/account.ts';
import type { Image } from '../../../shared/model/image.ts';
import type {
  RunningContainer,
  ServiceDetail,
  ServiceRef,
  ServiceScaling,
} from '../../../shared/model/service.ts';
import type { Task } from '../../../shared/model/task.ts';
import { revisionNameOf } from '../aws/arns.ts';
import { isExpress, withDeployedRevision } from '../ecs/deployed-revision.ts';
import { deploymentOutcome } from '../ecs/deployment-outcome.ts';
import { readScalingPoliciesAtWork, readServiceScaling } from '../ecs/service-scaling.ts';
import { setUnderWay } from '../ecs/service-task-sets.ts';
import { configurationFacts } from './configuration-facts.ts';
import { serviceConsoleUrl } from './console-urls.ts';
import { newestDeployment, type Read } from './deployments.ts';
import { expressDetail, readExpressConfiguration } from './express-service.ts';
import type { NeverChanging } from './immutable-answers.ts';
import type { KnownFindings } from './known-findings.ts';
import { optionalRead } from './optional-reads.ts';
import { type RunningImages, readServiceFindings, referenceOf } from './service-findings.ts';
import { isDesiredCountChanging } from './service-problem.ts';
import { currentRevisionArns, hasServiceDeployments, toServiceRow } from './service-row.ts';
import { listRunningTasks } from './tasks.ts';

/** What is known of an image in its repository; undefined when it is in none that can be asked. */
export type ImageFacts = (
  scope: Scope,
  image: string,
  digest: string,
  signal: AbortSignal,
) => Promise<Image | undefined>;

interface DetailDependencies {
  readonly environment: Environment;
  readonly scaling: ApplicationAutoScalingClient;
  readonly kept: NeverChanging;
  readonly findings: KnownFindings;
  readonly imageFacts: ImageFacts | undefined;
  readonly images: RunningImages | undefined;
  readonly now: () => Date;
}

const MOST_CELLS = 24;

/** The service page: DescribeServices with tags, its tasks, its task definition and its newest deployment. */
export async function readServiceDetail(
  read: Read,
  ref: ServiceRef,
  dependencies: DetailDependencies,
): Promise<ServiceDetail> {
  const { environment, kept, findings, imageFacts, images, now } = dependencies;
  // A round trip less until the page shows.
  const listed = listRunningTasks(read, ref);
  listed.catch(() => undefined);
  const service = await describeService(read, ref);
  const { taskDefinition: taskDefinitionArn = '' } = service;
  const found = new Map<string, Image>();
  const [readings, newest, revisions, express, scaling, scaledBy] = await Promise.all([
    readServiceFindings(read, ref, service, images && keepingFound(images, found), listed),
    hasServiceDeployments(service)
      ? optionalRead(newestDeployment(read, ref.cluster, ref.service), undefined)
      : undefined,
    optionalRead(kept.revisions(read, currentRevisionArns(service)), new Map<string, ServiceRevision>()),
    isExpress(service)
      ? optionalRead(readExpressConfiguration(read.ecs, service.serviceArn ?? '', read.signal), undefined)
      : undefined,
    // ECS manages the scaling of an Express service.
    isExpress(service)
      ? undefined
      : optionalRead(readServiceScaling({ ...dependencies, signal: read.signal }, ref), undefined),
    isDesiredCountChanging(service, now())
      ? optionalRead(readScalingPoliciesAtWork({ ...dependencies, signal: read.signal }, ref), undefined)
      : undefined,
  ]);
  const last =
    newest === undefined
      ? undefined
      : { outcome: deploymentOutcome(newest.status), arn: newest.serviceDeploymentArn };
  const { tasks } = readings;
  const { runs } = readings.findings;
  const withScaling = { ...readings.findings, scaledBy };
  findings.keep(service, withScaling);
  const [family = ''] = revisionNameOf(taskDefinitionArn).split(':');
  const activeDeploymentArn =
    last?.outcome === 'in-progress'
      ? newest?.serviceDeploymentArn
      : (service.currentServiceDeployment ?? setUnderWay(service)?.taskSetArn);

  return {
    ...toServiceRow(service, { revisions, last, findings: withScaling, now: now() }),
    cells: cellsOf(tasks),
    environment,
    taskDefinitionArn,
    family,
    controller: service.deploymentController?.type ?? 'ECS',
    activeDeploymentArn,
    configuration: [
      ...configurationFacts(service, revisions.get(currentRevisionArns(service)[0] ?? '')),
      ...(scaling === undefined ? [] : [{ label: 'Scaling', value: scalingLabel(scaling) }]),
    ],
    runs: imageFacts === undefined ? runs : await withFacts(runs, ref, { found, imageFacts }, read.signal),
    events: (service.events ?? []).map(({ id = '', createdAt, message = '' }) => ({
      id,
      at: (createdAt ?? new Date(0)).toISOString(),
      message,
    })),
    tags: (service.tags ?? []).map(({ key = '', value = '' }) => ({ key, value })),
    consoleUrl: serviceConsoleUrl(ref.region, ref.cluster, ref.service),
    ...(express === undefined ? {} : { express: expressDetail(express) }),
    ...(scaling === undefined ? {} : { scaling }),
  };
}

function scalingLabel({ least, most, isSuspended, policies }: ServiceScaling): string {
  const by = policies.length === 0 ? 'without a policy' : `by ${policies.join(', ')}`;
  return `${least} to ${most} tasks ${by} (Application Auto Scaling)${isSuspended ? ', suspended' : ''}`;
}

/** One service with its tags. Fails with NOT_FOUND when ECS does not know it. */
export async function describeService({ ecs, signal }: Read, ref: ServiceRef): Promise<Service> {
  const command = new DescribeServicesCommand({
    cluster: ref.cluster,
    services: [ref.service],
    include: ['TAGS'],
  });
  const { services = [] } = await ecs.send(command, { abortSignal: signal });
  const [service] = services;
  if (service !== undefined) return withDeployedRevision(service);
  throw new SlipwayError(
    'NOT_FOUND',
    `The service ${ref.service} doesn't exist in the cluster ${ref.cluster}. It may have been deleted; choose another one.`,
  );
}

/** Oldest revision first, as tasks move from left to right. */
function cellsOf(tasks: readonly Task[]): ServiceDetail['cells'] {
  return tasks
    .toSorted((one, other) => (one.createdAt ?? '').localeCompare(other.createdAt ?? ''))
    .slice(-MOST_CELLS)
    .map(({ state }) => state);
}

/** The same lookups; what they find is kept by its reference, so that its facts are not read once more. */
function keepingFound(images: RunningImages, found: Map<string, Image>): RunningImages {
  return {
    movedTag: (...wanted) => images.movedTag(...wanted),
    async findImage(scope, reference, signal) {
      const finding = await images.findImage(scope, reference, signal);
      if (finding.state === 'found') found.set(reference, finding.image);
      return finding;
    },
  };
}

/** A repository that cannot be read does not take the page with it. */
async function withFacts(
  runs: readonly RunningContainer[],
  service: ServiceRef,
  { found, imageFacts }: { readonly found: ReadonlyMap<string, Image>; readonly imageFacts: ImageFacts },
  signal: AbortSignal,
): Promise<RunningContainer[]> {
  const { account, region } = service;
  const factsOf = async (image: string, digest: string): Promise<Image | undefined> => {
    const known = found.get(referenceOf(image, digest));
    // A task definition may name the digest of an index, and what runs is one of its images.
    if (known?.digest === digest) return known;
    return optionalRead(imageFacts({ account, region }, image, digest, signal), undefined);
  };
  return Promise.all(
    runs.map(async (run) => ({
      ...run,
      digests: await Promise.all(
        run.digests.map(async (entry) => ({ ...entry, facts: await factsOf(run.image, entry.digest) })),
      ),
    })),
  );
}
