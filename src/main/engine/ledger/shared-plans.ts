import { z } from 'zod';
import { SlipwayError } from '../../../shared/errors.ts';
import { lazyObject } from '../../../shared/model/lazy-objects.ts';
import { SharedPlan } from '../../../shared/model/shared-plan.ts';
import { utcText } from '../../../shared/moment-text.ts';
import { lastPartOf } from '../aws/arns.ts';
import type { LedgerItem } from './ledger-items.ts';
import { BY_DAY, EXPIRES, sharedPlanKey } from './ledger-keys.ts';
import type { Ledger } from './ledger-table.ts';

/** A plan older than this says nothing about the service any more. */
const KEPT_MS = 24 * 60 * 60 * 1000;
/** One page of the index holds more. */
const MOST_LISTED = 100;
/** The partition of the index byDay that lists the plans which wait; `dsk` is when they expire. */
const WAITING = 'plans';

/** The version of what is in `content`. */
const SCHEMA = 1;

/**
 * A plan as the ledger keeps it. Its account is the one of the table; ids of accounts are those of a machine. `intent` and
 * `parts` are read by whoever makes plans.
 */
const Content = lazyObject(() => ({
  ...SharedPlan.omit({ service: true, id: true }).shape,
  schema: z.literal(SCHEMA),
  region: z.string(),
  cluster: z.string(),
  service: z.string(),
  commit: z.string().optional(),
  intent: z.unknown(),
  parts: z.unknown(),
}));

/** A shared plan with what it is made again from. */
export interface LedgerPlanItem {
  readonly plan: SharedPlan;
  readonly commit?: string | undefined;
  readonly intent: unknown;
  readonly parts: unknown;
}

/** A plan that is to be shared: the times are the ledger's. */
export type NewSharedPlan = Omit<LedgerPlanItem, 'plan'> & {
  readonly plan: Omit<SharedPlan, 'at' | 'expiresAt'>;
};

/** Puts a plan into the ledger, once: a plan that is there already is answered as it is. */
export async function sharePlan(
  ledger: Ledger,
  { plan, ...rest }: NewSharedPlan,
  signal: AbortSignal,
): Promise<SharedPlan> {
  const { id, service: ref, ...facts } = plan;
  const { region, cluster, service } = ref;
  // The first answer of the ledger tells AWS's time, so that a clock that is a day off shares no plan that has expired.
  await ledger.get(sharedPlanKey(id), { signal });
  const now = ledger.ledgerTime();
  const at = now.toISOString();
  const expires = new Date(now.getTime() + KEPT_MS);
  const expiresAt = expires.toISOString();
  const content = { ...facts, ...rest, at, expiresAt, region, cluster, service, schema: SCHEMA };
  const item = {
    ...sharedPlanKey(id),
    dpk: WAITING,
    dsk: `${expiresAt}#${id}`,
    [EXPIRES]: Math.floor(expires.getTime() / 1000),
    hash: facts.hash,
    plannedBy: facts.plannedBy,
    content: JSON.stringify(content),
  };
  const written = await ledger.put(item, { expression: 'attribute_not_exists(pk)' }, { signal });
  if (written.kind === 'written') return { ...plan, at, expiresAt };
  const found = written.found === undefined ? undefined : read(ledger, written.found);
  if (found === undefined) throw unreadable();
  return found.plan;
}

/**
 * The plan, if it waits. Throws NOT_FOUND for one that does not exist or has expired, CONFLICT for one that was executed or
 * withdrawn.
 */
export async function findSharedPlan(
  ledger: Ledger,
  id: string,
  signal: AbortSignal,
): Promise<LedgerPlanItem> {
  const item = await ledger.get(sharedPlanKey(id), { signal });
  requireWaiting(item);
  const found = item === undefined ? undefined : read(ledger, item);
  if (item !== undefined && found === undefined) throw unreadable();
  // Time to live deletes within days, not at once.
  if (found === undefined || Date.parse(found.plan.expiresAt) <= ledger.ledgerTime().getTime()) {
    throw new SlipwayError(
      'NOT_FOUND',
      `No plan ${id} waits in the ledger ${ledger.table}: plans are kept for one day. Ask for a new one.`,
    );
  }
  return found;
}

/** The plans of a cluster that wait, the next to expire first. */
export async function waitingPlans(
  ledger: Ledger,
  { region, cluster }: { readonly region: string; readonly cluster: string },
  signal: AbortSignal,
): Promise<readonly SharedPlan[]> {
  // Until the first answer the time is that of this machine, whose clock may be a day ahead.
  await ledger.ready();
  const now = ledger.ledgerTime();
  const where = {
    expression: 'dpk = :waiting AND dsk > :now',
    values: { ':waiting': WAITING, ':now': now.toISOString() },
  };
  const { items } = await ledger.query({ index: BY_DAY, where, limit: MOST_LISTED }, { signal });
  return items
    .flatMap((item) => read(ledger, item)?.plan ?? [])
    .filter(({ service }) => service.region === region && service.cluster === cluster);
}

