import { Compartment, EditorState, type Extension, StateEffect, StateField } from '@codemirror/state';
import { Decoration, type DecorationSet, EditorView, keymap, lineNumbers } from '@codemirror/view';
import { useComputedColorScheme } from '@mantine/core';
import { type Ref, useEffect, useEffectEvent, useImperativeHandle, useRef } from 'react';
import type { RegistrationProblem } from '../../../../shared/model/registration.ts';
import { cspNonce } from '../../lib/csp-nonce.ts';
import styles from './json-editor.module.css';
import { undoHistory } from './undo-history.ts';

/** What the views around the editor ask of it. */
export interface JsonEditorHandle {
  /** Puts the cursor there and brings it into view. */
  readonly jumpTo: (offset: number) => void;
  /** Puts a text in the place of the characters from `from` to `to`, with the cursor behind it. */
  readonly replace: (from: number, to: number, text: string) => void;
}

interface JsonEditorProps {
  readonly ref?: Ref<JsonEditorHandle>;
  readonly label: string;
  /** What it begins with; later texts are its own. */
  readonly initial: string;
  readonly problems: readonly RegistrationProblem[];
  readonly onChange: (text: string) => void;
  /** Characters from the start of the text to the cursor. */
  readonly onCursor: (offset: number) => void;
}

/** JSON to be edited, with the lines marked that have a problem. */
export function JsonEditor({ ref, label, initial, problems, onChange, onCursor }: JsonEditorProps) {
  const place = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(undefined);
  const text = useRef(initial);
  const scheme = useComputedColorScheme();
  const firstScheme = useRef(scheme);
  const changed = useEffectEvent((doc: string) => {
    text.current = doc;
    onChange(doc);
  });
  const moved = useEffectEvent((offset: number) => onCursor(offset));

  useEffect(() => {
    if (!place.current) return;
    const editor = new EditorView({
      parent: place.current,
      doc: text.current,
      extensions: [
        EditorView.cspNonce.of(cspNonce()),
        EditorView.contentAttributes.of({ 'aria-label': label, spellcheck: 'false' }),
        EditorState.tabSize.of(2),
        EditorView.lineWrapping,
        lineNumbers(),
        undoHistory(),
        keymap.of([{ key: 'Enter', run: breakLine }]),
        problemLines,
        colours.of(themeFor(firstScheme.current)),
        EditorView.updateListener.of(({ docChanged, selectionSet, state }) => {
          if (docChanged) changed(state.doc.toString());
          if (docChanged || selectionSet) moved(state.selection.main.head);
        }),
      ],
    });
    view.current = editor;
    return () => {
      view.current = undefined;
      editor.destroy();
    };
  }, [label]);

  // Only the theme is changed, so that the cursor and what can be undone stay.
  useEffect(() => {
    view.current?.dispatch({ effects: colours.reconfigure(themeFor(scheme)) });
  }, [scheme]);

  useEffect(() => {
    view.current?.dispatch({ effects: setProblems.of(problems) });
  }, [problems]);

  useImperativeHandle(
    ref,
    () => ({
      jumpTo(offset) {
        const anchor = Math.min(offset, view.current?.state.doc.length ?? 0);
        view.current?.dispatch({ selection: { anchor }, scrollIntoView: true });
        view.current?.focus();
      },
      replace(from, to, insert) {
        view.current?.dispatch({
          changes: { from, to, insert },
          selection: { anchor: from + insert.length },
          scrollIntoView: true,
          userEvent: 'input.complete',
        });
        view.current?.focus();
      },
    }),
    [],
  );

  return <div ref={place} className={styles.editor} />;
}

/** A new line begins where the one before it does. */
function breakLine(view: EditorView): boolean {
  const { state } = view;
  const line = state.doc.lineAt(state.selection.main.from);
  const indentation = /^ */.exec(line.text)?.[0] ?? '';
  view.dispatch(state.replaceSelection(`\n${indentation}`), { scrollIntoView: true, userEvent: 'input' });
  return true;
}

const setProblems = StateEffect.define<readonly RegistrationProblem[]>();

const problemLines = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(lines, transaction) {
    const told = transaction.effects.find((effect) => effect.is(setProblems));
    if (told === undefined) return lines.map(transaction.changes);
    const { doc } = transaction.state;
    const starts = told.value
      .filter(({ line }) => line <= doc.lines)
      .map(({ line, severity }) => ({ from: doc.line(line).from, severity }));
    return Decoration.set(
      starts.map(({ from, severity }) => Decoration.line({ class: `cm-${severity}` }).range(from)),
      true,
    );
  },
  provide: (field) => EditorView.decorations.from(field),
});

const THEME = {
  '&': { color: 'var(--ink)', backgroundColor: 'var(--pane)', fontSize: '12px', height: '100%' },
  '&.cm-focused': { outline: '2px solid var(--go)', outlineOffset: '-2px' },
  '.cm-scroller': { overflow: 'auto' },
  '.cm-content': { fontFamily: 'var(--mono)', caretColor: 'var(--ink)' },
  '.cm-gutters': {
    color: 'var(--faint)',
    backgroundColor: 'var(--pane)',
    borderRight: '1px solid var(--line)',
  },
  '.cm-error': { backgroundColor: 'var(--bad-ground)', boxShadow: 'inset 3px 0 var(--bad)' },
  '.cm-warning': { backgroundColor: 'var(--warn-ground)', boxShadow: 'inset 3px 0 var(--warn)' },
};

const colours = new Compartment();

function themeFor(scheme: 'light' | 'dark'): Extension {
  return EditorView.theme(THEME, { dark: scheme === 'dark' });
}
