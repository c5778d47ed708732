import { Stack } from '@mantine/core';
import type { ServiceDetail } from '../../../../shared/model/service.ts';
import { Card, CardBody } from '../../ui/card.tsx';
import { CopyId } from '../../ui/copy-id.tsx';
import { Mono } from '../../ui/mono.tsx';
import styles from './configuration.module.css';

/** What the service is set to, and its tags. */
export function Configuration({ detail }: { readonly detail: ServiceDetail }) {
  return (
    <Stack gap={14}>
      <Card title="Configuration">
        <dl className={styles.facts}>
          <dt>Task definition</dt>
          <dd>
            <Mono>{detail.taskDefinitionArn}</Mono>{' '}
            <CopyId value={detail.taskDefinitionArn} what="task definition ARN" />
          </dd>
          {detail.configuration.map((fact) => (
            <FactLine key={fact.label} label={fact.label} value={fact.value} />
          ))}
        </dl>
      </Card>
      <Card title="Tags">
        {detail.tags.length === 0 ? (
          <CardBody>The service has no tags.</CardBody>
        ) : (
          <dl className={styles.facts}>
            {detail.tags.map((tag) => (
              <FactLine key={tag.key} label={tag.key} value={tag.value} />
            ))}
          </dl>
        )}
      </Card>
    </Stack>
  );
}

function FactLine({ label, value }: { readonly label: string; readonly value: string }) {
  return (
    <>
      <dt>{label}</dt>
      <dd>{value}</dd>
    </>
  );
}
