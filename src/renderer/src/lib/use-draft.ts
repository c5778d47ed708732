import { useState } from 'react';
import type { z } from 'zod';
import { mayBeSecret } from '../../../shared/looks-secret.ts';
import { discardDraft, keepDraft, keptDraft } from './drafts.ts';

interface DraftOptions<Value> {
  /** Where it is kept, such as `hold.sandbox/us-east-1/production`. */
  readonly key: string;
  readonly shape: z.ZodType<Value>;
  readonly initial: NoInfer<Value>;
  /** The value without what may be a secret. */
  readonly stored?: (value: Value) => Value;
}

/**
 * In place of useState for what a person types: Esc, Back, a reload and a crash leave it as it is. `forget` is for when it was
 * sent; the field keeps what it shows.
 */
export function useDraft<Value>({
  key,
  shape,
  initial,
  stored = (value) => value,
}: DraftOptions<Value>): readonly [Value, (next: Value) => void, () => void] {
  const [value, setValue] = useState(() => shape.safeParse(keptDraft(key)?.content).data ?? initial);
  const set = (next: Value): void => {
    setValue(next);
    const kept = stored(next);
    if (JSON.stringify(kept) === JSON.stringify(initial)) discardDraft(key);
    else keepDraft(key, kept);
  };
  return [value, set, () => discardDraft(key)];
}

/** Lines such as `KEY=VALUE` without those whose value may be a secret. */
export function linesWithoutSecrets(text: string): string {
  const isStored = (line: string): boolean => {
    const at = line.indexOf('=');
    return at === -1 ? !mayBeSecret('', line) : !mayBeSecret(line.slice(0, at), line.slice(at + 1));
  };
  return text.split('\n').filter(isStored).join('\n');
}
