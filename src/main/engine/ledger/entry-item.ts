import { hostname } from 'node:os';
import { JournalEntry } from '../../../shared/model/journal.ts';
import type { WaitingEntry } from '../journal/shared-entries.ts';
import type { KnownSecrets } from '../ports/known-secrets.ts';
import type { LedgerItem } from './ledger-items.ts';
import { EXPIRES, entryKey, indexKeys } from './ledger-keys.ts';
import { type LedgerSchema, SCHEMA_VERSION } from './ledger-schema.ts';
import type { Ledger } from './ledger-table.ts';

/** Who made the entry: the pipeline by its own name, or this machine. */
export function hostOf(environment: Readonly<Record<string, string | undefined>>): string {
  const { GITHUB_REPOSITORY, CODEBUILD_BUILD_ID, BUILD_TAG, CI_PROJECT_PATH } = environment;
  if (environment.GITHUB_ACTIONS && GITHUB_REPOSITORY)
    return `GitHub Actions ${GITHUB_REPOSITORY} #${environment.GITHUB_RUN_NUMBER ?? '?'}`;
  if (CODEBUILD_BUILD_ID) return `CodeBuild ${CODEBUILD_BUILD_ID}`;
  if (BUILD_TAG) return `Jenkins ${BUILD_TAG}`;
  if (CI_PROJECT_PATH) return `GitLab ${CI_PROJECT_PATH} #${environment.CI_PIPELINE_IID ?? '?'}`;
  return hostname();
}

/** An item may have 400 kB with the names of its attributes: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html */
const MOST_BYTES = 350 * 1024;
const MOST_TEXT = 4_000;
const MOST_STEPS = 200;
export const MS_PER_DAY = 86_400_000;

interface NewItem extends WaitingEntry {
  readonly host: string;
  readonly secrets: Pick<KnownSecrets, 'hide'>;
  readonly schema: LedgerSchema;
  readonly storedAt: Date;
}

/**
 * An entry without what stays on this machine: its plan, the names of its profile, and the evidence of a failure, which quotes
 * what containers write.
 */
export function itemOf({ entry, version, host, secrets, schema, storedAt }: NewItem) {
  const { calls, steps, overrides, ...facts } = shownEntry(entry);
  const stored = storedAt.toISOString();
  const beside = {
    ...entryKey(entry),
    ...indexKeys(entry, stored),
    storedAt: stored,
    host,
    version,
    schema: SCHEMA_VERSION,
    ...(schema.keepDays === undefined
      ? {}
      : { [EXPIRES]: Math.ceil((storedAt.getTime() + schema.keepDays * MS_PER_DAY) / 1000) }),
  };
  const item = { ...withoutSecrets({ ...facts, calls, steps, overrides }, secrets), ...beside };
  if (Buffer.byteLength(JSON.stringify(item)) <= MOST_BYTES) return item;
  return { ...withoutSecrets(facts, secrets), ...beside, calls: [], steps: [], isCut: true };
}

const SharedEntry = JournalEntry.omit({ account: true, plan: true, evidence: true, host: true });

/** What others may read of an entry. */
function shownEntry(entry: JournalEntry) {
  const shared = SharedEntry.parse(entry);
  return {
    ...shared,
    steps: shared.steps.slice(-MOST_STEPS),
    overrides: shared.overrides?.map(({ rule, result, message, subject }) => ({
      rule,
      result,
      message,
      subject,
    })),
  };
}

/** The same value with its texts cut and without secrets. */
function withoutSecrets<Value>(value: Value, secrets: Pick<KnownSecrets, 'hide'>): Value {
  const text = JSON.stringify(value, (_key, each: unknown) =>
    typeof each === 'string' ? secrets.hide(each).slice(0, MOST_TEXT) : each,
  );
  // The same shape: only texts were replaced by texts.
  return JSON.parse(text) as Value;
}

/** The entry in an item; undefined for one that this Slipway cannot read. What it does not know is left out. */
export function entryOf(item: LedgerItem, { account }: Pick<Ledger, 'account'>) {
  const { host, version } = item;
  const parsed = JournalEntry.safeParse({ calls: [], steps: [], ...item, account });
  if (!parsed.success || typeof host !== 'string' || typeof version !== 'number') return undefined;
  return { entry: parsed.data, host, version };
}
