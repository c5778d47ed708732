import { Anchor } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { Rollout } from '../../../../shared/model/deployment.ts';
import type { ErrorRate } from '../../../../shared/model/log.ts';
import type { ServiceRef } from '../../../../shared/model/service.ts';
import { useEngineQuery } from '../../lib/queries.ts';
import { SERVICE_TABS } from '../../lib/search.ts';
import { Mono } from '../../ui/mono.tsx';
import { RolloutSection } from '../../ui/rollout-section.tsx';
import styles from './release-errors.module.css';

/** What the logs say of the two revisions of a deployment. */
const ERRORS_TEXT = {
  title: 'Errors in the logs',
  rate: ({ errors, taskMinutes, isPart }: ErrorRate) =>
    errors === 0
      ? 'no errors'
      : `${formatRate(errors / taskMinutes)} a minute and task (${errors}${isPart ? ', read in part' : ''})`,
  first: (revision: string) => `First errors of ${revision}`,
  logs: 'Open logs',
} as const;

function formatRate(rate: number): string {
  return rate < 0.1 ? 'under 0.1' : rate.toFixed(rate < 10 ? 1 : 0);
}

interface ReleaseErrorsProps {
  readonly service: ServiceRef;
  readonly rollout: Rollout;
}

const POLL_MS = 15_000;
const ENDED_FRESH_MS = 5 * 60_000;
const LOGS_TAB: string = 'logs';

/** The first error lines of the new revision, and how many errors both revisions write. Nothing where the logs can't be read. */
export function ReleaseErrors({ service, rollout }: ReleaseErrorsProps) {
  const { account, region, cluster, service: name } = service;
  const { outcome, revision = '', previousRevision, startedAt = '' } = rollout.deployment;
  const isOver = outcome !== 'in-progress';
  const { data } = useEngineQuery(
    'services.releaseErrors',
    {
      account,
      region,
      cluster,
      service: name,
      startedAt,
      revision,
      ...(previousRevision === undefined ? {} : { previousRevision }),
    },
    isOver ? { staleMs: ENDED_FRESH_MS } : { pollMs: POLL_MS },
  );
  const rates = [data?.released, data?.previous].filter((rate) => rate !== undefined);
  if (data === undefined || rates.length === 0) return null;
  const tab = SERVICE_TABS.find((each) => each === LOGS_TAB);
  return (
    <RolloutSection
      title={ERRORS_TEXT.title}
      aside={
        <Anchor
          size="xs"
          renderRoot={(props) => (
            <Link
              to="/a/$account/$region/c/$cluster/s/$service"
              params={{ account, region, cluster, service: name }}
              search={(now) => ({ ...now, ...(tab === undefined ? {} : { tab }) })}
              {...props}
            />
          )}
        >
          {ERRORS_TEXT.logs}
        </Anchor>
      }
    >
      <dl className={styles.rates}>
        {rates.map((rate) => (
          <div key={rate.revision} data-errors={rate.errors > 0}>
            <dt>{rate.revision}</dt>
            <dd>{ERRORS_TEXT.rate(rate)}</dd>
          </div>
        ))}
      </dl>
      {data.lines.length > 0 && (
        <ul className={styles.lines} aria-label={ERRORS_TEXT.first(revision)}>
          {data.lines.map(({ id, text }) => (
            <li key={id}>
              <Mono>{text}</Mono>
            </li>
          ))}
        </ul>
      )}
    </RolloutSection>
  );
}
