import { Button, Checkbox, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import type { FleetPlan } from '../../../../shared/model/fleet.ts';
import { useEngineChange } from '../../lib/queries.ts';
import { COMMIT, releasedCommit } from '../../lib/released-commit.ts';
import { ConfirmByTyping } from '../../ui/confirm-by-typing.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { isLink } from '../plan/plan-input.ts';
import styles from './fleet.module.css';
import { type Overrides, toldOverrides } from './fleet-overrides.ts';
import { FLEET_TEXT } from './fleet-text.ts';
import type { FleetReason } from './use-fleet-draft.ts';

interface FleetStartProps {
  readonly plan: FleetPlan;
  readonly overrides: Overrides;
  readonly reason: FleetReason;
  readonly onReason: (reason: FleetReason) => void;
  readonly onStarted: (fleet: string) => void;
}

/** The reason that is saved with every release of the fleet, and the button that starts it. */
export function FleetStart({ plan, overrides, reason, onReason, onStarted }: FleetStartProps) {
  const { why, link, commit = commitOf(plan) ?? '' } = reason;
  const set = (changed: Partial<FleetReason>): void => onReason({ ...reason, ...changed });
  const [typed, setTyped] = useState('');
  const [waits, setWaits] = useState(false);
  const start = useEngineChange('fleet.execute');
  const { id, confirmation, title, needsReason = false } = plan;
  const isCommitFine = commit.trim() === '' || COMMIT.test(commit.trim());
  const isConfirmed = confirmation === undefined || typed === confirmation;
  const hasReason = !needsReason || why.trim() !== '';
  const isReady = isConfirmed && hasReason && isLink(link) && isCommitFine;

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!isReady || start.isPending) return;
    const said = {
      ...given('why', why),
      ...given('link', link),
      ...given('commit', commit),
      ...(confirmation === undefined ? {} : { confirmation: typed }),
      ...(waits ? { waitLockSeconds: LOCK_WAIT_SECONDS } : {}),
    };
    start.mutate(
      { plan: id, ...said, overrides: toldOverrides(plan, overrides) },
      { onSuccess: ({ fleet }) => onStarted(fleet) },
    );
  };

  return (
    <form className={styles.rules} onSubmit={submit}>
      {start.isError && <ErrorNotice error={start.error} />}
      <div className={styles.text}>
        <TextInput
          label={FLEET_TEXT.reason}
          description={needsReason ? FLEET_TEXT.reasonRequired : undefined}
          aria-required={needsReason}
          placeholder={FLEET_TEXT.reasonHint}
          maxLength={500}
          spellCheck
          value={why}
          onChange={(event) => set({ why: event.currentTarget.value })}
        />
        <TextInput
          label={FLEET_TEXT.link}
          placeholder={FLEET_TEXT.linkHint}
          maxLength={500}
          value={link}
          error={isLink(link) ? undefined : FLEET_TEXT.noLink}
          onChange={(event) => set({ link: event.currentTarget.value })}
        />
        <TextInput
          label={FLEET_TEXT.commit}
          placeholder={FLEET_TEXT.commitHint}
          maxLength={70}
          value={commit}
          error={isCommitFine ? undefined : FLEET_TEXT.noCommit}
          onChange={(event) => set({ commit: event.currentTarget.value })}
        />
      </div>
      <p className={styles.note}>{FLEET_TEXT.saved}</p>
      {hasLocks(plan) && (
        <Checkbox
          label={FLEET_TEXT.waitsForLocks}
          checked={waits}
          onChange={(event) => setWaits(event.currentTarget.checked)}
        />
      )}
      <div className={styles.line}>
        {confirmation !== undefined && (
          <ConfirmByTyping
            expected={confirmation}
            purpose={FLEET_TEXT.confirmPurpose}
            value={typed}
            onChange={setTyped}
          />
        )}
        <Button
          className={styles.end}
          type="submit"
          variant="filled"
          disabled={!isReady}
          loading={start.isPending}
        >
          {title}
        </Button>
      </div>
    </form>
  );
}

/** Like `--wait-lock` of the command. */
const LOCK_WAIT_SECONDS = 30 * 60;

/** Whether a service has a ledger: its plan is then checked for holds. */
function hasLocks({ waves }: FleetPlan): boolean {
  return waves.flat().some(({ plan }) => plan?.checks.some(({ rule }) => rule === 'held') === true);
}

/** The commit that the labels of the image name; none where each service gets its own image. */
function commitOf({ image, waves }: FleetPlan): string | undefined {
  if (image === undefined) return undefined;
  return waves
    .flat()
    .flatMap(({ plan }) => (plan === undefined ? [] : (releasedCommit(plan) ?? [])))
    .at(0);
}

function given<Name extends string>(name: Name, text: string): { readonly [N in Name]?: string } {
  const trimmed = text.trim();
  const field: { [N in Name]?: string } = {};
  if (trimmed !== '') field[name] = trimmed;
  return field;
}
