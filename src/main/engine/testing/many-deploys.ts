import { setTimeout as wait } from 'node:timers/promises';
import type { ECSClient } from '@aws-sdk/client-ecs';
import type { Client } from '../../../shared/client.ts';
import { SlipwayError } from '../../../shared/errors.ts';
import type { Change } from '../../../shared/model/change.ts';
import type { JournalEntry } from '../../../shared/model/journal.ts';
import { overrideOf, type Plan } from '../../../shared/model/plan.ts';
import { type AwsState, faultOf, faultOfDeployment, readState } from './compare-with-aws.ts';
import type { DeploySubject } from './deploy-subjects.ts';

export interface ManyDeploys {
  readonly client: Client;
  /** Asks AWS itself, however often that fails. */
  readonly truth: ECSClient;
  /** Changed one time after the other; the services at the same time. */
  readonly subjects: readonly DeploySubject[];
  readonly rounds: number;
}

export interface Tally {
  readonly deploys: number;
  /** How they ended, as Slipway says, by what was done. */
  readonly outcomes: Readonly<Record<string, number>>;
  /** Those of which Slipway says something else than AWS, a sentence each. */
  readonly wrong: readonly string[];
}

/** What is done to a service in a round; the order is the same for each, from another beginning. */
const PROGRESS = ['image', 'variable', 'crash', 'again', 'image', 'rollback', 'scale', 'variable'] as const;
type Doing = (typeof PROGRESS)[number];

/** Changes each of the services again and again, and holds what Slipway says against AWS. */
export async function deployMany(many: ManyDeploys): Promise<Tally> {
  const outcomes: Record<string, number> = {};
  const wrong: string[] = [];
  let deploys = 0;
  const count = (subject: DeploySubject, { said, fault }: End): void => {
    outcomes[said] = (outcomes[said] ?? 0) + 1;
    if (fault !== undefined) wrong.push(`${subject.ref.service}, ${said}: ${fault}`);
  };
  await Promise.all(
    many.subjects.map(async (subject, index) => {
      for (let round = 1; round <= many.rounds; round += 1) {
        const doing = PROGRESS[(index + round) % PROGRESS.length] ?? 'variable';
        const ends = await changeOnce({ ...many, subject, doing, round });
        deploys += 1;
        for (const end of ends) count(subject, end);
      }
    }),
  );
  return { deploys, outcomes, wrong };
}

interface End {
  readonly said: string;
  readonly fault?: string;
}

interface Once extends ManyDeploys {
  readonly subject: DeploySubject;
  readonly doing: Doing;
  readonly round: number;
}

/** Returns how the change ended, and the stops that it took. */
async function changeOnce(once: Once): Promise<readonly End[]> {
  const { truth, subject, doing } = once;
  const before = await readState(truth, subject.ref);
  const plan = await planOf(once, before);
  if (plan instanceof SlipwayError) return [{ said: `${doing} not planned (${plan.code})` }];
  const sent = await carryOut(once, plan);
  const neverEnds = doing === 'crash' && !subject.hasCircuitBreaker;
  const stops = neverEnds ? await stopInFlight(once, plan) : [];
  const entry = await entryWhenOver(once, plan);
  const code = sent instanceof SlipwayError ? sent.code : 'nothing';
  const fault = await faultOf({ truth, plan, before, sent, entry });
  return [end(`${doing} ${entry?.outcome ?? entry?.state ?? code}`, fault), ...stops];
}

function end(said: string, fault: string | undefined): End {
  return fault === undefined ? { said } : { said, fault };
}

/** A plan is made of reads only: whoever makes it may try again. A rollback that doesn't exist is said. */
async function planOf({ client, subject, doing, round }: Once, before: AwsState) {
  const { ref: service } = subject;
  if (doing !== 'rollback') {
    const change = changeOf(subject, doing, round, before);
    return untilAnswered(() => client.call('releases.plan', { service, change }));
  }
  return untilAnswered(() => client.call('releases.planRollback', { service })).catch((error: unknown) => {
    if (error instanceof SlipwayError && ['CONFLICT', 'NOT_FOUND'].includes(error.code)) return error;
    throw error;
  });
}

function changeOf(
  { images }: DeploySubject,
  doing: Exclude<Doing, 'rollback'>,
  round: number,
  { desiredCount, image }: AwsState,
): Change {
  const [one, other] = images.healthy;
  const set = (reference: string) => ({ images: [{ container: 'app', image: reference }] });
  switch (doing) {
    case 'image':
      return set(image === one ? other : one);
    case 'crash':
      return set(images.crashing);
    case 'variable':
      return {
        ...set(one),
        environment: [{ container: 'app', set: [{ name: 'ROUND', value: String(round) }] }],
      };
    case 'again':
      return { ...set(one), forceNewDeployment: true };
    case 'scale':
      return { desiredCount: desiredCount === 1 ? 2 : 1 };
  }
}

/** As a person goes ahead: with the checks that failed overridden. */
async function carryOut({ client }: Pick<Once, 'client'>, { id, checks, confirmation }: Plan) {
  const overrides = checks.filter(({ result }) => result === 'fail').map(overrideOf);
  const confirmed = confirmation === undefined ? {} : { confirmation };
  try {
    return await client.call('releases.execute', { plan: id, overrides, ...confirmed });
  } catch (error) {
    return failed(error);
  }
}

/** Nothing but a person ends the deployment of an image that crashes where there is no circuit breaker. */
async function stopInFlight(once: Once, deploy: Plan): Promise<readonly End[]> {
  const stops: End[] = [];
  while (await isInProgress(once, deploy)) {
    const plan = await planOf({ ...once, doing: 'rollback' }, await readState(once.truth, once.subject.ref));
    // Once it has ended, or is not seen yet, the rollback is another deployment.
    if (plan instanceof SlipwayError || plan.kind !== 'stop') {
      await wait(200);
      continue;
    }
    const sent = await carryOut(once, plan);
    const entry = await entryWhenOver(once, plan);
    if (sent instanceof SlipwayError || entry === undefined) stops.push({ said: 'stop refused' });
    else stops.push(end(`stop ${entry.outcome ?? entry.state}`, await faultOfDeployment(once.truth, entry)));
  }
  return stops;
}

async function isInProgress({ client }: Once, { id }: Plan): Promise<boolean> {
  const job = (await client.call('jobs.list', {})).find((each) => each.id === id);
  return job !== undefined && job.state !== 'ended';
}

/** What the journal says of a plan once nothing is at work on it. */
async function entryWhenOver(once: Once, plan: Plan): Promise<JournalEntry | undefined> {
  while (await isInProgress(once, plan)) await wait(100);
  const { cluster, service } = once.subject.ref;
  const { entries } = await once.client.call('journal.list', { subject: service, cluster, limit: 10 });
  return entries.find((entry) => entry.plan === plan.id);
}

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
