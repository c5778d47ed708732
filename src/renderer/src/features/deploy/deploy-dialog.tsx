import { Button } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useEffect, useState } from 'react';
import type { Change } from '../../../../shared/model/change.ts';
import type { Release } from '../../../../shared/model/plan.ts';
import type { ServiceDetail, ServiceRef } from '../../../../shared/model/service.ts';
import drawer from '../../ui/drawer.module.css';
import { GuardedDrawer } from '../plan/guarded-drawer.tsx';
import { PlanLoader, PlanLoading } from '../plan/plan-loader.tsx';
import styles from './deploy-dialog.module.css';
import {
  type DeployInput,
  forgetDraft,
  isSameInput,
  isWorthKeeping,
  restoreDraft,
  saveDraft,
  sendDraft,
} from './deploy-draft.ts';
import { DeployForm } from './deploy-form.tsx';
import type { DeployStart } from './deploy-start.ts';
import { DEPLOY_TEXT } from './deploy-text.ts';

/** From here on the choice and its review are on one sheet; in a narrower window the review is a step of its own. */
const ONE_SHEET_FROM = 1280;
/** How long a choice rests before it is reviewed by itself. */
const REVIEW_AFTER_MS = 400;

interface DeployDialogProps {
  readonly service: ServiceRef;
  readonly detail: ServiceDetail;
  readonly opened: boolean;
  /** What it begins with, where it is opened for a purpose. */
  readonly start?: DeployStart | undefined;
  readonly onClose: () => void;
  readonly onStarted: (release: Release) => void;
}

/** Chooses images and settings, shows the plan, and starts the deployment. */
export function DeployDialog({ service, detail, opened, start, onClose, onStarted }: DeployDialogProps) {
  const [busy, setBusy] = useState<string>();
  const [isChanged, setChanged] = useState(false);
  const isOneSheet = useIsOneSheet();
  return (
    <GuardedDrawer
      title={DEPLOY_TEXT.title(service.service)}
      opened={opened}
      size={isOneSheet ? 'min(1360px, 96vw)' : undefined}
      busy={busy}
      draft={isChanged && start === undefined ? { discard: () => forgetDraft(service) } : undefined}
      onClose={onClose}
    >
      {(close) => (
        <DeploySteps
          service={service}
          detail={detail}
          start={start}
          isOneSheet={isOneSheet}
          onBusyChange={setBusy}
          onChanged={setChanged}
          onCancel={close}
          onStarted={(release) => {
            forgetDraft(service);
            onStarted(release);
            onClose();
          }}
        />
      )}
    </GuardedDrawer>
  );
}

interface DeployStepsProps {
  readonly service: ServiceRef;
  readonly detail: ServiceDetail;
  readonly start: DeployStart | undefined;
  readonly isOneSheet: boolean;
  readonly onBusyChange: (busy: string | undefined) => void;
  readonly onChanged: (isChanged: boolean) => void;
  readonly onCancel: () => void;
  readonly onStarted: (release: Release) => void;
}

function DeploySteps(props: DeployStepsProps) {
  const { service, detail, start, isOneSheet, onBusyChange, onChanged, onCancel, onStarted } = props;
  const [ready, setReady] = useState<Change>();
  const [review, setReview] = useReview(ready, isOneSheet);
  const [isSending, setSending] = useState(false);
  const [draft, setDraft] = useState(() =>
    start === undefined ? restoreDraft(service, detail, Date.now()) : undefined,
  );
  const { account, region, cluster, service: name } = service;
  const keepDraft = (input: DeployInput, initial: DeployInput): void => {
    onChanged(!isSameInput(input, initial));
    if (start !== undefined) return;
    if (isWorthKeeping(input, initial)) saveDraft(service, input, detail.revision);
    else forgetDraft(service);
  };
  const foot = isOneSheet && <NoPlanActions onCancel={onCancel} />;
  return (
    <div className={isOneSheet ? styles.sheet : styles.step}>
      {/* Kept while the plan is read, so that Back finds every choice. Discarding a draft starts a new form. */}
      <DeployForm
        key={draft === undefined ? 'new' : 'restored'}
        hidden={!isOneSheet && review !== undefined}
        isInert={isSending}
        service={{ account, region, cluster, service: name }}
        start={start}
        draft={draft}
        detail={detail}
        onBusyChange={onBusyChange}
        onInput={keepDraft}
        onDiscardDraft={() => setDraft(undefined)}
        onCancel={isOneSheet ? undefined : onCancel}
        onReady={setReady}
        onPlan={(change) => setReview({ change, focus: (review?.focus ?? 0) + 1 })}
      />
      <section
        className={isOneSheet ? styles.review : styles.plan}
        hidden={!isOneSheet && review === undefined}
        aria-label={DEPLOY_TEXT.reviewPane}
      >
        {review && (
          <PlanLoader
            source={{
              method: 'releases.plan',
              input: { service: { account, region, cluster, service: name }, change: review.change },
            }}
            {...(isOneSheet ? {} : { cancelWord: DEPLOY_TEXT.back })}
            onCancel={isOneSheet ? onCancel : () => setReview(undefined)}
            onBusyChange={(busy) => {
              setSending(busy !== undefined);
              onBusyChange(busy);
            }}
            onSending={start === undefined ? (plan) => sendDraft(service, plan) : undefined}
            onExecuted={onStarted}
            focus={review.focus}
            foot={foot}
          />
        )}
        {!review && ready !== undefined && <PlanLoading />}
        {!review && ready === undefined && <p className={styles.hint}>{DEPLOY_TEXT.reviewHint}</p>}
        {!review && foot}
      </section>
    </div>
  );
}

interface Review {
  readonly change: Change;
  /** Which time somebody asked for it; 0 for a review that was made by itself. */
  readonly focus: number;
}

/**
 * What is reviewed; on one sheet the choice, once it rests. A review of an earlier choice is never shown: its button
 * would deploy what is chosen no more.
 */
function useReview(ready: Change | undefined, isOneSheet: boolean) {
  const [review, setReview] = useState<Review>();
  useEffect(() => {
    if (!isOneSheet || ready === undefined) return undefined;
    const byItself = (before: Review | undefined): Review =>
      before && isSameChange(before.change, ready) ? before : { change: ready, focus: 0 };
    const timer = setTimeout(() => setReview(byItself), REVIEW_AFTER_MS);
    return () => clearTimeout(timer);
  }, [ready, isOneSheet]);
  return [review && ready && isSameChange(review.change, ready) ? review : undefined, setReview] as const;
}

function isSameChange(one: Change, other: Change): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** The actions of a sheet that has no plan yet. */
function NoPlanActions({ onCancel }: { readonly onCancel: () => void }) {
  return (
    <div className={drawer.actions}>
      <Button onClick={onCancel}>{DEPLOY_TEXT.cancel}</Button>
      <Button variant="filled" disabled>
        {DEPLOY_TEXT.deploy}
      </Button>
    </div>
  );
}

function useIsOneSheet(): boolean {
  return (
    useMediaQuery(`(min-width: ${ONE_SHEET_FROM}px)`, undefined, { getInitialValueInEffect: false }) ?? false
  );
}
