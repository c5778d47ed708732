import { isObject } from '../../../shared/is-object.ts';

/** What was typed and not sent, as the browser keeps it for the origin of the page. */
interface KeptDraft {
  /** When it was changed last. */
  readonly at: string;
  /** As it was given. It may be of an earlier version, so that the reader checks it. */
  readonly content: unknown;
  /** The plan that sends it, from the click until AWS has accepted it. */
  readonly sentBy?: string;
}

const PREFIX = 'slipway.draft.';
/** Older ones are dropped, so that the storage does not fill up. */
const MOST_KEPT = 50;

/** Keeps a draft under a key, in place of the one before. False where the browser refuses to store it. */
export function keepDraft(key: string, content: unknown): boolean {
  try {
    const draft: KeptDraft = { at: new Date().toISOString(), content };
    window.localStorage.setItem(PREFIX + key, JSON.stringify(draft));
    dropOldest();
    return true;
  } catch {
    return false;
  }
}

/** The draft under a key; undefined where there is none, and for what cannot be read. */
export function keptDraft(key: string): KeptDraft | undefined {
  try {
    return parsed(window.localStorage.getItem(PREFIX + key));
  } catch {
    return undefined;
  }
}

/** Notes that a plan sends the draft under a key: it is forgotten once AWS has accepted that, whatever is on the screen then. */
export function markDraftSent(key: string, plan: string): void {
  const draft = keptDraft(key);
  if (draft === undefined) return;
  try {
    window.localStorage.setItem(PREFIX + key, JSON.stringify({ ...draft, sentBy: plan }));
  } catch {
    // The draft stays as it is.
  }
}

/** Forgets what plans have sent and AWS has accepted. What was changed since it was sent is kept. */
export function discardSentDrafts(plans: ReadonlySet<string>): void {
  if (plans.size === 0) return;
  for (const key of draftKeys()) {
    const { sentBy } = keptDraft(key) ?? {};
    if (sentBy !== undefined && plans.has(sentBy)) discardDraft(key);
  }
}

/** Forgets the draft under a key. */
export function discardDraft(key: string): void {
  try {
    window.localStorage.removeItem(PREFIX + key);
  } catch {
    // Without a storage there is nothing to forget.
  }
}

function parsed(text: string | null): KeptDraft | undefined {
  const value: unknown = text === null ? undefined : JSON.parse(text);
  if (!isObject(value) || typeof value.at !== 'string' || Number.isNaN(Date.parse(value.at)))
    return undefined;
  const { at, content, sentBy } = value;
  return { at, content, ...(typeof sentBy === 'string' && { sentBy }) };
}

function draftKeys(): readonly string[] {
  try {
    return Object.keys(window.localStorage)
      .filter((key) => key.startsWith(PREFIX))
      .map((key) => key.slice(PREFIX.length));
  } catch {
    return [];
  }
}

function dropOldest(): void {
  const keys = draftKeys();
  const oldestFirst = keys
    .map((key) => ({ key, at: keptDraft(key)?.at ?? '' }))
    .toSorted((one, other) => one.at.localeCompare(other.at));
  for (const { key } of oldestFirst.slice(0, Math.max(0, keys.length - MOST_KEPT))) discardDraft(key);
}
