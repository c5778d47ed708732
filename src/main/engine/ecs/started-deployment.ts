import { setTimeout as wait } from 'node:timers/promises';
import {
  DescribeServiceRevisionsCommand,
  type ECSClient,
  ListServiceDeploymentsCommand,
  type ServiceDeploymentBrief,
} from '@aws-sdk/client-ecs';
import type { ServiceRef } from '../../../shared/model/service.ts';
import { withRetry } from '../aws/retry.ts';

/** A new deployment is not listed at once; it takes some seconds. */
const ATTEMPTS = 20;
const PAUSE_MS = 500;
const NEWEST = 20;
/** The clocks of this machine and of AWS may differ by this much. */
const CLOCK_SKEW_MS = 60_000;

/** ARNs of the newest deployments of a service: what is there before an update is sent. */
export async function newestDeployments(
  ecs: ECSClient,
  ref: ServiceRef,
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  const briefs = await listNewest(ecs, ref, signal);
  return new Set(briefs.flatMap(({ serviceDeploymentArn }) => serviceDeploymentArn ?? []));
}

/** The same for those that were there when a call was sent, as far as the clocks agree. */
export async function deploymentsUntil(
  ecs: ECSClient,
  ref: ServiceRef,
  sentAt: Date,
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  const until = sentAt.getTime() - CLOCK_SKEW_MS;
  const briefs = await listNewest(ecs, ref, signal);
  const earlier = briefs.filter(({ createdAt }) => (createdAt?.getTime() ?? 0) < until);
  return new Set(earlier.flatMap(({ serviceDeploymentArn }) => serviceDeploymentArn ?? []));
}

/**
 * The ARN of the deployment that an update has started: one that was not there before and whose target is
 * `taskDefinitionArn`, so that it is not taken for somebody else's. Undefined when ECS does not list it within
 * about ten seconds, or so many `looks`.
 */
export async function findStartedDeployment(
  ecs: ECSClient,
  ref: ServiceRef,
  before: ReadonlySet<string>,
  taskDefinitionArn: string,
  signal: AbortSignal,
  attempts = ATTEMPTS,
): Promise<string | undefined> {
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    const briefs = await withRetry(signal, () => listNewest(ecs, ref, signal));
    const started = briefs.filter(
      ({ serviceDeploymentArn }) => serviceDeploymentArn !== undefined && !before.has(serviceDeploymentArn),
    );
    const ours = await withRetry(signal, () => ofTaskDefinition(ecs, started, taskDefinitionArn, signal));
    if (ours !== undefined) return ours;
    if (attempt < attempts) await wait(PAUSE_MS, undefined, { signal });
  }
  return undefined;
}

async function listNewest(
  ecs: ECSClient,
  { cluster, service }: ServiceRef,
  signal: AbortSignal,
): Promise<readonly ServiceDeploymentBrief[]> {
  const command = new ListServiceDeploymentsCommand({ cluster, service, maxResults: NEWEST });
  const { serviceDeployments } = await ecs.send(command, { abortSignal: signal });
  return serviceDeployments ?? [];
}

async function ofTaskDefinition(
  ecs: ECSClient,
  briefs: readonly ServiceDeploymentBrief[],
  taskDefinitionArn: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const targets = briefs.flatMap(({ targetServiceRevisionArn }) => targetServiceRevisionArn ?? []);
  if (targets.length === 0) return undefined;
  const command = new DescribeServiceRevisionsCommand({ serviceRevisionArns: targets });
  const { serviceRevisions = [] } = await ecs.send(command, { abortSignal: signal });
  const ours = serviceRevisions.find(({ taskDefinition }) => taskDefinition === taskDefinitionArn);
  return briefs.find(
    (brief) => brief.targetServiceRevisionArn === ours?.serviceRevisionArn && ours !== undefined,
  )?.serviceDeploymentArn;
}
