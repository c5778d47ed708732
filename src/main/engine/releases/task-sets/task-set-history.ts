import { DescribeTaskDefinitionCommand, type ECSClient, type Service } from '@aws-sdk/client-ecs';
import type { Deployment, DeploymentOutcome } from '../../../../shared/model/deployment.ts';
import type { JournalEntry } from '../../../../shared/model/journal.ts';
import type { ServiceRef } from '../../../../shared/model/service.ts';
import { lastPartOf, revisionNameOf } from '../../aws/arns.ts';
import type { Aws } from '../../aws/aws.ts';
import { awsErrorName } from '../../aws/errors.ts';
import { rollbackTarget } from '../../catalog/rollback-target.ts';
import {
  comingSetsOf,
  isReleasedByTaskSets,
  isTaskSetArn,
  type ServiceTaskSet,
  taskSetsOf,
} from '../../ecs/service-task-sets.ts';
import type { Journal } from '../../journal/journal.ts';
import type { Handlers } from '../../ports/handlers.ts';
import { readAnyService } from '../model/service-reading.ts';
import { releaseMembers } from './release-of-entry.ts';

type Reads = Pick<Handlers, 'services.deployments'>;
type Images = Deployment['images'];

/** How many releases have their images read. */
const MOST_WITH_IMAGES = 20;

/**
 * The read of a service's deployments, for services of task sets too: ECS keeps no service deployments of those, so
 * that their past is what the journal knows, and their present the task sets that exist.
 */
export function withTaskSetReleases(
  reads: Reads,
  { aws, journal }: { readonly aws: Aws; readonly journal: Journal },
): Reads {
  // A revision never changes.
  const imagesOfRevisions = new Map<string, Images>();

  async function imagesOf(ecs: ECSClient, taskDefinition: string, signal: AbortSignal): Promise<Images> {
    const known = imagesOfRevisions.get(taskDefinition);
    if (known !== undefined) return known;
    const images = await readImages(ecs, taskDefinition, signal);
    imagesOfRevisions.set(taskDefinition, images);
    return images;
  }

  return {
    async 'services.deployments'(ref, context) {
      const { signal } = context;
      const deployments = await reads['services.deployments'](ref, context);
      if (deployments.length > 0) return deployments;
      const ecs = aws.ecs(ref, 'visible');
      const service = await readAnyService(ecs, ref, signal);
      if (!isReleasedByTaskSets(service)) return deployments;
      const releases = releasesOf(service, entriesOf(journal, ref));
      const seen = await Promise.all(
        releases.map(async (release, index) => {
          const { taskDefinitionArn } = release;
          if (taskDefinitionArn === undefined || index >= MOST_WITH_IMAGES) return release;
          return { ...release, images: await imagesOf(ecs, taskDefinitionArn, signal) };
        }),
      );
      const target = rollbackTarget(seen);
      return seen.map((release) => ({ ...release, isRollbackTarget: release === target }));
    },
  };
}

/** The releases of a service with task sets, newest first; for a set that was made primary again, the last one. */
export function releasesOf(service: Service, entries: readonly JournalEntry[]): readonly Deployment[] {
  const ofEntries = new Map<string, Deployment>();
  for (const entry of entries) {
    const { deploymentArn } = entry;
    if (deploymentArn === undefined || ofEntries.has(deploymentArn)) continue;
    const set = taskSetsOf(service).find(({ taskSetArn }) => taskSetArn === deploymentArn);
    ofEntries.set(deploymentArn, releaseOfEntry(entry, deploymentArn, set));
  }
  const coming = new Set(comingSetsOf(service).map(({ taskSetArn }) => taskSetArn));
  const ofOthers = taskSetsOf(service)
    .filter(({ taskSetArn, status }) => status !== 'DRAINING' && !ofEntries.has(taskSetArn))
    .map((set) => releaseOfSet(set, coming.has(set.taskSetArn) ? 'in-progress' : outcomeOfSet(set)));
  return [...ofEntries.values(), ...ofOthers].toSorted((one, other) =>
    (other.createdAt ?? '').localeCompare(one.createdAt ?? ''),
  );
}

function releaseOfEntry(entry: JournalEntry, arn: string, set: ServiceTaskSet | undefined): Deployment {
  return {
    arn,
    id: lastPartOf(arn),
    status: set?.status ?? 'MISSING',
    outcome: entry.outcome ?? (entry.state === 'open' ? 'in-progress' : 'failed'),
    ...releaseMembers(entry, set?.taskDefinition),
  };
}

/** A set that was made by other means: ECS says nothing of its past. */
function releaseOfSet(set: ServiceTaskSet, outcome: DeploymentOutcome): Deployment {
  const { taskSetArn: arn, status = '', taskDefinition, createdAt } = set;
  return {
    arn,
    id: lastPartOf(arn),
    status,
    outcome,
    ...(createdAt === undefined ? {} : { createdAt: createdAt.toISOString() }),
    ...(taskDefinition === undefined
      ? {}
      : { taskDefinitionArn: taskDefinition, revision: revisionNameOf(taskDefinition) }),
    images: [],
    isRollbackTarget: false,
  };
}

function outcomeOfSet({ status, stabilityStatus }: ServiceTaskSet): DeploymentOutcome {
  return status === 'PRIMARY' && stabilityStatus === 'STEADY_STATE' ? 'succeeded' : 'unknown';
}

function entriesOf(
  { entries }: Journal,
  { account, region, cluster, service }: ServiceRef,
): readonly JournalEntry[] {
  return entries
    .list({ account, region, cluster, subject: service })
    .filter(({ kind, deploymentArn }) => kind !== 'stop' && isTaskSetArn(deploymentArn ?? ''));
}

/** Undefined for a permanently deleted revision. */
async function readImages(ecs: ECSClient, taskDefinition: string, signal: AbortSignal): Promise<Images> {
  try {
    const command = new DescribeTaskDefinitionCommand({ taskDefinition });
    const described = await ecs.send(command, { abortSignal: signal });
    return (described.taskDefinition?.containerDefinitions ?? []).map(({ name = '', image = '' }) => ({
      container: name,
      image,
    }));
  } catch (error) {
    if (awsErrorName(error) === 'ClientException') return [];
    throw error;
  }
}
