import { SegmentedControl } from '@mantine/core';
import { lazy, type ReactNode, Suspense, useRef, useState } from 'react';
import type { RegistrationProblem } from '../../../../shared/model/registration.ts';
import { useEngine } from '../../lib/engine.ts';
import { Card } from '../../ui/card.tsx';
import { LoadingRows } from '../../ui/loading-rows.tsx';
import { withValue, writeDocument } from './draft-document.ts';
import type { FormEditing } from './form-editing.ts';
import type { JsonEditorHandle, JsonEditorProps } from './json-editor.tsx';
import { ProblemList } from './problem-list.tsx';
import styles from './revision-editor-page.module.css';
import { EDITOR_TEXT } from './revision-editor-text.ts';
import { RevisionForm } from './revision-form.tsx';
import type { EditorDraft } from './use-editor-draft.ts';
import type { Document, RegistrationCheckState } from './use-registration.ts';

// The editor is large, and most people never open it.
const JsonEditor = lazy(async () => ({ default: (await import('./json-editor.tsx')).JsonEditor }));

type View = 'form' | 'json';

interface DefinitionEditorProps {
  readonly draft: EditorDraft;
  readonly document: Document;
  readonly check: RegistrationCheckState;
  readonly choices: FormEditing['choices'];
  /** What stands below the problems. */
  readonly children: ReactNode;
}

/** The text of the draft in a form or as JSON, and beside it what is wrong with it. */
export function DefinitionEditor({ draft, document, check, choices, children }: DefinitionEditorProps) {
  const editor = useRef<JsonEditorHandle>(null);
  const complete = useCompletion();
  const [wanted, setWanted] = useState<View>('form');
  // What cannot be read stays where it can be mended.
  const view: View = document === undefined ? 'json' : wanted;
  const { problems } = check;
  const jump = ({ offset, path }: RegistrationProblem): void => {
    const field = globalThis.document.getElementById(path);
    if (field === null) setWanted('json');
    else {
      // What is folded away cannot have the focus.
      field.closest('details')?.setAttribute('open', '');
      field.focus();
    }
    editor.current?.jumpTo(offset);
  };
  return (
    <div className={styles.columns}>
      <Card
        title={view === 'form' ? EDITOR_TEXT.definition : EDITOR_TEXT.definitionAsJson}
        aside={
          <SegmentedControl
            aria-label={EDITOR_TEXT.editAs}
            data={[
              { value: 'form', label: EDITOR_TEXT.form, disabled: document === undefined },
              { value: 'json', label: EDITOR_TEXT.json },
            ]}
            value={view}
            onChange={(value) => setWanted(value === 'form' ? 'form' : 'json')}
          />
        }
      >
        {view === 'form' && document !== undefined ? (
          <RevisionForm
            editing={{
              document,
              problems,
              choices,
              onChange: (place, value) => draft.setJson(writeDocument(withValue(document, place, value))),
            }}
          />
        ) : (
          <Suspense fallback={<LoadingRows what={EDITOR_TEXT.editor} rows={12} height={20} />}>
            <JsonEditor
              // The editor has its own text: it begins again where the draft is discarded.
              key={draft.discards}
              ref={editor}
              label={EDITOR_TEXT.definitionAsJson}
              initial={draft.json}
              problems={problems}
              onChange={(text) => {
                // From here on it is JSON, also once what is typed can be read again.
                setWanted('json');
                draft.setJson(text);
              }}
              complete={complete}
            />
          </Suspense>
        )}
      </Card>
      <div className={styles.side}>
        {check.error === null && (
          <ProblemList problems={problems} isChecking={!check.isChecked} onJump={jump} />
        )}
        {children}
      </div>
    </div>
  );
}

/** What may stand at a place of the text. */
function useCompletion(): JsonEditorProps['complete'] {
  const engine = useEngine();
  return async (text, offset, signal) => {
    try {
      return await engine.call('revisions.complete', { json: text, offset }, { signal });
    } catch {
      // Completion is an offer. What is wrong with a text, or with the connection, the check says.
      return undefined;
    }
  };
}
