import { json } from '@codemirror/lang-json';
import { syntaxHighlighting } from '@codemirror/language';
import { MergeView } from '@codemirror/merge';
import { EditorState, type Extension } from '@codemirror/state';
import { EditorView, lineNumbers } from '@codemirror/view';
import { useComputedColorScheme } from '@mantine/core';
import { useEffect, useRef } from 'react';
import { cspNonce } from '../../lib/csp-nonce.ts';
import { JSON_COLOURS } from '../../ui/json-colours.ts';
import styles from './raw-comparison.module.css';
import { COMPARE_TEXT } from './revisions-text.ts';

interface RawComparisonProps {
  /** Indented JSON. */
  readonly before: string;
  readonly after: string;
}

/** Two texts side by side with what differs marked; long stretches that are the same are folded. */
export function RawComparison({ before, after }: RawComparisonProps) {
  const place = useRef<HTMLElement>(null);
  const scheme = useComputedColorScheme();

  useEffect(() => {
    if (!place.current) return;
    const view = new MergeView({
      parent: place.current,
      a: { doc: before, extensions: reading(COMPARE_TEXT.before, scheme) },
      b: { doc: after, extensions: reading(COMPARE_TEXT.after, scheme) },
      collapseUnchanged: { margin: 3, minSize: 6 },
    });
    return () => view.destroy();
  }, [before, after, scheme]);

  return <section ref={place} className={styles.raw} aria-label={COMPARE_TEXT.jsonSideBySide} />;
}

function reading(label: string, scheme: 'light' | 'dark'): Extension {
  return [
    EditorView.cspNonce.of(cspNonce()),
    EditorView.contentAttributes.of({ 'aria-label': label, tabindex: '0' }),
    EditorState.readOnly.of(true),
    EditorView.editable.of(false),
    EditorView.lineWrapping,
    json(),
    syntaxHighlighting(JSON_COLOURS),
    lineNumbers(),
    EditorView.theme(THEME, { dark: scheme === 'dark' }),
  ];
}

const THEME = {
  '&': { color: 'var(--ink)', backgroundColor: 'var(--pane)', fontSize: '12px' },
  '.cm-content': { fontFamily: 'var(--mono)' },
  '.cm-gutters': {
    color: 'var(--faint)',
    backgroundColor: 'var(--pane)',
    borderRight: '1px solid var(--line)',
  },
  '&.cm-merge-a .cm-changedLine': { backgroundColor: 'var(--bad-ground)' },
  '&.cm-merge-b .cm-changedLine': { backgroundColor: 'var(--ok-ground)' },
  '&.cm-merge-a .cm-changedText': { background: 'none', borderBottom: '2px solid var(--bad)' },
  '&.cm-merge-b .cm-changedText': { background: 'none', borderBottom: '2px solid var(--ok)' },
  // Its arrows are in no font that every system has.
  '.cm-collapsedLines::before, .cm-collapsedLines::after': { content: 'none' },
  '.cm-collapsedLines': { color: 'var(--soft)', background: 'var(--bg)' },
};
