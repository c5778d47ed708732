import { Anchor } from '@mantine/core';
import type { ReactNode } from 'react';
import type { ExpressDetail } from '../../../../shared/model/express.ts';
import { Card } from '../../ui/card.tsx';
import { CopyId } from '../../ui/copy-id.tsx';
import styles from './configuration.module.css';

const METRICS: Readonly<Record<string, string>> = {
  AVERAGE_CPU: 'average CPU',
  AVERAGE_MEMORY: 'average memory',
  REQUEST_COUNT_PER_TARGET: 'requests per target',
};

/** What ECS manages of an Express service: its address, the size of its tasks and its scaling. */
export function ExpressCard({ express }: { readonly express: ExpressDetail }) {
  const { endpoints, cpu, memory, healthCheckPath } = express;
  return (
    <Card title="Express service">
      <dl className={styles.facts}>
        {endpoints.map(({ url, isPublic }) => (
          <Line key={url} label={isPublic ? 'Public endpoint' : 'Private endpoint'}>
            <Anchor href={url} target="_blank" rel="noreferrer">
              {url}
            </Anchor>{' '}
            <CopyId value={url} what="endpoint" />
          </Line>
        ))}
        {cpu === undefined && memory === undefined ? null : (
          <Line label="Task size">
            {[cpu && `${cpu} CPU units`, memory && `${memory} MiB`].filter(Boolean).join(', ')}
          </Line>
        )}
        <Line label="Scaling">{scalingLabel(express)}</Line>
        {healthCheckPath === undefined ? null : <Line label="Health check">{healthCheckPath}</Line>}
      </dl>
    </Card>
  );
}

function Line({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </>
  );
}

function scalingLabel({ scaling }: ExpressDetail): string {
  const { minTaskCount: least, maxTaskCount: most, autoScalingMetric: metric } = scaling;
  const bounds = `${least ?? 'unknown'} to ${most ?? 'unknown'} tasks`;
  if (metric === undefined) return bounds;
  const target = scaling.autoScalingTargetValue;
  const unit = metric === 'REQUEST_COUNT_PER_TARGET' ? '' : ' %';
  return `${bounds} by ${METRICS[metric] ?? metric}${target === undefined ? '' : `, target ${target}${unit}`}`;
}
