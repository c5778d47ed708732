import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import { z } from 'zod';
import { JournalEntry } from '../../../shared/model/journal.ts';
import { ReleaseStep } from '../../../shared/model/plan.ts';

/** Reads entries with their steps. */
export interface ReadEntries {
  /** `where`: what follows `SELECT * FROM entries`. */
  readonly select: (where: string, values: readonly SQLInputValue[]) => readonly JournalEntry[];
}

/** Statements that are kept. A search has some hundred forms, and few of them are asked for often. */
const MOST_PREPARED = 32;

export function createReadEntries(database: DatabaseSync): ReadEntries {
  const steps = database.prepare(
    'SELECT operation, state, at, result FROM steps WHERE entry = ? ORDER BY id',
  );
  // To prepare the statement takes longer than to find the few rows that most of them have.
  const prepared = new Map<string, StatementSync>();

  function statementFor(where: string): StatementSync {
    const known = prepared.get(where);
    if (known !== undefined) return known;
    const statement = database.prepare(`SELECT * FROM entries ${where}`);
    if (prepared.size >= MOST_PREPARED) prepared.clear();
    prepared.set(where, statement);
    return statement;
  }

  function stepsOf(entry: string): ReleaseStep[] {
    return steps.all(entry).map((row) => ReleaseStep.parse(withoutNulls(row)));
  }

  return {
    select(where, values) {
      const rows = statementFor(where).all(...values);
      return rows.map((row) => entryOf(withoutNulls(row), stepsOf(z.string().parse(row.id))));
    },
  };
}

function entryOf(row: Readonly<Record<string, unknown>>, steps: readonly ReleaseStep[]): JournalEntry {
  const {
    task_definition_arn,
    deployment_arn,
    settled_at,
    git_commit,
    caller_identity,
    approved_by,
    planned_by,
    calls,
    overrides,
    evidence,
    origin,
    ...rest
  } = row;
  return JournalEntry.parse(
    withoutNulls({
      ...rest,
      taskDefinitionArn: task_definition_arn,
      deploymentArn: deployment_arn,
      settledAt: settled_at,
      commit: git_commit,
      callerIdentity: caller_identity,
      approvedBy: approved_by,
      plannedBy: planned_by,
      calls: jsonOf(calls) ?? [],
      overrides: jsonOf(overrides),
      evidence: jsonOf(evidence),
      host: origin,
      steps,
    }),
  );
}

function jsonOf(column: unknown): unknown {
  return typeof column === 'string' ? JSON.parse(column) : undefined;
}

/** SQLite has NULL where the contract leaves a field out. */
export function withoutNulls(row: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null && value !== undefined));
}
