import { Button } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { MoreMemory } from '../../../../shared/model/deployment.ts';
import type { Release } from '../../../../shared/model/plan.ts';
import type { ServiceRef } from '../../../../shared/model/service.ts';
import { useEngineQuery } from '../../lib/queries.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { DeployDialog } from '../deploy/deploy-dialog.tsx';
import { withMoreMemory } from '../deploy/deploy-start.ts';

interface MoreMemoryButtonProps {
  readonly service: ServiceRef;
  readonly moreMemory: MoreMemory;
}

/** Opens the deploy dialog on the revision that ran out of memory, with more of it filled in. */
export function MoreMemoryButton({ service, moreMemory }: MoreMemoryButtonProps) {
  const [opened, setOpened] = useState(false);
  const navigate = useNavigate();
  const { account, region, cluster, service: name } = service;
  const detail = useEngineQuery(
    'services.get',
    { account, region, cluster, service: name },
    { enabled: opened },
  );
  const showDeployment = ({ deploymentArn }: Release): void => {
    if (deploymentArn === undefined) return;
    void navigate({
      to: '/a/$account/$region/c/$cluster/s/$service',
      params: service,
      search: (before) => ({ ...before, deployment: deploymentArn }),
    });
  };
  return (
    <>
      <Button onClick={() => setOpened(true)} loading={opened && detail.isPending}>
        Deploy with more memory…
      </Button>
      {opened && detail.data === undefined && detail.isError && (
        <ErrorNotice error={detail.error} onRetry={() => void detail.refetch()} />
      )}
      {detail.data !== undefined && (
        <DeployDialog
          service={service}
          detail={detail.data}
          start={withMoreMemory(moreMemory)}
          opened={opened}
          onClose={() => setOpened(false)}
          onStarted={showDeployment}
        />
      )}
    </>
  );
}
