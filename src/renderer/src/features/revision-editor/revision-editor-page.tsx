import { Button, TextInput } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { lazy, Suspense, useId, useState } from 'react';
import type { Scope } from '../../../../shared/model/account.ts';
import type { RegistrationCheck } from '../../../../shared/model/registration.ts';
import { useEngineQuery } from '../../lib/queries.ts';
import { refusedProps } from '../../lib/refusals.ts';
import { ButtonNote } from '../../ui/button-note.tsx';
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
import { DefinitionEditor } from './definition-editor.tsx';
import { DeployRegistered } from './deploy-registered.tsx';
import { readDocument } from './draft-document.ts';
import type { FormEditing } from './form-editing.ts';
import { RegisteredCard } from './registered-card.tsx';
import styles from './revision-editor-page.module.css';
import { EDITOR_TEXT } from './revision-editor-text.ts';
import { type EditorDraft, useEditorDraft } from './use-editor-draft.ts';
import { type Registering, useRegistering, useRegistrationCheck } from './use-registration.ts';

// Few people compare the text itself.
const RawComparison = lazy(async () => ({
  default: (await import('../revisions/raw-comparison.tsx')).RawComparison,
}));

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
    const { json, choices, missing } = draft.data;
    return (
      <Editing key={from} scope={scope} from={from} base={json} choices={choices} missing={missing ?? []} />
    );
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
  /** Settings of the revision that the text does not have. */
  readonly missing: readonly string[];
}

function Editing({ scope, from, base, choices, missing }: EditingProps) {
  const missingId = useId();
  const draft = useEditorDraft(`revision.${scope.account}.${scope.region}.${from}`, base);
  const { json } = draft;
  const document = readDocument(json);
  const [isComparing, setComparing] = useState(false);
  const check = useRegistrationCheck(json, base);
  const registering = useRegistering({ scope, draft, document });
  const { register, refusals } = registering;
  return (
    <Page
      title={EDITOR_TEXT.titleFrom(from)}
      actions={<RegisterActions draft={draft} isSound={check.isSound} registering={registering} />}
    >
      <LeaveGuard
        isDirty={draft.isDirty}
        isLostOnClose={!draft.isStored || draft.withheld.length > 0}
        lost={draft.withheld.length === 0 ? undefined : DRAFT_TEXT.withheld(draft.withheld)}
      />
      {draft.restored && (
        <DraftNotice at={draft.restored.at} missing={draft.restored.missing} onDiscard={draft.discard} />
      )}
      {missing.length > 0 && (
        <ButtonNote kind="warning" noteId={missingId}>
          {EDITOR_TEXT.missing(from, missing)}
        </ButtonNote>
      )}
      <RefusalNote refusals={refusals} />
      {check.error && <ErrorNotice error={check.error} onRetry={check.retry} />}
      {register.error && <ErrorNotice error={register.error} />}
      {register.data && <RegisteredCard scope={scope} registration={register.data} />}
      {register.data && registering.deploys && (
        <DeployRegistered scope={scope} registration={register.data} />
      )}
      <DefinitionEditor draft={draft} document={document} check={check} choices={choices}>
        <Changes
          from={from}
          isBase={check.rested === base}
          check={check.data}
          isComparing={isComparing}
          onCompare={() => setComparing(!isComparing)}
        />
        {draft.isDirty && <DraftState draft={draft} />}
      </DefinitionEditor>
      {isComparing && (
        <Card title={EDITOR_TEXT.asJson}>
          <Suspense fallback={<LoadingRows what={EDITOR_TEXT.editor} rows={6} height={20} />}>
            <RawComparison before={base} after={check.rested} />
          </Suspense>
        </Card>
      )}
    </Page>
  );
}

interface RegisterActionsProps {
  readonly draft: EditorDraft;
  readonly isSound: boolean;
  readonly registering: Registering;
}

/** The reason, and the buttons that register the text, alone or to deploy it next. */
function RegisterActions({ draft, isSound, registering }: RegisterActionsProps) {
  const { register, isRegistered, refusals, send, sendAndDeploy } = registering;
  return (
    <div className={styles.actions}>
      <TextInput
        aria-label={EDITOR_TEXT.reason}
        placeholder={EDITOR_TEXT.reasonHint}
        maxLength={500}
        w={270}
        value={draft.note}
        onChange={(event) => draft.setNote(event.currentTarget.value)}
      />
      <Button
        disabled={!isSound || isRegistered}
        loading={register.isPending}
        {...refusedProps(refusals, 'register')}
        onClick={send}
      >
        {EDITOR_TEXT.register}
      </Button>
      <Button
        variant="filled"
        disabled={!isSound || register.isPending}
        {...(isRegistered ? {} : refusedProps(refusals, 'register'))}
        onClick={sendAndDeploy}
      >
        {isRegistered ? EDITOR_TEXT.deploy : EDITOR_TEXT.registerAndDeploy}
      </Button>
    </div>
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
