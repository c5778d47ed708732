import {
  DescribeServiceRevisionsCommand,
  type ECSClient,
  ListServiceDeploymentsCommand,
  type Service,
} from '@aws-sdk/client-ecs';
import { requireOnlyMissing } from './failures.ts';
import type { RollbackTarget } from './use-graph.ts';

interface Read {
  readonly ecs: ECSClient;
  readonly signal: AbortSignal;
}

const PER_PAGE = 100;
/** DescribeServiceRevisions takes no more. */
const DESCRIBED_AT_ONCE = 20;
/** A service that ran the same revision this often in a row is not asked for older ones. */
const MOST_LOOKED_AT = 200;

/**
 * The last `count` different revisions that a service ran with success, and in any case one that differs from what
 * it runs now: the way back. Only the ECS controller has service deployments.
 */
export async function readRollbackTargets(
  read: Read,
  service: Service,
  count: number,
): Promise<readonly RollbackTarget[]> {
  const { serviceArn } = service;
  if (serviceArn === undefined || (service.deploymentController?.type ?? 'ECS') !== 'ECS') return [];
  const revisionArns = await readSuccesses(read, service);
  const worked: string[] = [];
  for (let from = 0; from < revisionArns.length; from += DESCRIBED_AT_ONCE) {
    const found = await taskDefinitionsOf(read, revisionArns.slice(from, from + DESCRIBED_AT_ONCE));
    for (const arn of found) if (!worked.includes(arn)) worked.push(arn);
    if (worked.length > count) break;
  }
  const another = worked.find((arn) => arn !== service.taskDefinition);
  const targets = new Set([...worked.slice(0, count), ...(another === undefined ? [] : [another])]);
  return [...targets].map((taskDefinitionArn) => ({ serviceArn, taskDefinitionArn }));
}

/** The service revisions of the deployments that worked, newest first. */
async function readSuccesses({ ecs, signal }: Read, service: Service): Promise<readonly string[]> {
  const revisionArns: string[] = [];
  let nextToken: string | undefined;
  do {
    const command = new ListServiceDeploymentsCommand({
      cluster: service.clusterArn,
      service: service.serviceArn,
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
  } while (nextToken !== undefined && revisionArns.length < MOST_LOOKED_AT);
  return revisionArns;
}

/** What service revisions run, in the order that they were asked for. */
async function taskDefinitionsOf(
  { ecs, signal }: Read,
  revisionArns: readonly string[],
): Promise<readonly string[]> {
  const command = new DescribeServiceRevisionsCommand({ serviceRevisionArns: [...revisionArns] });
  const { serviceRevisions = [], failures = [] } = await ecs.send(command, { abortSignal: signal });
  requireOnlyMissing(failures);
  return revisionArns.flatMap(
    (arn) => serviceRevisions.find((each) => each.serviceRevisionArn === arn)?.taskDefinition ?? [],
  );
}
