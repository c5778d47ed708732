import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { ServiceRef } from '../../../shared/model/service.ts';

interface RollbackLinkProps {
  readonly service: ServiceRef;
  readonly size?: 'compact-xs' | undefined;
  readonly children: ReactNode;
}

/** Opens the plan of a rollback on the page of the service. */
export function RollbackLink({ service, size, children }: RollbackLinkProps) {
  const { account, region, cluster, service: name } = service;
  return (
    <Button
      {...(size === undefined ? {} : { size })}
      c="var(--bad)"
      renderRoot={(props) => (
        <Link
          to="/a/$account/$region/c/$cluster/s/$service"
          params={{ account, region, cluster, service: name }}
          search={(now) => ({ ...now, dialog: 'rollback' })}
          {...props}
        />
      )}
    >
      {children}
    </Button>
  );
}
