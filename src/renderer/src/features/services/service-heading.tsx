import { Button } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { releaseName } from '../../../../shared/model/image-version.ts';
import type { ServiceDetail, ServiceRef } from '../../../../shared/model/service.ts';
import { useEngineQuery } from '../../lib/queries.ts';
import { refusedProps, useServiceRefusals } from '../../lib/refusals.ts';
import type { ServiceDialog } from '../../lib/search.ts';
import { ariaShortcut, useShortcuts } from '../../lib/shortcuts.ts';
import { ConsoleLink } from '../../ui/console-link.tsx';
import { CopyId } from '../../ui/copy-id.tsx';
import parts from '../../ui/detail-page.module.css';
import { FavouriteButton } from '../../ui/favourite-button.tsx';
import { KeyHint } from '../../ui/key-hint.tsx';
import { RefusalNote } from '../../ui/refusal-note.tsx';
import { stateKind, stateWord } from '../../ui/state-mark.tsx';
import { StateTag, Tag } from '../../ui/tag.tsx';
import { overviewStateOf } from './overview-of.ts';
import styles from './service-page.module.css';
import { OVERVIEW_TEXT, PROMOTE_TEXT, SERVICE_TEXT } from './service-text.ts';

type ServiceChange = Parameters<typeof refusedProps>[1];

interface ServiceHeadingProps {
  readonly service: ServiceRef;
  readonly detail: ServiceDetail;
  readonly isGone: boolean;
  /** Whether AWS could not be reached when the service was last read. */
  readonly isUnreachable: boolean;
  /** Whether the card of a deployment in progress counts the tasks: the page counts them in one place. */
  readonly isCountedByDeployment: boolean;
}

/** The name and the state of the service, and what can be done with it. */
export function ServiceHeading(props: ServiceHeadingProps) {
  const { service, detail, isGone, isUnreachable, isCountedByDeployment } = props;
  const navigate = useNavigate();
  const rollback = useRollback(service, detail);
  const isFixed = isGone || isUnreachable;
  const reason = isUnreachable && !isGone ? { title: SERVICE_TEXT.unreachable } : {};
  const state = isGone ? 'inactive' : detail.state;
  const refusals = useServiceRefusals(service);
  const marks = (change: ServiceChange) => (isFixed ? {} : refusedProps(refusals, change));
  const goesBackBy = isCountedByDeployment ? 'stop' : 'roll-back';
  const open = (dialog: Exclude<ServiceDialog, 'run'>): void => {
    // A promotion changes another service, maybe of another account.
    const change = dialog === 'rollback' ? goesBackBy : dialog === 'promote' ? undefined : dialog;
    if (isFixed || (change !== undefined && refusals.isRefused(change))) return;
    void navigate({
      to: '/a/$account/$region/c/$cluster/s/$service',
      params: service,
      search: (before) => ({ ...before, dialog }),
    });
  };
  useShortcuts({
    deploy: () => open('deploy'),
    rollback: () => {
      if (rollback.isPossible) open('rollback');
    },
    scale: () => open('scale'),
  });
  return (
    <>
      <div className={parts.title}>
        <h1 title={service.service} className={styles.name}>
          {service.service}
        </h1>
        <span aria-live="polite">
          {!isGone && overviewStateOf(detail) === 'drifted' ? (
            <StateTag kind="drifted">{OVERVIEW_TEXT.stateNames.drifted}</StateTag>
          ) : (
            <StateTag kind={stateKind(state)}>{stateWord(state)}</StateTag>
          )}
        </span>
        {detail.isExpress === true ? <Tag kind="idle">Express</Tag> : null}
        <span className={styles.about}>
          {isCountedByDeployment ? '' : `${SERVICE_TEXT.counts(detail)} · `}
          {detail.revision}
        </span>
        <span className={parts.links}>
          <FavouriteButton service={service} />
          <CopyId value={detail.arn} what="service ARN" />
          <ConsoleLink url={detail.consoleUrl} what={service.service} />
        </span>
        <div className={parts.actions}>
          {/*
           * The card of a deployment in progress has the way back from it. First, because its label grows once the history is
           * there: a button must not move away from under a click.
           */}
          {isCountedByDeployment ? null : (
            <Button
              onClick={() => open('rollback')}
              disabled={isFixed || !rollback.isPossible}
              {...(!isFixed &&
                rollback.isPossible &&
                !refusals.isRefused('roll-back') && { c: 'var(--bad)' })}
              {...marks('roll-back')}
              title={rollback.title}
              {...reason}
              maw={340}
              aria-keyshortcuts={ariaShortcut('rollback')}
            >
              {rollback.label}
              <KeyHint shortcut="rollback" />
            </Button>
          )}
          <Button onClick={() => open('promote')} disabled={isFixed} {...reason}>
            {PROMOTE_TEXT.open}
          </Button>
          <Button
            onClick={() => open('scale')}
            disabled={isFixed}
            {...reason}
            {...marks('scale')}
            aria-keyshortcuts={ariaShortcut('scale')}
          >
            Scale
            <KeyHint shortcut="scale" />
          </Button>
          <Button
            variant="filled"
            onClick={() => open('deploy')}
            disabled={isFixed}
            {...reason}
            {...marks('deploy')}
            aria-keyshortcuts={ariaShortcut('deploy')}
          >
            Deploy…
            <KeyHint shortcut="deploy" />
          </Button>
        </div>
      </div>
      {isFixed ? null : <RefusalNote refusals={refusals} />}
    </>
  );
}

interface Rollback {
  readonly label: string;
  readonly title: string;
  readonly isPossible: boolean;
}

/**
 * Where a rollback goes. It is possible until the history has said that there is nothing to go back to. Where ECS has
 * just rolled back, what worked runs again, and the history has the way further back.
 */
function useRollback(service: ServiceRef, { controller, revision }: ServiceDetail): Rollback {
  const { data: deployments } = useEngineQuery('services.deployments', service, { staleMs: 30_000 });
  const newest = deployments?.[0]?.outcome;
  if (newest === 'rolled-back') {
    return {
      label: SERVICE_TEXT.rollBack(undefined),
      title: SERVICE_TEXT.alreadyRolledBack(revision),
      isPossible: false,
    };
  }
  const target = deployments?.find(({ isRollbackTarget }) => isRollbackTarget);
  const label = SERVICE_TEXT.rollBack(target && releaseName(target, service.service));
  const isPossible =
    deployments === undefined ||
    target !== undefined ||
    newest === 'in-progress' ||
    controller === 'CODE_DEPLOY';
  return { label, title: isPossible ? label : SERVICE_TEXT.nothingToRollBackTo, isPossible };
}
