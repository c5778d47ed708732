import { Button, SegmentedControl, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { lazy, Suspense, useRef, useState } from 'react';
import type { Scope } from '../../../../shared/model/account.ts';
import type { RegistrationCheck } from '../../../../shared/model/registration.ts';
import { Family } from '../../../../shared/model/revision.ts';
import { useEngine } from '../../lib/engine.ts';
import { engineQuery, useEngineChange, useEngineQuery } from '../../lib/queries.ts';
import { refusedProps, useRefusals } from '../../lib/refusals.ts';
import { Card, CardBody } from '../../ui/card.tsx';
import { DifferenceLines } from '../../ui/difference-list.tsx';
import { DraftNotice } from '../../ui/draft-notice.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorNotice, ErrorPage } from '../../ui/error-notice.tsx';
import { LeaveGuard } from '../../ui/leave-guard.tsx';
import { LoadingRows } from '../../ui/loading-rows.tsx';
import { Page } from '../../ui/page.tsx';
import { RefusalNote } from '../../ui/refusal-note.tsx';
import { DRAFT_TEXT, FAMILY_TEXT } from '../../ui/ui-text.ts';
import { DeployRegistered } from './deploy-registered.tsx';
import { readDocument, withValue, writeDocument } from './draft-document.ts';
import type { FormEditing } from './form-editing.ts';
import type { JsonEditorHandle, JsonEditorProps } from './json-editor.tsx';
import { ProblemList } from './problem-list.tsx';
import { RegisteredCard } from './registered-card.tsx';
import styles from './revision-editor-page.module.css';
import { EDITOR_TEXT } from './revision-editor-text.ts';
import { RevisionForm } from './revision-form.tsx';
import { type EditorDraft, useEditorDraft } from './use-editor-draft.ts';

// The editor is large, and most people never open it.
const JsonEditor = lazy(async () => ({ default: (await import('./json-editor.tsx')).JsonEditor }));
const RawComparison = lazy(async () => ({
  default: (await import('../revisions/raw-comparison.tsx')).RawComparison,
}));

const TYPING_MS = 250;

export interface RevisionEditorPageProps {
  readonly scope: Scope;
  /** The revision that the new one starts from, such as `web:41`. */
  readonly from: string;
}

/** A new revision by hand: the content of another one in a form or as JSON, checked while it is written, then registered. */
export function RevisionEditorPage({ scope: { account, region }, from }: RevisionEditorPageProps) {
  const scope = { account, region };
  return from === '' ? <NoBase scope={scope} /> : <RevisionFrom scope={scope} from={from} />;
}

/** The page of an address without a revision to start from. */
function NoBase({ scope }: { readonly scope: Scope }) {
  return (
    <Page title={EDITOR_TEXT.title}>
      <EmptyState title={EDITOR_TEXT.noBase} action={<AllFamilies scope={scope} />}>
        {EDITOR_TEXT.noBaseHelp}
      </EmptyState>
    </Page>
  );
}

function AllFamilies({ scope }: { readonly scope: Scope }) {
  return (
    <Button
      style={{ alignSelf: 'center' }}
      renderRoot={(props) => <Link to="/a/$account/$region/families" params={scope} {...props} />}
    >
      {FAMILY_TEXT.all}
    </Button>
  );
}

function RevisionFrom({ scope, from }: RevisionEditorPageProps) {
  const draft = useEngineQuery('revisions.draft', { ...scope, revision: from }, { staleMs: Infinity });
  if (draft.data) {
    const { json, choices } = draft.data;
    return <Editing key={from} scope={scope} from={from} base={json} choices={choices} />;
  }
  return (
    <Page title={EDITOR_TEXT.title}>
      {draft.error ? (
        <>
          <ErrorPage error={draft.error} onRetry={() => void draft.refetch()} />
          <AllFamilies scope={scope} />
        </>
      ) : (
        <LoadingRows what={from} rows={12} height={20} />
      )}
    </Page>
  );
}

interface EditingProps {
  readonly scope: Scope;
  readonly from: string;
  readonly base: string;
  readonly choices: FormEditing['choices'];
}

type View = 'form' | 'json';

function Editing({ scope, from, base, choices }: EditingProps) {
  const editor = useRef<JsonEditorHandle>(null);
  const draft = useEditorDraft(`revision.${scope.account}.${scope.region}.${from}`, base);
  const { json, note, setJson, setNote, restored } = draft;
  const [begun, setBegun] = useState(0);
  const [wanted, setWanted] = useState<View>('form');
  const document = readDocument(json);
  // What cannot be read stays where it can be mended.
  const view: View = document === undefined ? 'json' : wanted;
  const [deploys, setDeploys] = useState(false);
  const [isComparing, setComparing] = useState(false);
  const [rested] = useDebouncedValue(json, TYPING_MS);
  const engine = useEngine();
  const query = engineQuery(engine, 'revisions.check', { json: rested, base });
  const check = useQuery({ ...query, placeholderData: keepPreviousData, gcTime: 0 });
  const register = useEngineChange('revisions.register');
  // The same text once more would be another number for nothing.
  const isRegistered = register.isSuccess && register.variables.json === json;
  const refusals = useRefusals({ ...scope, changes: ['register'], ...familyOf(document) });
  const isRefused = refusals.isRefused('register') && !isRegistered;
  const problems = check.data?.problems ?? [];
  const isChecked = rested === json && check.isSuccess && !check.isPlaceholderData;
  const isSound = isChecked && problems.every(({ severity }) => severity !== 'error');
  const complete: JsonEditorProps['complete'] = async (text, offset, signal) => {
    try {
      return await engine.call('revisions.complete', { json: text, offset }, { signal });
    } catch {
      // Completion is an offer. What is wrong with a text, or with the connection, the check says.
      return undefined;
    }
  };
  const send = (thenDeploy: boolean): void => {
    if (isRefused) return;
    setDeploys(thenDeploy);
    if (isRegistered) return;
    const why = note.trim();
    register.mutate({ ...scope, json, ...(why === '' ? {} : { note: why }) }, { onSuccess: draft.done });
  };
  return (
    <Page
      title={EDITOR_TEXT.titleFrom(from)}
      actions={
        <div className={styles.actions}>
          <TextInput
            aria-label={EDITOR_TEXT.reason}
            placeholder={EDITOR_TEXT.reasonHint}
            maxLength={500}
            w={270}
            value={note}
            onChange={(event) => setNote(event.currentTarget.value)}
          />
          <Button
            disabled={!isSound || isRegistered}
            loading={register.isPending}
            {...refusedProps(refusals, 'register')}
            onClick={() => send(false)}
          >
            {EDITOR_TEXT.register}
          </Button>
          <Button
            variant="filled"
            disabled={!isSound || register.isPending}
            {...(isRegistered ? {} : refusedProps(refusals, 'register'))}
            onClick={() => send(true)}
          >
            {isRegistered ? EDITOR_TEXT.deploy : EDITOR_TEXT.registerAndDeploy}
          </Button>
        </div>
      }
    >
      <LeaveGuard
        isDirty={draft.isDirty}
        isLostOnClose={!draft.isStored || draft.withheld.length > 0}
        lost={draft.withheld.length === 0 ? undefined : DRAFT_TEXT.withheld(draft.withheld)}
      />
      {restored && (
        <DraftNotice
          at={restored.at}
          missing={restored.missing}
          onDiscard={() => {
            draft.discard();
            setBegun(begun + 1);
          }}
        />
      )}
      <RefusalNote refusals={refusals} />
      {check.error && <ErrorNotice error={check.error} onRetry={() => void check.refetch()} />}
      {register.error && <ErrorNotice error={register.error} />}
      {register.data && <RegisteredCard scope={scope} registration={register.data} />}
      {register.data && deploys && <DeployRegistered scope={scope} registration={register.data} />}
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
                onChange: (place, value) => setJson(writeDocument(withValue(document, place, value))),
              }}
            />
          ) : (
            <Suspense fallback={<LoadingRows what={EDITOR_TEXT.editor} rows={12} height={20} />}>
              <JsonEditor
                // The editor has its own text: it begins again where the draft is discarded.
                key={begun}
                ref={editor}
                label={EDITOR_TEXT.definitionAsJson}
                initial={json}
                problems={problems}
                onChange={(text) => {
                  // From here on it is JSON, also once what is typed can be read again.
                  setWanted('json');
                  setJson(text);
                }}
                complete={complete}
              />
            </Suspense>
          )}
        </Card>
        <div className={styles.side}>
          {check.error === null && (
            <ProblemList
              problems={problems}
              isChecking={!isChecked}
              onJump={({ offset: place, path }) => {
                const field = globalThis.document.getElementById(path);
                if (field === null) setWanted('json');
                else {
                  // What is folded away cannot have the focus.
                  field.closest('details')?.setAttribute('open', '');
                  field.focus();
                }
                editor.current?.jumpTo(place);
              }}
            />
          )}
          <Changes
            from={from}
            isBase={rested === base}
            check={check.data}
            isComparing={isComparing}
            onCompare={() => setComparing(!isComparing)}
          />
          {draft.isDirty && <DraftState draft={draft} />}
        </div>
      </div>
      {isComparing && (
        <Card title={EDITOR_TEXT.asJson}>
          <Suspense fallback={<LoadingRows what={EDITOR_TEXT.editor} rows={6} height={20} />}>
            <RawComparison before={base} after={rested} />
          </Suspense>
        </Card>
      )}
    </Page>
  );
}

