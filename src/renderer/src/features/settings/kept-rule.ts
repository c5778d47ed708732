import { useState } from 'react';
import { z } from 'zod';
import { EnvironmentRule } from '../../../../shared/model/environment.ts';
import { discardDraft, keepDraft, keptDraft } from '../../lib/drafts.ts';
import { draftOf, type RuleDraft } from './rule-draft.ts';

/** What the open form holds, and the rule that it changes as it was when the form was opened; none for a new one. */
export interface Edited {
  readonly draft: RuleDraft;
  readonly rule?: EnvironmentRule;
  readonly at: number;
}

const KEY = 'environment-rule';

const KEPT = z.object({
  draft: z.record(z.string(), z.unknown()),
  rule: EnvironmentRule.optional(),
  at: z.int().min(0),
});

/** The open form of a rule. The browser keeps it until it is saved or discarded. */
export function useKeptRule(): readonly [Edited | undefined, (next: Edited | undefined) => void] {
  const [edited, setEdited] = useState(restored);
  return [
    edited,
    (next) => {
      if (next === undefined || isUnchanged(next)) discardDraft(KEY);
      else keepDraft(KEY, next);
      setEdited(next);
    },
  ];
}

function isUnchanged({ draft, rule }: Edited): boolean {
  return JSON.stringify(draft) === JSON.stringify(draftOf(rule));
}

function restored(): Edited | undefined {
  const kept = KEPT.safeParse(keptDraft(KEY)?.content).data;
  if (kept === undefined) return undefined;
  const { draft, rule, at } = kept;
  const blank = draftOf();
  // A field of another kind than today's is left as it was.
  const fields = Object.entries(blank).map(([name, value]) => {
    const typed = draft[name];
    return [name, isSameKind(typed, value) ? typed : value] as const;
  });
  return { draft: { ...blank, ...Object.fromEntries(fields) }, at, ...(rule === undefined ? {} : { rule }) };
}

function isSameKind(typed: unknown, value: unknown): boolean {
  return typeof typed === typeof value && Array.isArray(typed) === Array.isArray(value);
}
