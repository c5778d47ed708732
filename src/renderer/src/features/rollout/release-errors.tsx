import { Anchor } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useId } from 'react';
import type { Rollout } from '../../../../shared/model/deployment.ts';
import type { ServiceRef } from '../../../../shared/model/service.ts';
import { useEngineQuery } from '../../lib/queries.ts';
import { Mono } from '../../ui/mono.tsx';
import { RolloutSection } from '../../ui/rollout-section.tsx';
import styles from './release-errors.module.css';
import { ERRORS_TEXT } from './rollout-text.ts';

interface ReleaseErrorsProps {
  readonly service: ServiceRef;
  readonly rollout: Rollout;
}

const POLL_MS = 15_000;
const ENDED_FRESH_MS = 5 * 60_000;

/** The first error lines of the new revision, and how many errors both revisions write. Nothing where the logs can't be read. */
export function ReleaseErrors({ service, rollout }: ReleaseErrorsProps) {
  const { account, region, cluster, service: name } = service;
  const { outcome, revision = '', previousRevision, startedAt = '' } = rollout.deployment;
  const isOver = outcome !== 'in-progress';
  const caption = useId();
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
              search={(now) => ({ ...now, tab: 'logs' })}
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
        <figure className={styles.first}>
          <figcaption id={caption}>{ERRORS_TEXT.first(revision)}</figcaption>
          <ul className={styles.lines} aria-labelledby={caption}>
            {data.lines.map(({ id, text }) => (
              <li key={id}>
                <Mono>{text}</Mono>
              </li>
            ))}
          </ul>
        </figure>
      )}
    </RolloutSection>
  );
}
