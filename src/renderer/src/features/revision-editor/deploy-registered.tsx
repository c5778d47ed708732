import { Button, Select } from '@mantine/core';
import { useQueries } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { Scope } from '../../../../shared/model/account.ts';
import type { Registration } from '../../../../shared/model/registration.ts';
import { useEngine } from '../../lib/engine.ts';
import { useEngineQuery } from '../../lib/queries.ts';
import { Card, CardBody } from '../../ui/card.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { PlanDialog } from '../plan/plan-dialog.tsx';
import styles from './revision-editor-page.module.css';
import { REGISTERED_TEXT } from './revision-editor-text.ts';
import { servicesOfFamily } from './services-of-family.ts';

interface DeployRegisteredProps {
  readonly scope: Scope;
  readonly registration: Registration;
}

/** Chooses a service of the family and shows the plan that deploys the new revision to it. */
export function DeployRegistered({ scope, registration }: DeployRegisteredProps) {
  const client = useEngine();
  const navigate = useNavigate();
  const [chosen, setChosen] = useState<string | null>(null);
  const [opened, setOpened] = useState(false);
  const { account, region } = scope;
  const clusters = useEngineQuery('clusters.list', { account, region }, { staleMs: 15_000 });
  const lists = useQueries({
    queries: (clusters.data ?? []).map(({ name: cluster }) => ({
      queryKey: ['services.list', { account, region, cluster }, 'once'],
      queryFn: ({ signal }: { readonly signal: AbortSignal }) =>
        client.call('services.list', { account, region, cluster }, { signal }),
      staleTime: 15_000,
    })),
  });
  const services = servicesOfFamily(
    lists.flatMap(({ data = [] }) => data),
    registration.family,
  );
  const isReading = clusters.isPending || lists.some(({ isPending }) => isPending);
  const service = services.find(({ arn }) => arn === (chosen ?? services[0]?.arn));
  return (
    <Card title={REGISTERED_TEXT.deploy(registration.name)}>
      <CardBody>
        {clusters.error && <ErrorNotice error={clusters.error} onRetry={() => void clusters.refetch()} />}
        {services.length === 0 && !clusters.error && (
          <p className={styles.soft} role="status">
            {isReading ? REGISTERED_TEXT.loadingServices : REGISTERED_TEXT.noService(registration.family)}
          </p>
        )}
        {service && (
          <div className={styles.deploy}>
            <Select
              aria-label={REGISTERED_TEXT.service}
              data={services.map(({ arn, cluster, name }) => ({ value: arn, label: `${cluster}/${name}` }))}
              value={service.arn}
              allowDeselect={false}
              onChange={setChosen}
            />
            <Button variant="filled" onClick={() => setOpened(true)}>
              {REGISTERED_TEXT.review}
            </Button>
            <PlanDialog
              title={REGISTERED_TEXT.deploy(registration.name)}
              loadPlan={{
                method: 'releases.planRevision',
                input: {
                  service: { account, region, cluster: service.cluster, service: service.name },
                  revision: registration.arn,
                },
              }}
              opened={opened}
              onClose={() => setOpened(false)}
              onStarted={() =>
                void navigate({
                  to: '/a/$account/$region/c/$cluster/s/$service',
                  params: { account, region, cluster: service.cluster, service: service.name },
                })
              }
            />
          </div>
        )}
      </CardBody>
    </Card>
  );
}
