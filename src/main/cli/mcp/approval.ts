import { userInfo } from 'node:os';
import type { Client } from '../../../shared/client.ts';
import { SlipwayError } from '../../../shared/errors.ts';
import type { ApprovalAnswer } from '../../../shared/model/approval.ts';
import type { Plan } from '../../../shared/model/plan.ts';

/** What is executed: a plan, with the checks that are overridden. */
interface ExecutionToApprove {
  readonly plan: Plan;
  readonly overrides: readonly string[];
  readonly why?: string | undefined;
  readonly link?: string | undefined;
}

/** Asks the person at the client to type a text; undefined when it was declined. */
export type AskPerson = (question: string, text: string, signal: AbortSignal) => Promise<string | undefined>;

interface Approval {
  readonly client: Client;
  /** The program at the other end, as it names itself. */
  readonly requester: string;
  /** Services whose changes were approved when the server was started: CLUSTER/SERVICE, or SERVICE of its cluster. */
  readonly confirmed: ReadonlySet<string>;
  /** The cluster that the server was started for. */
  readonly cluster: string | undefined;
  /** Missing where the client cannot ask. */
  readonly ask: AskPerson | undefined;
  /** How long the window is waited for. Where the client asks too, for as long as it does. */
  readonly waitSeconds: number;
}

/** An answer, and where it was given. */
interface Answer {
  readonly answer: ApprovalAnswer;
  readonly at: string;
}

/** A person has ten minutes to answer a question of the client. */
export const ANSWER_MS = 600_000;

/**
 * Returns who has approved the execution, and where: at the start of the server, in the window, or at the client. The
 * first answer counts. Throws PREFLIGHT_FAILED, with what to do, when there is none, or it is no: then nothing was sent. A
 * failed check is never overridden by `--confirm`, only by a person who has seen it.
 */
export async function requireApproval(
  execution: ExecutionToApprove,
  approval: Approval,
  signal: AbortSignal,
): Promise<string> {
  const { plan, overrides } = execution;
  const { service } = plan.service;
  const place = `${plan.service.cluster}/${service}`;
  const { confirmed, cluster } = approval;
  const isConfirmed = confirmed.has(place) || (cluster === plan.service.cluster && confirmed.has(service));
  // The window and this process belong to one user of this machine: their data folder is closed to others.
  const who = userName();
  const { requester } = approval;
  if (isConfirmed && overrides.length === 0) return `${who} with slipway mcp --confirm, for ${requester}`;
  const { answer, at } = await firstAnswer(execution, approval, signal);
  if (answer === 'approved') return `${who} ${at}, for ${requester}`;
  if (answer === 'waiting') throw stillWaiting(plan, isConfirmed);
  throw new SlipwayError('PREFLIGHT_FAILED', `“${plan.title}” was not approved. Nothing was sent.`);
}

/** The user of this machine. A container may run as a user without a name. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return 'a person';
  }
}

/** Asks in the window and, where it can, at the client. The question that was not answered is withdrawn. */
async function firstAnswer(
  { plan, overrides, why, link }: ExecutionToApprove,
  { client, requester, ask, waitSeconds }: Approval,
  signal: AbortSignal,
): Promise<Answer> {
  const answered = new AbortController();
  const open = AbortSignal.any([signal, answered.signal]);
  const atWindow = client
    .call(
      'approvals.request',
      {
        plan: plan.id,
        requester,
        overrides,
        waitSeconds: ask === undefined ? waitSeconds : ANSWER_MS / 1000,
        ...(why === undefined ? {} : { why }),
        ...(link === undefined ? {} : { link }),
      },
      { signal: open },
    )
    .then(({ answer }): Answer => ({ answer, at: 'in the window' }));
  const answers = [atWindow, ...(ask === undefined ? [] : [answerOf(ask, { plan, overrides }, open)])];
  // What the other question answers after the first one is the end of it.
  for (const each of answers) each.catch(() => undefined);
  try {
    return await Promise.race(answers);
  } finally {
    answered.abort();
  }
}

async function answerOf(
  ask: AskPerson,
  { plan, overrides }: ExecutionToApprove,
  signal: AbortSignal,
): Promise<Answer> {
  const { service } = plan.service;
  const typed = await ask(questionOf(plan, overrides), service, signal);
  return { answer: typed === service ? 'approved' : 'refused', at: 'at the client' };
}

function stillWaiting({ title, service }: Plan, isConfirmed: boolean): SlipwayError {
  const place = `${service.cluster}/${service.service}`;
  const otherWay = isConfirmed
    ? '`--confirm` does not override checks; only a person can.'
    : `Another way is to start this server with \`slipway mcp --confirm ${place}\`.`;
  return new SlipwayError(
    'PREFLIGHT_FAILED',
    `“${title}” waits for approval in Slipway's window, so nothing was sent. Ask the person to open it, then call this tool ` +
      `with the same input again. ${otherWay}`,
  );
}

/** What a person decides on: where, which images, what is wrong, what is sent. */
function questionOf(plan: Plan, overrides: readonly string[]): string {
  const { account, region, cluster, service } = plan.service;
  const images = plan.images.map(
    ({ container, before, after }) => `${container}: ${before?.image ?? 'none'} → ${after?.image ?? 'none'}`,
  );
  const problems = plan.checks
    .filter(({ result }) => result === 'fail' || result === 'warn')
    .map(({ message }) => `Check: ${message}`);
  return [
    `${plan.title} (${plan.environment}, ${account}, ${region}, ${cluster})`,
    ...images,
    ...problems,
    ...(overrides.length === 0 ? [] : [`Overridden: ${overrides.join(', ')}`]),
    `Calls: ${plan.calls.map(({ operation }) => operation).join(', ')}`,
    `Type ${service} to approve it.`,
  ].join('\n');
}
