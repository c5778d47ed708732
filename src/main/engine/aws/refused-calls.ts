import type { Clock } from '../ports/ports.ts';

/** A call that AWS has refused for want of a permission. */
export interface RefusedCall {
  /** The action that is missing: `ecs:UpdateService`, or `iam:PassRole` of another call. */
  readonly action: string;
  /** The ARN that AWS has named, or `*`. */
  readonly resource?: string;
  /** What the call was about, such as `production/web`. */
  readonly target?: string;
  readonly at: Date;
}

/** A call by its operation, such as `UpdateService`, and what it was about. */
interface SentCall {
  readonly operation: string;
  readonly target?: string | undefined;
  /** The key that it was signed with, where that is known. */
  readonly accessKeyId?: string | undefined;
}

/** What AWS has refused to one identity in one account and region. It is in memory only. */
export interface RefusedCalls {
  /** Remembers a refusal, if AWS's sentence names the action. */
  add(sentence: string, call: SentCall): void;
  /** Forgets what was refused of the same call, because AWS has accepted it. */
  forget(call: SentCall): void;
  /** Those of the last 15 minutes. Refusals of other keys than this one are left out: the identity may be another. */
  list(accessKeyId: string | undefined): readonly RefusedCall[];
}

/** The same for the identity that is in use. */
export interface RefusedCallsOfIdentity extends Pick<RefusedCalls, 'add' | 'forget'> {
  list(): readonly RefusedCall[];
  /** The id of its key, which changes with the identity; undefined where no key was fetched. */
  readonly accessKeyId: string | undefined;
}

/** Permissions change, and AWS does not tell when. */
const REMEMBERED_MS = 15 * 60_000;
const MOST_REFUSALS = 200;

const REFUSAL =
  /not authorized to perform:? (?<action>[a-z0-9-]{1,64}:[A-Za-z]{1,128})(?: on resource: (?<resource>[^\s,]{1,2048}))?/;

/** The action and the resource that a sentence of AWS names; undefined for another sentence. */
export function refusalIn(
  sentence: string,
): { readonly action: string; readonly resource?: string } | undefined {
  const { action, resource } = REFUSAL.exec(sentence)?.groups ?? {};
  if (action === undefined) return undefined;
  return { action, ...(resource === undefined ? {} : { resource }) };
}

export function createRefusedCalls(clock: Clock): RefusedCalls {
  let kept: readonly (RefusedCall & SentCall)[] = [];
  const isSame = (one: SentCall, other: SentCall): boolean =>
    one.operation === other.operation && one.target === other.target;
  return {
    add(sentence, call) {
      const refusal = refusalIn(sentence);
      if (refusal === undefined) return;
      const others = kept.filter((each) => !isSame(each, call) || each.action !== refusal.action);
      const { operation, target, accessKeyId } = call;
      const added = {
        ...refusal,
        operation,
        ...(target === undefined ? {} : { target }),
        accessKeyId,
        at: clock.now(),
      };
      kept = [...others, added].slice(-MOST_REFUSALS);
    },
    forget(call) {
      if (kept.length > 0) kept = kept.filter((each) => !isSame(each, call));
    },
    list(accessKeyId) {
      const since = clock.now().getTime() - REMEMBERED_MS;
      kept = kept.filter(({ at }) => at.getTime() > since);
      return kept.filter(
        (each) =>
          accessKeyId === undefined || each.accessKeyId === undefined || each.accessKeyId === accessKeyId,
      );
    },
  };
}
