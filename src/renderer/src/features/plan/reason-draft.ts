import { z } from 'zod';
import type { Plan } from '../../../../shared/model/plan.ts';
import { discardDraft, keepDraft, keptDraft, markDraftSent } from '../../lib/drafts.ts';
import type { PlanInput } from './plan-input.ts';

const REASON = z.object({ why: z.string(), link: z.string() });
type Reason = Pick<PlanInput, 'why' | 'link'>;

/** The reason and link that somebody typed for such a plan and did not use: plans are made again, words are not. */
export function recallReason(plan: Plan): Partial<Reason> {
  return REASON.safeParse(keptDraft(keyOf(plan))?.content).data ?? {};
}

export function rememberReason(plan: Plan, { why, link }: Reason): void {
  if (why === '' && link === '') discardDraft(keyOf(plan));
  else keepDraft(keyOf(plan), { why, link });
}

/** The words are forgotten once AWS has accepted the plan, also when the page was left before. */
export function sendReason(plan: Plan): void {
  markDraftSent(keyOf(plan), plan.id);
}

export function forgetReason(plan: Plan): void {
  discardDraft(keyOf(plan));
}

function keyOf({ kind, service: { account, region, cluster, service } }: Plan): string {
  return `reason.${kind}.${account}/${region}/${cluster}/${service}`;
}
