import type { Plan, PlanKind } from '../../../../shared/model/plan.ts';
import { COMMIT, releasedCommit } from '../../lib/released-commit.ts';

/** What a person writes beside a plan. */
export interface PlanInput {
  readonly why: string;
  /** A ticket or a pull request; empty for none. */
  readonly link: string;
  /** The git commit that is released; empty for none. */
  readonly commit: string;
  /** Whether the revision gets them as tags too, where one is registered. */
  readonly tagRevision: boolean;
  readonly confirmation: string;
}

/** What the form of a plan begins with: the commit that the new images name. */
export function emptyInput(plan: Plan): PlanInput {
  return { why: '', link: '', commit: releasedCommit(plan) ?? '', tagRevision: true, confirmation: '' };
}

/** Whether a plan registers a revision, which can carry the reason as tags. */
export function registers({ calls }: Plan): boolean {
  return calls.some(({ operation }) => operation === 'RegisterTaskDefinition');
}

/** Whether the input can be sent: the reason is free text, the link and the commit are checked. */
export function areComplete({ why, link, commit }: PlanInput, { needsReason }: Plan): boolean {
  return isLink(link) && isCommit(commit) && (needsReason !== true || why.trim() !== '');
}

/** Whether a text is empty, or the address of a page. */
export function isLink(text: string): boolean {
  const link = text.trim();
  return link === '' || (/^https?:/.test(link) && URL.canParse(link));
}

/** Whether a text is empty, or the id of a git commit, as git or `git describe --dirty` writes it. */
export function isCommit(text: string): boolean {
  const commit = text.trim();
  return commit === '' || COMMIT.test(commit);
}

/** A rollback is read before it is confirmed, so that the focus starts at Cancel. */
export function goesBack(kind: PlanKind): boolean {
  return kind === 'rollback' || kind === 'stop';
}
