import { useEffect, useState } from 'react';
import { isObject } from '../../../../shared/is-object.ts';
import { discardDraft, keepDraft, keptDraft } from '../../lib/drafts.ts';
import { withoutSecrets, withSecretsOf } from './draft-secrets.ts';

interface EditorContent {
  readonly json: string;
  readonly note: string;
}

interface RestoredDraft extends EditorContent {
  readonly at: string;
  /** The names of the values that were not stored. */
  readonly missing: readonly string[];
}

/** What is written on the page of a revision, kept by the browser until it is registered or discarded. */
export interface EditorDraft extends EditorContent {
  readonly setJson: (json: string) => void;
  readonly setNote: (note: string) => void;
  /** The draft of an earlier visit that the page began with. */
  readonly restored: RestoredDraft | undefined;
  readonly isDirty: boolean;
  /** The names of values that are not stored. */
  readonly withheld: readonly string[];
  /** False where the browser refuses to store it. */
  readonly isStored: boolean;
  /** Goes back to the base revision. */
  readonly discard: () => void;
  /** Forgets what is stored, because it was registered. */
  readonly done: () => void;
}

/**
 * @param key of the family and base revision
 * @param base the JSON of the base revision, which has the values that are not stored
 */
export function useEditorDraft(key: string, base: string): EditorDraft {
  const [restored, setRestored] = useState(() => restoredDraft(key, base));
  const [content, setContent] = useState<EditorContent>(restored ?? { json: base, note: '' });
  const [registered, setRegistered] = useState<EditorContent>();
  const [isStored, setStored] = useState(true);
  const { json, note } = content;
  const isDirty = (json !== base || note !== '') && content !== registered;
  const stored = isDirty ? withoutSecrets(json, base) : undefined;
  useEffect(() => {
    if (isDirty) setStored(keepDraft(key, { json: withoutSecrets(json, base).json, note }));
    else discardDraft(key);
  }, [key, base, json, note, isDirty]);
  return {
    json,
    note,
    setJson: (next) => setContent((before) => ({ ...before, json: next })),
    setNote: (next) => setContent((before) => ({ ...before, note: next })),
    restored,
    isDirty,
    withheld: stored?.withheld ?? [],
    isStored,
    discard() {
      setRestored(undefined);
      setContent({ json: base, note: '' });
    },
    done() {
      setRestored(undefined);
      setRegistered(content);
    },
  };
}

function restoredDraft(key: string, base: string): RestoredDraft | undefined {
  const kept = keptDraft(key);
  if (kept === undefined || !isObject(kept.content)) return undefined;
  const { json, note } = kept.content;
  if (typeof json !== 'string' || typeof note !== 'string') return undefined;
  return { at: kept.at, note, ...withSecretsOf(json, base) };
}
