import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ClusterRef } from '../../../../shared/model/cluster.ts';
import type { ServiceRow } from '../../../../shared/model/service.ts';
import styles from './row-step-links.module.css';
import { type RowStep, rowSteps } from './row-steps.ts';
import { STEP_TEXT } from './service-text.ts';

interface RowStepLinksProps {
  readonly cluster: ClusterRef;
  readonly row: ServiceRow;
  /** Tab reaches the steps of one row only, like the row itself. */
  readonly isCurrent: boolean;
  readonly onFocus: () => void;
}

/** The next steps of a service that needs somebody, each a link to where it is taken. */
export function RowStepLinks({ cluster, row, isCurrent, onFocus }: RowStepLinksProps) {
  const steps = rowSteps(row);
  if (steps.length === 0) return null;
  return (
    <span className={styles.steps}>
      {steps.map((step) => (
        <StepLink
          key={step.label}
          cluster={cluster}
          service={row.name}
          step={step}
          tabIndex={isCurrent ? 0 : -1}
          onFocus={onFocus}
        />
      ))}
    </span>
  );
}

interface StepLinkProps {
  readonly cluster: ClusterRef;
  readonly service: string;
  readonly step: RowStep;
  readonly tabIndex: number;
  readonly onFocus: () => void;
}

function StepLink({ cluster, service, step, tabIndex, onFocus }: StepLinkProps) {
  const { account, region } = cluster;
  const shared = { tabIndex, onFocus, 'aria-label': STEP_TEXT.of(step.label, service) };
  return (
    <Button
      size="compact-xs"
      renderRoot={(props) =>
        step.to === 'service' ? (
          <Link
            to="/a/$account/$region/c/$cluster/s/$service"
            params={{ ...cluster, service }}
            search={step.search}
            {...props}
            {...shared}
          />
        ) : (
          <Link
            to="/a/$account/$region/diff"
            params={{ account, region }}
            search={{ before: step.before, after: step.after }}
            {...props}
            {...shared}
          />
        )
      }
    >
      {step.label}
    </Button>
  );
}
