import { assertNever } from '../../../../shared/assert-never.ts';
import type { Plan, PlanKind } from '../../../../shared/model/plan.ts';

/** What a person writes beside a plan. */
export interface PlanWords {
  readonly why: string;
  /** A ticket or a pull request; empty for none. */
  readonly link: string;
  readonly confirmation: string;
}

export const NO_WORDS: PlanWords = { why: '', link: '', confirmation: '' };

/** Whether a text is empty, or the address of a page. */
export function isLink(text: string): boolean {
  const link = text.trim();
  return link === '' || (/^https?:/.test(link) && URL.canParse(link));
}

interface ActionWords {
  /** What the button says. */
  readonly action: string;
  /** The same as part of a sentence: `Type web to deploy`. */
  readonly verb: string;
}

export function actionWords(kind: PlanKind): ActionWords {
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
function accountWords(account: string): string {
  return account.startsWith('profile:') ? account.slice('profile:'.length) : account;
}

/** Where the change goes: `acme-prod · us-east-1 · main`. */
export function whereWords({ service }: Plan): string {
  return [accountWords(service.account), service.region, service.cluster].join(' · ');
}