/** Who does something with a plan. */
interface Person {
  /** The ARN of the caller. */
  readonly by: string;
  readonly host: string;
}

/** Withdraws a plan that waits. Throws CONFLICT when it was executed, or somebody else has withdrawn it. */
export async function withdrawSharedPlan(
  ledger: Ledger,
  id: string,
  { by, host }: Person,
  signal: AbortSignal,
): Promise<void> {
  const written = await ledger.update(
    sharedPlanKey(id),
    {
      // Without its hash a Slipway that does not know withdrawn plans refuses it too.
      expression: 'SET withdrawnAt = :at, withdrawnBy = :by, withdrawnOn = :host REMOVE dpk, dsk, #hash',
      names: { '#hash': 'hash' },
      values: { ':at': ledger.ledgerTime().toISOString(), ':by': by, ':host': host },
    },
    {
      expression:
        'attribute_exists(pk) AND attribute_not_exists(executedAt) AND (attribute_not_exists(withdrawnAt) OR withdrawnBy = :by)',
      values: { ':by': by },
    },
    { signal },
  );
  if (written.kind === 'written') return;
  requireWaiting(written.found);
  throw changedBefore();
}

interface Executor extends Person {
  /** Another one for each execution, so that an answer that was lost does not count against it. */
  readonly attempt: string;
}

/** Takes a plan for its one execution. Throws CONFLICT when somebody else has taken it. */
export async function claimSharedPlan(
  ledger: Ledger,
  { id, hash }: Pick<SharedPlan, 'id' | 'hash'>,
  { by, host, attempt }: Executor,
  signal: AbortSignal,
): Promise<void> {
  const now = ledger.ledgerTime();
  const written = await ledger.update(
    sharedPlanKey(id),
    {
      expression:
        'SET executedAt = :at, executedBy = :by, executedOn = :host, attempt = :attempt REMOVE dpk, dsk',
      values: { ':at': now.toISOString(), ':by': by, ':host': host, ':attempt': attempt },
    },
    {
      expression:
        '#hash = :hash AND #expires > :now AND attribute_not_exists(withdrawnAt) AND (attribute_not_exists(executedAt) OR attempt = :attempt)',
      names: { '#hash': 'hash', '#expires': EXPIRES },
      values: { ':hash': hash, ':now': Math.floor(now.getTime() / 1000), ':attempt': attempt },
    },
    { signal },
  );
  if (written.kind === 'written') return;
  requireWaiting(written.found);
  throw changedBefore();
}

function changedBefore(): SlipwayError {
  return new SlipwayError(
    'CONFLICT',
    'Nothing was sent. The plan has expired or has changed in the ledger. Ask for a new one.',
  );
}

/** Undefined for what is no plan, or one of a newer Slipway. */
function read(ledger: Ledger, item: LedgerItem): LedgerPlanItem | undefined {
  const { pk, content: text } = item;
  if (typeof text !== 'string' || typeof pk !== 'string') return undefined;
  const parsed = Content.safeParse(parsedJson(text));
  if (!parsed.success) return undefined;
  const { region, cluster, service, commit, intent, parts, schema: _, ...facts } = parsed.data;
  const ref = { account: ledger.account, region, cluster, service };
  const plan = SharedPlan.safeParse({ ...facts, id: pk.replace(/^plan#/, ''), service: ref });
  return plan.success ? { plan: plan.data, commit, intent, parts } : undefined;
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Throws CONFLICT for a plan that was executed or withdrawn, with who did it. */
function requireWaiting(item: LedgerItem | undefined): void {
  if (item?.executedAt !== undefined) {
    throw new SlipwayError(
      'CONFLICT',
      `The plan was already executed ${doneBy({ at: item.executedAt, by: item.executedBy, on: item.executedOn })}. A plan runs only once.`,
    );
  }
  if (item?.withdrawnAt !== undefined) {
    throw new SlipwayError(
      'CONFLICT',
      `The plan was withdrawn ${doneBy({ at: item.withdrawnAt, by: item.withdrawnBy, on: item.withdrawnOn })}. Ask for a new one.`,
    );
  }
}

/** `by mira on laptop-7 at 2026-11-30 08:00 UTC`. */
function doneBy(done: Readonly<Record<'at' | 'by' | 'on', unknown>>): string {
  const { at, by, on } = Done.parse(done);
  return `by ${lastPartOf(by)} on ${on} at ${at}`;
}

const Done = lazyObject(() => ({
  at: z.iso.datetime().transform(utcText).catch('an unknown time'),
  by: z.string().catch('somebody'),
  on: z.string().catch('another machine'),
}));

function unreadable(): SlipwayError {
  return new SlipwayError(
    'CONFLICT',
    'The plan in the ledger was written by a newer Slipway, or is damaged. Update Slipway, or ask for a new plan.',
  );
}
