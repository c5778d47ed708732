import { z } from 'zod';
import type { Plan } from '../../../../shared/model/plan.ts';
import { discardDraft, keepDraft, keptDraft, markDraftSent } from '../../lib/drafts.ts';
import { emptyInput, type PlanInput } from './plan-input.ts';

const REASON = z.object({
  why: z.string(),
  link: z.string(),
  /** Only where it is not the one that the images name. */
  commit: z.object({ typed: z.string(), forImages: z.string() }).optional(),
});
type Reason = Pick<PlanInput, 'why' | 'link' | 'commit'>;

/**
 * The reason, link and commit that somebody typed for such a plan and did not use: plans are made again, words are not. The
 * commit is that of the same images only.
 */
export function recallReason(plan: Plan): Partial<Reason> {
  const kept = REASON.safeParse(keptDraft(keyOf(plan))?.content).data;
  if (kept === undefined) return {};
  const { commit, ...reason } = kept;
  return commit?.forImages === imagesOf(plan) ? { ...reason, commit: commit.typed } : reason;
}

export function rememberReason(plan: Plan, { why, link, commit }: Reason): void {
  const isCommitTyped = commit !== emptyInput(plan).commit;
  if (why === '' && link === '' && !isCommitTyped) {
    discardDraft(keyOf(plan));
    return;
  }
  keepDraft(keyOf(plan), {
    why,
    link,
    ...(isCommitTyped && { commit: { typed: commit, forImages: imagesOf(plan) } }),
  });
}

/** The words are forgotten once AWS has accepted the plan, also when the page was left before. */
export function sendReason(plan: Plan): void {
  markDraftSent(keyOf(plan), plan.id);
}

export function forgetReason(plan: Plan): void {
  discardDraft(keyOf(plan));
}

function imagesOf({ images }: Plan): string {
  return images.map(({ after }) => after?.image ?? '').join(' ');
}

function keyOf({ kind, service: { account, region, cluster, service } }: Plan): string {
  return `reason.${kind}.${account}/${region}/${cluster}/${service}`;
}
