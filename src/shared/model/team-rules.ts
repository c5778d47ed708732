import { z } from 'zod';
import { listUpTo, textUpTo } from './bounded.ts';
import type { Immutable } from './immutable.ts';
import { lazyStrictObject } from './lazy-objects.ts';

/** More entries of one rule would not be read by a person either. */
const MOST_ENTRIES = 100;

const Day = z.enum(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']);
const TimeOfDay = textUpTo(5).regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, 'is not a time such as 09:30');
/** An IANA name such as `Europe/Berlin`. */
const TimeZone = textUpTo(60).refine(isTimeZone, 'is not an IANA time zone such as Europe/Berlin');

/** When releases may start: on these days from `from` until just before `to`, on the clock of `timeZone`. */
export const ReleaseWindow = lazyStrictObject(() => ({
  days: listUpTo(7, Day).min(1),
  from: TimeOfDay,
  to: TimeOfDay,
  timeZone: TimeZone,
})).refine(({ from, to }) => from < to, 'ends before it begins: `from` must be earlier than `to`');
export type ReleaseWindow = Immutable<z.infer<typeof ReleaseWindow>>;

const Moment = textUpTo(40).refine(
  (text) => isDate(text) || isInstant(text),
  'is neither a date such as 2026-12-20 nor a time with its zone such as 2026-12-20T18:00:00+01:00',
);

/** Releases may not start from `from` to `to`. A date is the whole day, on the clock of `timeZone` (UTC without one). */
export const Freeze = lazyStrictObject(() => ({
  from: Moment,
  to: Moment,
  timeZone: TimeZone.optional(),
  reason: textUpTo(200).min(1),
})).refine(isInOrder, 'ends before it begins: `from` must be earlier than `to`');
export type Freeze = Immutable<z.infer<typeof Freeze>>;

/**
 * An identity of IAM: the ARN of a role or user, or `role/NAME`, `role/NAME/SESSION`, `user/NAME`,
 * `permission-set/NAME` (of IAM Identity Center) with `*` inside of the parts. `*` alone is everybody.
 */
const IdentityPattern = textUpTo(300).refine(
  (text) =>
    text === '*' || /^(?:(?:role|user|permission-set|federated-user)\/[^\s/]|arn:[^\s:]*:[^\s]+$)/.test(text),
  'is not an identity such as role/deployer, user/mira, permission-set/Admin or an ARN',
);

/** Somebody who may deploy; only in the window, where there is one. */
export const Deployer = lazyStrictObject(() => ({
  identity: IdentityPattern,
  window: ReleaseWindow.optional(),
}));
export type Deployer = Immutable<z.infer<typeof Deployer>>;

/** The rule of a check as a plan shows it: `release-window`, or `*` for all. */
const CheckName = textUpTo(60).regex(/^(?:\*|[a-z][a-z-]*)$/, 'is not the name of a check such as freeze');

/** The checks that may be overridden, by everybody or by some. Checks that it does not name can't be. */
export const OverrideRule = z.union([
  z.literal('none'),
  listUpTo(
    MOST_ENTRIES,
    z.union([
      CheckName,
      lazyStrictObject(() => ({ check: CheckName, by: listUpTo(MOST_ENTRIES, IdentityPattern).min(1) })),
    ]),
  ),
]);
export type OverrideRule = Immutable<z.infer<typeof OverrideRule>>;

/** A regular expression in RE2's syntax, which the reason or the link of a release must contain: `[A-Z]+-\d+`. */
const TicketPattern = textUpTo(200)
  .min(1)
  .refine(isLinearPattern, 'is not a regular expression without look-arounds and back-references');

/** Images as `shop/*` of the ECR of the service's account, or with their registry. `*` stands for any characters. */
const RepositoryPattern = textUpTo(512).regex(/^\S+$/, 'is not a pattern of a repository such as shop/*');
const TagPattern = textUpTo(200).regex(/^\S+$/, 'is not a pattern of a tag such as v*');

/** The settings of a rule about how a team works. An empty list allows nobody, or no image. */
export const TEAM_SETTINGS = {
  freezes: listUpTo(MOST_ENTRIES, Freeze),
  deployers: listUpTo(MOST_ENTRIES, Deployer),
  ticket: TicketPattern,
  repositories: listUpTo(MOST_ENTRIES, RepositoryPattern),
  tags: listUpTo(MOST_ENTRIES, TagPattern),
  overrides: OverrideRule,
  /** `two-people`: one plans a release, another executes it. */
  approvals: z.enum(['none', 'two-people']),
} as const;

/** Whether a text is a date without a time. */
export function isDate(text: string): boolean {
  return z.iso.date().safeParse(text).success;
}

function isInstant(text: string): boolean {
  return z.iso.datetime({ offset: true }).safeParse(text).success;
}

function isInOrder({ from, to }: { readonly from: string; readonly to: string }): boolean {
  if (isInstant(from) && isInstant(to)) return Date.parse(from) < Date.parse(to);
  return from.slice(0, 10) <= to.slice(0, 10);
}

/** RE2 has no look-arounds and back-references, because they can't be matched in linear time. */
function isLinearPattern(text: string): boolean {
  if (/\(\?(?:[=!]|<[=!])|\\[1-9k]/.test(text)) return false;
  try {
    return new RegExp(text).source !== '';
  } catch {
    return false;
  }
}

/** Whether the clock of this machine has a time zone. */
export function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