interface ChangesProps {
  readonly from: string;
  readonly isBase: boolean;
  readonly check: RegistrationCheck | undefined;
  readonly isComparing: boolean;
  readonly onCompare: () => void;
}

/** What the text has different from the revision that it starts from, by meaning. */
function Changes({ from, isBase, check, isComparing, onCompare }: ChangesProps) {
  const { differences = [], problems = [] } = check ?? {};
  return (
    <Card
      title={EDITOR_TEXT.differences(from)}
      aside={
        <Button size="compact-xs" onClick={onCompare} aria-expanded={isComparing}>
          {isComparing ? EDITOR_TEXT.hide : EDITOR_TEXT.sideBySide}
        </Button>
      }
    >
      <CardBody>
        {differences.length === 0 ? (
          <p className={styles.soft}>{sameLabel(isBase, problems.length > 0)}</p>
        ) : (
          <dl className={styles.differences}>
            <DifferenceLines differences={differences} />
          </dl>
        )}
      </CardBody>
    </Card>
  );
}

/** Where the draft is kept, and what of it is not. */
function DraftState({ draft: { isStored, withheld } }: { readonly draft: EditorDraft }) {
  if (!isStored) return <p className={styles.soft}>{DRAFT_TEXT.notStored}</p>;
  return (
    <p className={styles.soft}>
      {DRAFT_TEXT.stored}.{withheld.length > 0 && ` ${DRAFT_TEXT.withheld(withheld)}`}
    </p>
  );
}

/** Why no difference is shown. */
function sameLabel(isBase: boolean, hasProblems: boolean): string {
  if (isBase) return EDITOR_TEXT.noChanges;
  return hasProblems ? EDITOR_TEXT.fixProblems : EDITOR_TEXT.onlyFormat;
}

/** The family of the document, where ECS would take it as one. */
function familyOf(document: ReturnType<typeof readDocument>): { readonly family?: string } {
  const family = Family.safeParse(document === undefined ? undefined : Reflect.get(document, 'family'));
  return family.success ? { family: family.data } : {};
}
