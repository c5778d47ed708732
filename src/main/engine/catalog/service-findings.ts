import type { Service, TaskDefinition } from '@aws-sdk/client-ecs';
import type { ClusterRef } from '../../../shared/model/cluster.ts';
import type { RunningContainer } from '../../../shared/model/service.ts';
import type { Task } from '../../../shared/model/task.ts';
import { eachOfFew } from '../ecs/batches.ts';
import { describeRevision, isRevisionGone } from '../ecs/describe-revision.ts';
import type { ImageLookup } from '../images/image-lookup.ts';
import { failureGroups } from '../task-failures/failure-groups.ts';
import type { Read } from './deployments.ts';
import { optionalRead } from './optional-reads.ts';
import { runningContainers } from './running-containers.ts';
import type { MovedTag, ServiceFindings } from './service-problem.ts';
import { primaryDeployment, serviceState } from './service-state.ts';
import { readRunningTasks, readServiceTasks } from './tasks.ts';

/** What is asked of the registry about running images. */
export type RunningImages = Pick<ImageLookup, 'findImage' | 'movedTag'>;

/** What was read of one service besides DescribeServices. */
export interface ServiceReadings {
  readonly findings: ServiceFindings;
  /** Tasks that should run; empty where they may not be read. */
  readonly tasks: readonly Task[];
  /** `missing` when ECS has no such revision; undefined where it could not be read. */
  readonly taskDefinition: TaskDefinition | 'missing' | undefined;
}

/**
 * Reads what distinguishes a healthy service from one that only looks healthy: the status of its revision, its tasks, stopped
 * ones too unless it is steady, and whether the images of its tasks are still in ECR, under their tags. The ARNs of its
 * running tasks may have been asked for already.
 */
export async function readServiceFindings(
  read: Read,
  { account, region, cluster }: ClusterRef,
  service: Service,
  images: RunningImages | undefined,
  listed?: Promise<readonly string[]>,
): Promise<ServiceReadings> {
  const ref = { account, region, cluster, service: service.serviceName ?? '' };
  const isSteady = serviceState(service) === 'steady';
  const [taskDefinition, all] = await Promise.all([
    optionalRead(readTaskDefinition(read, service.taskDefinition ?? ''), undefined),
    optionalRead(isSteady ? readRunningTasks(read, ref, listed) : readServiceTasks(read, ref, listed), []),
  ]);
  const id = primaryDeployment(service)?.id;
  const tasks = all.filter(
    ({ lastStatus, desiredStatus }) => lastStatus !== 'STOPPED' && desiredStatus !== 'STOPPED',
  );
  const runs = runningContainers(taskDefinition === 'missing' ? undefined : taskDefinition, tasks);
  const scope = { account, region };
  const [missingImages, movedTags] = await Promise.all([
    imagesMissing(runs, async (image) => {
      const finding = await images?.findImage(scope, image, read.signal);
      return finding?.state === 'missing';
    }),
    tagsMoved(runs, async (image, digest) => {
      if (images === undefined) return undefined;
      return optionalRead(images.movedTag(scope, image, digest, read.signal), undefined);
    }),
  ]);
  return {
    tasks,
    taskDefinition,
    findings: {
      revisionStatus: taskDefinition === 'missing' ? 'missing' : taskDefinition?.status,
      failures: failureGroups(all.filter(({ startedBy }) => startedBy === id)),
      runs,
      missingImages,
      movedTags,
    },
  };
}

async function readTaskDefinition(
  { ecs, signal }: Read,
  arn: string,
): Promise<TaskDefinition | 'missing' | undefined> {
  if (arn === '') return undefined;
  try {
    return (await describeRevision(ecs, arn, signal)).taskDefinition;
  } catch (error) {
    if (isRevisionGone(error)) return 'missing';
    throw error;
  }
}

/** By the digests that run, or by what the task definition names where nothing runs. */
async function imagesMissing(
  runs: readonly RunningContainer[],
  isMissing: (image: string) => Promise<boolean>,
): Promise<readonly string[]> {
  const found = await eachOfFew(runs, async ({ image, digests }) => {
    const [running] = digests;
    const reference = running === undefined ? image : referenceOf(image, running.digest);
    return (await isMissing(reference)) ? [image] : [];
  });
  return found.flat();
}

/** An image with the digest that runs, whatever its tag stands for by now. */
export function referenceOf(image: string, digest: string): string {
  return image.includes('@') ? image : `${image}@${digest}`;
}

/** Tags that stand for another image than the one that runs; where two images run, that says more. */
async function tagsMoved(
  runs: readonly RunningContainer[],
  movedTo: (image: string, digest: string) => Promise<string | undefined>,
): Promise<readonly MovedTag[]> {
  const found = await eachOfFew(runs, async ({ container, image, digests }) => {
    const [running, another] = digests;
    if (running === undefined || another !== undefined) return [];
    const now = await movedTo(image, running.digest);
    return now === undefined ? [] : [{ container, image, running: running.digest, now }];
  });
  return found.flat();
}
