import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { SlipwayError } from '../../../shared/errors.ts';
import type { Plan } from '../../../shared/model/plan.ts';
import type { ServiceRef } from '../../../shared/model/service.ts';
import type { SharedPlan } from '../../../shared/model/shared-plan.ts';
import { lastPartOf, serviceLabel } from '../aws/arns.ts';
import { identityReader } from '../aws/caller-identity.ts';
import { withRetry } from '../aws/retry.ts';
import { requireReason } from '../environments/guarded-change.ts';
import { recordChange } from '../journal/record-step.ts';
import type { Ledger } from '../ledger/ledger-table.ts';
import {
  claimSharedPlan,
  findSharedPlan,
  type LedgerPlanItem,
  sharePlan,
  waitingPlans,
  withdrawSharedPlan,
} from '../ledger/shared-plans.ts';
import type { Handlers } from '../ports/handlers.ts';
import { checkAgain } from './execution/recheck.ts';
import { readUnchangedService } from './execution/stale-plan.ts';
import type { ReleaseDependencies } from './model/release-dependencies.ts';
import { loadPlan, PlanIntent, PlanParts, type ReopenedPlan, type StoredPlan } from './model/stored-plan.ts';
import { planChange } from './plan/plan-change.ts';
import { hashOfPlan, planDifferences } from './plan/plan-parts.ts';
import { planRevision } from './plan/plan-revision.ts';
import { planRollback } from './plan/plan-rollback.ts';

type SharedMethods = 'releases.share' | 'releases.shared' | 'releases.openShared' | 'releases.withdrawShared';

/** The check that a plan fails until a second person has it. */
const TWO_PEOPLE = 'two-people';

/** Plans that one person makes and another one executes. */
export function createSharedPlanHandlers(dependencies: ReleaseDependencies): Pick<Handlers, SharedMethods> {
  return {
    'releases.share': (request, { signal }) => share(dependencies, request, signal),
    'releases.shared': async (place, { signal }) => {
      const ledger = dependencies.ledgers?.ledgerOf(place);
      return ledger === undefined ? [] : [...(await waitingPlans(ledger, place, signal))];
    },
    'releases.openShared': async ({ plan: id, ...place }, { signal }) => {
      const { plan: shared, ...item } = await findSharedPlan(ledgerAt(dependencies, place), id, signal);
      const { plan, differences } = await makeAgain(dependencies, { ...item, plan: shared }, signal);
      return { shared, differences: [...differences], ...(differences.length > 0 ? {} : { plan }) };
    },
    'releases.withdrawShared': async ({ plan, ...place }, { signal }) => {
      const ledger = ledgerAt(dependencies, place);
      const by = await identityReader(dependencies, place, signal)();
      const { plan: waiting } = await findSharedPlan(ledger, plan, signal);
      await recordWithdrawal(dependencies, waiting, by, () =>
        withdrawSharedPlan(ledger, plan, { by, host: hostname() }, signal),
      );
      return waiting;
    },
  };
}

interface ShareRequest {
  readonly plan: string;
  readonly why?: string | undefined;
  readonly link?: string | undefined;
  readonly commit?: string | undefined;
  readonly overrides?: readonly string[] | undefined;
}

/** Checks a plan once more, and puts it into the ledger for another person. */
async function share(
  dependencies: ReleaseDependencies,
  { plan: id, why, link, commit, overrides = [] }: ShareRequest,
  signal: AbortSignal,
): Promise<SharedPlan> {
  const { journal, aws } = dependencies;
  const { plan, claimedAt } = loadPlan(journal, id);
  const { sharing, service: ref } = plan;
  if (claimedAt !== undefined) {
    throw new SlipwayError('CONFLICT', `“${plan.title}” was already executed. Create a new plan.`);
  }
  if (sharing === undefined) {
    throw new SlipwayError(
      'INVALID_INPUT',
      `“${plan.title}” needs no second person: no rule asks for one. Execute it.`,
    );
  }
  const refusal = `“${plan.title}” was not shared.`;
  const rule = { ...(plan.needsReason === true ? { reason: 'required' as const } : {}), ticket: plan.ticket };
  await requireReason(rule, { place: serviceLabel(ref), why, link }, refusal);
  requireNoValues(sharing.intent, refusal);
  const ledger = ledgerAt(dependencies, ref);
  const ecs = aws.ecs(ref, 'clicked');
  const service = await withRetry(signal, () => readUnchangedService(ecs, plan, signal));
  // All checks have to pass, except the one that the second person meets.
  await withRetry(signal, () =>
    checkAgain(dependencies, plan, service, { overrides, leftOut: TWO_PEOPLE }, signal),
  );
  const plannedBy = await identityReader(dependencies, ref, signal)();
  const { intent, parts } = sharing;
  return sharePlan(
    ledger,
    {
      plan: {
        id,
        service: ref,
        kind: plan.kind,
        title: plan.title,
        base: lastPartOf(parts.base),
        images: parts.images.map((image) => ({ ...image })),
        ...(why === undefined ? {} : { why }),
        ...(link === undefined ? {} : { link }),
        overrides: overrides.filter((name) => name !== TWO_PEOPLE),
        plannedBy,
        host: hostname(),
        hash: hashOfPlan(intent, parts),
      },
      commit,
      intent,
      parts,
    },
    signal,
  );
}

