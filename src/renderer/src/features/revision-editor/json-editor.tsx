import {
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
} from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { json } from '@codemirror/lang-json';
import { bracketMatching, indentOnInput, syntaxHighlighting } from '@codemirror/language';
import { lintGutter, lintKeymap, previousDiagnostic, setDiagnostics } from '@codemirror/lint';
import { highlightSelectionMatches, search, searchKeymap } from '@codemirror/search';
import { Compartment, EditorState, type Extension } from '@codemirror/state';
import { EditorView, keymap, lineNumbers } from '@codemirror/view';
import { useComputedColorScheme } from '@mantine/core';
import { type Ref, useEffect, useEffectEvent, useId, useImperativeHandle, useRef } from 'react';
import type { RegistrationCompletion, RegistrationProblem } from '../../../../shared/model/registration.ts';
import { cspNonce } from '../../lib/csp-nonce.ts';
import { JSON_COLOURS } from '../../ui/json-colours.ts';
import { completionSource } from './completion-source.ts';
import { diagnosticsOf } from './diagnostics.ts';
import styles from './json-editor.module.css';
import { EDITOR_THEME } from './json-editor-theme.ts';
import { EDITOR_TEXT } from './revision-editor-text.ts';

/** What the views around the editor ask of it. */
export interface JsonEditorHandle {
  /** Puts the cursor there and brings it into view. */
  readonly jumpTo: (offset: number) => void;
}

export interface JsonEditorProps {
  readonly ref?: Ref<JsonEditorHandle>;
  readonly label: string;
  /** What it begins with; later texts are its own. */
  readonly initial: string;
  readonly problems: readonly RegistrationProblem[];
  readonly onChange: (text: string) => void;
  /** What may stand at a place of a text; undefined when the signal ends the question. */
  readonly complete: (
    text: string,
    offset: number,
    signal: AbortSignal,
  ) => Promise<RegistrationCompletion | undefined>;
}

/** JSON to be edited, with the places marked that have a problem. */
export function JsonEditor({ ref, label, initial, problems, onChange, complete }: JsonEditorProps) {
  const place = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(undefined);
  const text = useRef(initial);
  const hint = useId();
  const scheme = useComputedColorScheme();
  const firstScheme = useRef(scheme);
  const changed = useEffectEvent((doc: string) => {
    text.current = doc;
    onChange(doc);
  });
  const completeNow = useEffectEvent(complete);

  useEffect(() => {
    if (!place.current) return;
    const editor = new EditorView({
      parent: place.current,
      doc: text.current,
      extensions: [
        EditorView.cspNonce.of(cspNonce()),
        EditorView.contentAttributes.of({
          'aria-label': label,
          'aria-describedby': hint,
          spellcheck: 'false',
          tabindex: '0',
        }),
        editing(),
        autocompletion({
          override: [completionSource((doc, offset, signal) => completeNow(doc, offset, signal))],
          icons: false,
        }),
        colours.of(themeFor(firstScheme.current)),
        EditorView.updateListener.of(({ docChanged, state }) => {
          if (docChanged) changed(state.doc.toString());
        }),
      ],
    });
    view.current = editor;
    return () => {
      view.current = undefined;
      editor.destroy();
    };
  }, [label, hint]);

  // Only the theme is changed, so that the cursor and what can be undone stay.
  useEffect(() => {
    view.current?.dispatch({ effects: colours.reconfigure(themeFor(scheme)) });
  }, [scheme]);

  useEffect(() => {
    const editor = view.current;
    if (editor) editor.dispatch(setDiagnostics(editor.state, [...diagnosticsOf(editor.state, problems)]));
  }, [problems]);

  useImperativeHandle(
    ref,
    () => ({
      jumpTo(offset) {
        const anchor = Math.min(offset, view.current?.state.doc.length ?? 0);
        view.current?.dispatch({ selection: { anchor }, scrollIntoView: true });
        view.current?.focus();
      },
    }),
    [],
  );

  return (
    <>
      <div ref={place} className={styles.editor} />
      <p id={hint} className={styles.hint}>
        {EDITOR_TEXT.keys}
      </p>
    </>
  );
}

/** What is the same in every editor of JSON: its language, and the keys that editors have. */
function editing(): Extension {
  return [
    EditorState.tabSize.of(2),
    EditorView.lineWrapping,
    lineNumbers(),
    lintGutter(),
    history(),
    json(),
    syntaxHighlighting(JSON_COLOURS),
    indentOnInput(),
    bracketMatching(),
    closeBrackets(),
    search({ top: true }),
    highlightSelectionMatches(),
    keymap.of([
      ...closeBracketsKeymap,
      ...completionKeymap,
      { key: 'Shift-F8', run: previousDiagnostic },
      ...lintKeymap,
      ...searchKeymap,
      ...historyKeymap,
      ...defaultKeymap,
      indentWithTab,
    ]),
  ];
}

const colours = new Compartment();

function themeFor(scheme: 'light' | 'dark'): Extension {
  return EditorView.theme(EDITOR_THEME, { dark: scheme === 'dark' });
}
