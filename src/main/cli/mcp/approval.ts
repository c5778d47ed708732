import { SlipwayError } from '../../../shared/errors.ts';
import type { Plan } from '../../../shared/model/plan.ts';

/** What is executed: a plan, with the checks that are overridden. */
export interface ExecutionToApprove {
  readonly plan: Plan;
  readonly overrides: readonly string[];
}

/** Asks the person at the client to type a text; undefined when it was declined. */
export type AskPerson = (question: string, text: string, signal: AbortSignal) => Promise<string | undefined>;

interface Approval {
  /** Services whose changes were approved when the server was started: CLUSTER/SERVICE, or SERVICE of its cluster. */
  readonly confirmed: ReadonlySet<string>;
  /** The cluster that the server was started for. */
  readonly cluster: string | undefined;
  /** Missing where the client cannot ask. */
  readonly ask: AskPerson | undefined;
}

/**
 * Returns when a person has approved the execution. Throws PREFLIGHT_FAILED, with what to do, when nobody has: then nothing
 * was sent. A failed check is never overridden by `--confirm`, only by a person who has seen it.
 */
export async function requireApproval(
  { plan, overrides }: ExecutionToApprove,
  { confirmed, cluster, ask }: Approval,
  signal: AbortSignal,
): Promise<void> {
  const { service } = plan.service;
  const place = `${plan.service.cluster}/${service}`;
  const isConfirmed = confirmed.has(place) || (cluster === plan.service.cluster && confirmed.has(service));
  if (isConfirmed && overrides.length === 0) return;
  if (ask === undefined) throw notApproved(plan, isConfirmed);
  const typed = await ask(questionOf(plan, overrides), service, signal);
  if (typed !== service) {
    throw new SlipwayError('PREFLIGHT_FAILED', `“${plan.title}” was not approved. Nothing was sent.`);
  }
}

function notApproved({ title, service }: Plan, isConfirmed: boolean): SlipwayError {
  const place = `${service.cluster}/${service.service}`;
  const how = isConfirmed
    ? 'Checks are overridden by a person only: deploy it in the window or with `slipway deploy`.'
    : `A person can start this server with \`slipway mcp --confirm ${place}\`, use a client that asks (elicitation), or deploy it in the window.`;
  return new SlipwayError('PREFLIGHT_FAILED', `“${title}” was not approved, so nothing was sent. ${how}`);
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
