import {
  DescribeServiceDeploymentsCommand,
  DescribeServiceRevisionsCommand,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  type ECSClient,
  ListServiceDeploymentsCommand,
} from '@aws-sdk/client-ecs';
import { SlipwayError } from '../../../shared/errors.ts';
import type { JournalEntry } from '../../../shared/model/journal.ts';
import type { Plan, Release } from '../../../shared/model/plan.ts';
import type { ServiceRef } from '../../../shared/model/service.ts';
import { deploymentOutcome } from '../ecs/deployment-outcome.ts';

/** How a service is, as AWS itself says. */
export interface AwsState {
  readonly taskDefinition: string;
  /** Of its first container. */
  readonly image: string;
  readonly desiredCount: number;
  /** The ARNs of its newest deployments. */
  readonly deployments: ReadonlySet<string>;
}

export async function readState(truth: ECSClient, { cluster, service }: ServiceRef): Promise<AwsState> {
  const [described, listed] = await Promise.all([
    truth.send(new DescribeServicesCommand({ cluster, services: [service] })),
    truth.send(new ListServiceDeploymentsCommand({ cluster, service, maxResults: 100 })),
  ]);
  const { taskDefinition = '', desiredCount = 0 } = described.services?.[0] ?? {};
  const revision = await truth.send(new DescribeTaskDefinitionCommand({ taskDefinition }));
  const arns = listed.serviceDeployments?.flatMap(({ serviceDeploymentArn }) => serviceDeploymentArn ?? []);
  return {
    taskDefinition,
    desiredCount,
    image: revision.taskDefinition?.containerDefinitions?.[0]?.image ?? '',
    deployments: new Set(arns),
  };
}

/** What Slipway was asked for, and what it says became of it. */
interface Said {
  readonly truth: ECSClient;
  readonly plan: Plan;
  readonly before: AwsState;
  readonly sent: Release | SlipwayError;
  readonly entry: JournalEntry | undefined;
}

/** What is wrong about what Slipway says, in words; undefined when AWS says the same. */
export async function faultOf(said: Said): Promise<string | undefined> {
  const { truth, plan, before, sent, entry } = said;
  const after = await readState(truth, plan.service);
  const started = [...after.deployments].filter((arn) => !before.deployments.has(arn));
  if (sent instanceof SlipwayError) return faultOfRefusal(said, after, started);
  if (entry?.id !== sent.id) return 'the journal does not have it';
  if (plan.kind === 'scale') return faultOfScaling(said, after, started);
  const [arn] = started;
  if (started.length !== 1 || arn === undefined) return `${started.length} deployments were started`;
  if (arn !== entry.deploymentArn) return `followed ${entry.deploymentArn}, and started ${arn}`;
  return faultOfDeployment(truth, entry, before.taskDefinition);
}

/**
 * The same for the end of one deployment, whoever has started or stopped it. A release that registers and names no
 * revision deploys the one that the service had.
 */
export async function faultOfDeployment(
  truth: ECSClient,
  entry: JournalEntry,
  had?: string,
): Promise<string | undefined> {
  const { deploymentArn = '', outcome, taskDefinitionArn = had, kind } = entry;
  const described = await truth.send(
    new DescribeServiceDeploymentsCommand({ serviceDeploymentArns: [deploymentArn] }),
  );
  const [deployment] = described.serviceDeployments ?? [];
  if (outcome !== deploymentOutcome(deployment?.status)) return `said ${outcome} of ${deployment?.status}`;
  if (kind === 'stop') return undefined;
  const serviceRevisionArns = [deployment?.targetServiceRevision?.arn ?? ''];
  const { serviceRevisions } = await truth.send(new DescribeServiceRevisionsCommand({ serviceRevisionArns }));
  const runs = serviceRevisions?.[0]?.taskDefinition;
  return runs === taskDefinitionArn
    ? undefined
    : `said that ${taskDefinitionArn} was deployed, it was ${runs}`;
}

function faultOfScaling(
  { plan, before, entry }: Said,
  after: AwsState,
  started: readonly string[],
): string | undefined {
  if (started.length > 0) return 'a deployment was started';
  const isDone = entry?.state === 'done';
  const hasChanged = after.desiredCount !== before.desiredCount;
  return isDone === hasChanged ? undefined : `${plan.title}: said ${entry?.state} of ${after.desiredCount}`;
}

function faultOfRefusal(
  { sent, before, entry }: Said,
  after: AwsState,
  started: readonly string[],
): string | undefined {
  if (!(sent instanceof SlipwayError)) return undefined;
  if (started.length > 0) return `said ${sent.message}, and has started ${started.join(', ')}`;
  if (after.taskDefinition !== before.taskDefinition)
    return `said ${sent.message}, and runs another revision`;
  if (after.desiredCount !== before.desiredCount) return `said ${sent.message}, and has scaled`;
  if (sent.detail.releaseId === undefined || entry?.state === 'unfinished') return undefined;
  return `left ${sent.detail.taskDefinitionArn} behind without saying so`;
}
