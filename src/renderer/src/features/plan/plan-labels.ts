import { assertNever } from '../../../../shared/assert-never.ts';
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
export function areComplete({ link, commit }: PlanInput): boolean {
  return isLink(link) && isCommit(commit);
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

interface ActionLabel {
  /** What the button says. */
  readonly action: string;
  /** The same as part of a sentence: `Type web to deploy`. */
  readonly verb: string;
}

export function actionLabel(kind: PlanKind): ActionLabel {
  switch (kind) {
    case 'deploy':
      return { action: 'Deploy', verb: 'deploy' };
    case 'scale':
      return { action: 'Scale', verb: 'scale' };
    case 'change':
      return { action: 'Change', verb: 'change' };
    case 'rollback':
      return { action: 'Roll back', verb: 'roll back' };
    case 'stop':
      return { action: 'Stop and roll back', verb: 'stop and roll back' };
    default:
      return assertNever(kind);
  }
}

/** Going back is read first and confirmed then, so it starts at Cancel. */
export function goesBack(kind: PlanKind): boolean {
  return kind === 'rollback' || kind === 'stop';
}

/** The account as people call it: the profile's name, without the prefix of its id. */
function accountLabel(account: string): string {
  return account.startsWith('profile:') ? account.slice('profile:'.length) : account;
}

/** Where the change goes: `acme-prod · us-east-1 · main`. */
export function whereLabel({ service }: Plan): string {
  return [accountLabel(service.account), service.region, service.cluster].join(' · ');
}
