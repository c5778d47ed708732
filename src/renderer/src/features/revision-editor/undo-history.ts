import { type ChangeSet, type Extension, StateEffect, StateField, type Transaction } from '@codemirror/state';
import { type EditorView, keymap } from '@codemirror/view';

interface History {
  /** What takes the last changes back, the newest last. */
  readonly done: readonly ChangeSet[];
  readonly undone: readonly ChangeSet[];
  readonly at: number;
}

const NOTHING: History = { done: [], undone: [], at: 0 };
/** Characters typed within this time, in milliseconds, are taken back together. */
const TOGETHER_MS = 500;
const MOST = 500;

const turn = StateEffect.define<'undo' | 'redo'>();

const field = StateField.define<History>({
  create: () => NOTHING,
  update: (history, transaction) => (transaction.docChanged ? next(history, transaction) : history),
});

function next({ done, undone, at }: History, transaction: Transaction): History {
  const inverse = transaction.changes.invert(transaction.startState.doc);
  const direction = transaction.effects.find((effect) => effect.is(turn))?.value;
  if (direction === 'undo') return { done: done.slice(0, -1), undone: [...undone, inverse], at: 0 };
  if (direction === 'redo') return { done: [...done, inverse], undone: undone.slice(0, -1), at: 0 };
  const now = Date.now();
  const last = done.at(-1);
  const isTyped = transaction.isUserEvent('input.type') || transaction.isUserEvent('delete');
  if (last !== undefined && isTyped && now - at < TOGETHER_MS) {
    return { done: [...done.slice(0, -1), inverse.compose(last)], undone: [], at: now };
  }
  return { done: [...done, inverse].slice(-MOST), undone: [], at: isTyped ? now : 0 };
}

function goBack(view: EditorView): boolean {
  const changes = view.state.field(field).done.at(-1);
  if (changes !== undefined) view.dispatch({ changes, effects: turn.of('undo'), scrollIntoView: true });
  return true;
}

function goForward(view: EditorView): boolean {
  const changes = view.state.field(field).undone.at(-1);
  if (changes !== undefined) view.dispatch({ changes, effects: turn.of('redo'), scrollIntoView: true });
  return true;
}

/** Undo and redo with the keys that every editor has. */
export function undoHistory(): Extension {
  return [
    field,
    keymap.of([
      { key: 'Mod-z', run: goBack, preventDefault: true },
      { key: 'Mod-y', run: goForward, preventDefault: true },
      { key: 'Mod-Shift-z', run: goForward, preventDefault: true },
    ]),
  ];
}