/** The journal has who withdrew which plan, and shares it like other changes of the service. */
function recordWithdrawal(
  { journal }: ReleaseDependencies,
  { id, service: ref, title, plannedBy, host }: SharedPlan,
  by: string,
  send: () => Promise<void>,
): Promise<void> {
  const { account, region, cluster, service: subject } = ref;
  return recordChange(journal.entries, {
    begin: {
      account,
      region,
      cluster,
      subject,
      kind: 'withdrawal',
      title: `Withdraw the plan “${title}”`,
      plannedBy: personOn(plannedBy, host),
      callerIdentity: lastPartOf(by),
    },
    call: { operation: 'UpdateItem', target: `plan ${id}` },
    send,
    resultOf: () => `plan ${id}`,
  });
}

/** Values of variables never leave this machine. */
function requireNoValues(intent: PlanIntent, refusal: string): void {
  const { environment = [] } = intent.kind === 'change' ? intent.change : {};
  if (environment.every(({ set = [] }) => set.length === 0)) return;
  throw new SlipwayError(
    'INVALID_INPUT',
    `${refusal} It sets values of variables, and values never go into the ledger. Register a revision with them first, then share a plan that deploys this revision.`,
  );
}

/** That of the cluster, also where a rule names another one for the service: the plans of a cluster are listed together. */
function ledgerAt(
  { ledgers }: ReleaseDependencies,
  {
    account,
    region,
    cluster,
  }: { readonly account: string; readonly region: string; readonly cluster: string },
): Ledger {
  const ledger = ledgers?.ledgerOf({ account, region, cluster });
  if (ledger !== undefined) return ledger;
  throw new SlipwayError(
    'PREFLIGHT_FAILED',
    `No ledger is set for the cluster ${cluster}, so plans can't be shared with a second person. Set \`ledger\` for the cluster in a rule of environments.yml or slipway.yml.`,
  );
}

/** Makes the plan of another person again, from what they asked for. */
async function makeAgain(
  dependencies: ReleaseDependencies,
  { plan: shared, commit, intent: sentIntent, parts: sentParts }: LedgerPlanItem,
  signal: AbortSignal,
): Promise<{ readonly plan: Plan; readonly differences: readonly string[] }> {
  const intent = PlanIntent.safeParse(sentIntent).data;
  const parts = PlanParts.safeParse(sentParts).data;
  if (intent === undefined || parts === undefined || hashOfPlan(intent, parts) !== shared.hash) {
    throw new SlipwayError(
      'CONFLICT',
      'The plan in the ledger does not fit its hash: it was changed, or a newer Slipway made it. Ask for a new plan.',
    );
  }
  const { id, plannedBy, host, hash, why, link } = shared;
  const reopened: ReopenedPlan = {
    id,
    plannedBy,
    host,
    hash,
    ...(why === undefined ? {} : { why }),
    ...(link === undefined ? {} : { link }),
    ...(commit === undefined ? {} : { commit }),
  };
  const plan = await planOf(dependencies, shared.service, { intent, reopened }, signal);
  const made = loadPlan(dependencies.journal, plan.id).plan.sharing;
  if (made === undefined) {
    throw new SlipwayError(
      'CONFLICT',
      'The rules of this machine ask for no second person for this service. Bring them up to date, then open the plan again.',
    );
  }
  const differences = planDifferences(parts, made.parts);
  const isSame = hashOfPlan(made.intent, made.parts) === hash;
  return {
    plan,
    differences:
      isSame || differences.length > 0 ? differences : ['What was asked for is read differently here.'],
  };
}

function planOf(
  dependencies: ReleaseDependencies,
  ref: ServiceRef,
  { intent, reopened }: { readonly intent: PlanIntent; readonly reopened: ReopenedPlan },
  signal: AbortSignal,
): Promise<Plan> {
  switch (intent.kind) {
    case 'change':
      return planChange(dependencies, ref, intent.change, signal, reopened);
    case 'rollback':
      return planRollback(dependencies, ref, intent.to, signal, reopened);
    case 'revision':
      return planRevision(dependencies, ref, intent.revision, signal, reopened);
  }
}

/**
 * Takes the shared plan for this execution, once it was made again and is the same still. Throws STALE_PLAN with what is
 * different; CONFLICT where somebody else has executed it.
 */
export async function takeSharedPlan(
  dependencies: ReleaseDependencies,
  { reopened, service: ref, title }: StoredPlan,
  signal: AbortSignal,
): Promise<void> {
  if (reopened === undefined) return;
  const ledger = ledgerAt(dependencies, ref);
  const item = await findSharedPlan(ledger, reopened.id, signal);
  const { differences } = await makeAgain(dependencies, item, signal);
  if (differences.length > 0) {
    throw new SlipwayError(
      'STALE_PLAN',
      `“${title}” was not started. ${differences.join(' ')} Ask for a new plan.`,
    );
  }
  const by = await identityReader(dependencies, ref, signal)();
  await claimSharedPlan(ledger, reopened, { by, host: hostname(), attempt: randomUUID() }, signal);
}

/** Who planned what another person executes, for the journal: `mira on laptop-7`. */
export function plannerOf({ reopened }: StoredPlan): string | undefined {
  return reopened === undefined ? undefined : personOn(reopened.plannedBy, reopened.host);
}

function personOn(identity: string, host: string): string {
  return `${lastPartOf(identity)} on ${host}`;
}
