import { useState } from 'react';
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

interface DraftState extends EditorContent {
  readonly isDirty: boolean;
  /** The names of values that are not stored. */
  readonly withheld: readonly string[];
  /** False where the browser refuses to store it. */
  readonly isStored: boolean;
}

const NOTHING_KEPT = { isDirty: false, withheld: [], isStored: true } as const;

/** What is written on the page of a revision, kept by the browser until it is registered or discarded. */
export interface EditorDraft extends DraftState {
  readonly setJson: (json: string) => void;
  readonly setNote: (note: string) => void;
  /** The draft of an earlier visit that the page began with. */
  readonly restored: RestoredDraft | undefined;
  /** Goes back to the base revision. */
  readonly discard: () => void;
  /** How often it was discarded: an editor with a text of its own begins again then. */
  readonly discards: number;
  /** Forgets what is stored, because it was registered. */
  readonly done: () => void;
}

/**
 * @param key of the family and base revision
 * @param base the JSON of the base revision, which has the values that are not stored
 */
export function useEditorDraft(key: string, base: string): EditorDraft {
  const [restored, setRestored] = useState(() => restoredDraft(key, base));
  const [state, setState] = useState<DraftState>(
    restored === undefined
      ? { json: base, note: '', ...NOTHING_KEPT }
      : { ...restored, isDirty: true, withheld: restored.missing, isStored: true },
  );
  const [discards, setDiscards] = useState(0);
  const change = (next: EditorContent): void => setState({ ...next, ...stored(key, next, base) });
  const { json, note } = state;
  return {
    ...state,
    restored,
    discards,
    setJson: (next) => change({ json: next, note }),
    setNote: (next) => change({ json, note: next }),
    discard() {
      setRestored(undefined);
      setDiscards(discards + 1);
      change({ json: base, note: '' });
    },
    done() {
      setRestored(undefined);
      discardDraft(key);
      // What was typed while it was registered is kept with its next change.
      setState((now) => (now.json === json && now.note === note ? { ...now, ...NOTHING_KEPT } : now));
    },
  };
}

/** Keeps the draft, or forgets it where it is the base revision again. */
function stored(
  key: string,
  { json, note }: EditorContent,
  base: string,
): Omit<DraftState, keyof EditorContent> {
  if (json === base && note === '') {
    discardDraft(key);
    return NOTHING_KEPT;
  }
  const { withheld, ...kept } = withoutSecrets(json, base);
  return { isDirty: true, withheld, isStored: keepDraft(key, { ...kept, note }) };
}

function restoredDraft(key: string, base: string): RestoredDraft | undefined {
  const kept = keptDraft(key);
  if (kept === undefined || !isObject(kept.content)) return undefined;
  const { json, note } = kept.content;
  if (typeof json !== 'string' || typeof note !== 'string') return undefined;
  return { at: kept.at, note, ...withSecretsOf(json, base) };
}
