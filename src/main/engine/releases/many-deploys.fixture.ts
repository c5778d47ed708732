import { setTimeout as wait } from 'node:timers/promises';
import { DescribeServiceDeploymentsCommand, DescribeServicesCommand, ECSClient } from '@aws-sdk/client-ecs';
import type { Client } from '../../../shared/client.ts';
import { SlipwayError } from '../../../shared/errors.ts';
import type { JournalEntry } from '../../../shared/model/journal.ts';
import type { Release } from '../../../shared/model/plan.ts';
import type { ServiceRef } from '../../../shared/model/service.ts';
import { deploymentOutcome } from '../catalog/deployment-outcome.ts';

export interface ManyDeploys {
  readonly client: Client;
  /** Asks AWS itself, however often that fails. */
  readonly truth: ECSClient;
  /** Deployed one after the other; the services at the same time. */
  readonly services: readonly ServiceRef[];
  readonly rounds: number;
}

export interface Tally {
  readonly deploys: number;
  /** How they ended, as Slipway says. */
  readonly outcomes: Readonly<Record<string, number>>;
  /** Those of which Slipway says something else than AWS, a sentence each. */
  readonly wrong: readonly string[];
}

/** A client that gives up only after many failures, to ask AWS how it really is. */
export function truthOf(aws: {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}): ECSClient {
  const { endpoint, region, credentials } = aws;
  return new ECSClient({ endpoint, region, credentials, maxAttempts: 40 });
}

/** Deploys a new revision to each of the services, again and again, and holds what Slipway says against AWS. */
export async function deployMany(many: ManyDeploys): Promise<Tally> {
  const outcomes: Record<string, number> = {};
  const wrong: string[] = [];
  let deploys = 0;
  await Promise.all(
    many.services.map(async (service) => {
      for (let round = 1; round <= many.rounds; round += 1) {
        const end = await deployOnce(many, service, round);
        deploys += 1;
        outcomes[end.said] = (outcomes[end.said] ?? 0) + 1;
        if (end.fault !== undefined) wrong.push(`${service.cluster}/${service.service}: ${end.fault}`);
      }
    }),
  );
  return { deploys, outcomes, wrong };
}

interface End {
  readonly said: string;
  readonly fault?: string;
}

async function deployOnce(many: ManyDeploys, service: ServiceRef, round: number): Promise<End> {
  const { client } = many;
  const set = [{ name: 'ROUND', value: String(round) }];
  const change = { environment: [{ container: 'app', set }] };
  const before = await runningNow(many, service);
  const plan = await untilAnswered(() => client.call('releases.plan', { service, change }));
  const confirmation = plan.confirmation === undefined ? {} : { confirmation: plan.confirmation };
  const sent = await client
    .call('releases.execute', { plan: plan.id, overrides: [], ...confirmation })
    .catch((error: unknown) => failed(error));
  await untilOver(client, plan.id);
  const { entries } = await client.call('journal.list', {
    subject: service.service,
    cluster: service.cluster,
    limit: 1,
  });
  const [entry] = entries;
  return sent instanceof SlipwayError
    ? checkStopped(many, service, { sent, before, entry })
    : checkEnded(many, sent, entry);
}

async function checkEnded(
  many: ManyDeploys,
  release: Release,
  entry: JournalEntry | undefined,
): Promise<End> {
  const said = entry?.outcome ?? entry?.state ?? 'nothing';
  const command = new DescribeServiceDeploymentsCommand({
    serviceDeploymentArns: [release.deploymentArn ?? ''],
  });
  const status = (await many.truth.send(command)).serviceDeployments?.[0]?.status;
  const isRight = entry?.id === release.id && entry.outcome === deploymentOutcome(status);
  return isRight ? { said } : { said, fault: `said ${said} of ${status}` };
}

async function checkStopped(
  many: ManyDeploys,
  service: ServiceRef,
  stopped: { readonly sent: SlipwayError; readonly before: string; readonly entry: JournalEntry | undefined },
): Promise<End> {
  const { sent, before, entry } = stopped;
  const now = await runningNow(many, service);
  const said = `not started (${sent.code})`;
  if (now !== before) return { said, fault: `said ${sent.message}, and runs ${now}` };
  if (sent.detail.releaseId !== undefined && entry?.state !== 'unfinished')
    return { said, fault: `left ${sent.detail.taskDefinitionArn} behind without saying so` };
  return { said };
}

async function runningNow({ truth }: ManyDeploys, { cluster, service }: ServiceRef): Promise<string> {
  const found = await truth.send(new DescribeServicesCommand({ cluster, services: [service] }));
  return found.services?.[0]?.taskDefinition ?? '';
}

async function untilOver(client: Client, plan: string): Promise<void> {
  for (;;) {
    const job = (await client.call('jobs.list', {})).find(({ id }) => id === plan);
    if (job === undefined || job.state === 'ended') return;
    await wait(100);
  }
}

/** A plan is made of reads only: whoever makes it may try again. */
async function untilAnswered<T>(ask: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!failed(error).retryable && failed(error).code !== 'THROTTLED') throw error;
      await wait(100);
    }
  }
}

function failed(error: unknown): SlipwayError {
  if (error instanceof SlipwayError) return error;
  throw error;
}
