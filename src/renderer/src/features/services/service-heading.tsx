import { Button } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import type { ServiceDetail, ServiceRef } from '../../../../shared/model/service.ts';
import type { ServiceDialog } from '../../lib/search.ts';
import { ariaShortcut, useShortcuts } from '../../lib/shortcuts.ts';
import { ConsoleLink } from '../../ui/console-link.tsx';
import { CopyId } from '../../ui/copy-id.tsx';
import { KeyHint } from '../../ui/key-hint.tsx';
import { stateKind, stateWord } from '../../ui/state-mark.tsx';
import { StateTag, Tag } from '../../ui/tag.tsx';
import styles from './service-page.module.css';
import { SERVICE_TEXT } from './service-text.ts';

interface ServiceHeadingProps {
  readonly service: ServiceRef;
  readonly detail: ServiceDetail;
  readonly isGone: boolean;
}

/** The name and the state of the service, and what can be done with it. */
export function ServiceHeading({ service, detail, isGone }: ServiceHeadingProps) {
  const navigate = useNavigate();
  const state = isGone ? 'inactive' : detail.state;
  const open = (dialog: ServiceDialog): void => {
    if (isGone) return;
    void navigate({
      to: '/a/$account/$region/c/$cluster/s/$service',
      params: service,
      search: (before) => ({ ...before, dialog }),
    });
  };
  useShortcuts({
    deploy: () => open('deploy'),
    rollback: () => open('rollback'),
    scale: () => open('scale'),
  });
  return (
    <div className={styles.title}>
      <h1>{service.service}</h1>
      <span aria-live="polite">
        <StateTag kind={stateKind(state)}>{stateWord(state)}</StateTag>
      </span>
      {detail.isExpress === true ? <Tag kind="idle">Express</Tag> : null}
      <span className={styles.about}>{SERVICE_TEXT.counts(detail)}</span>
      <span className={styles.links}>
        <CopyId value={detail.arn} what="service ARN" />
        <ConsoleLink url={detail.consoleUrl} what={service.service} />
      </span>
      <div className={styles.actions}>
        <Button onClick={() => open('scale')} disabled={isGone} aria-keyshortcuts={ariaShortcut('scale')}>
          Scale
          <KeyHint shortcut="scale" />
        </Button>
        <Button
          onClick={() => open('rollback')}
          disabled={isGone}
          {...(!isGone && { c: 'var(--bad)' })}
          aria-keyshortcuts={ariaShortcut('rollback')}
        >
          Roll back
          <KeyHint shortcut="rollback" />
        </Button>
        <Button
          variant="filled"
          onClick={() => open('deploy')}
          disabled={isGone}
          aria-keyshortcuts={ariaShortcut('deploy')}
        >
          Deploy…
          <KeyHint shortcut="deploy" />
        </Button>
      </div>
    </div>
  );
}
