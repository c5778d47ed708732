import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { SlipwayError } from '../../../../shared/errors.ts';
import type { ClusterRef } from '../../../../shared/model/cluster.ts';
import type { ServiceRef } from '../../../../shared/model/service.ts';
import { isUnreadableName } from '../../lib/not-there.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { SERVICE_TEXT } from './service-text.ts';

interface NoSuchClusterProps {
  readonly cluster: ClusterRef;
  readonly onRetry: () => void;
}

/** The page of a cluster that ECS doesn't have, with the way to those that exist. */
export function NoSuchCluster({ cluster: { account, region, cluster }, onRetry }: NoSuchClusterProps) {
  return (
    <EmptyState
      title={SERVICE_TEXT.noSuchCluster(cluster, region)}
      action={
        <Button.Group>
          <Button
            renderRoot={(props) => <Link to="/a/$account/$region" params={{ account, region }} {...props} />}
          >
            {SERVICE_TEXT.allClusters}
          </Button>
          <Button onClick={onRetry}>{SERVICE_TEXT.tryAgain}</Button>
        </Button.Group>
      }
    >
      {SERVICE_TEXT.noSuchClusterHelp}
    </EmptyState>
  );
}

interface NoSuchServiceProps {
  readonly service: ServiceRef;
  readonly error: SlipwayError;
  readonly onRetry: () => void;
}

/** The page of a service that ECS doesn't have, with the way to those of its cluster. */
export function NoSuchService({ service: ref, error, onRetry }: NoSuchServiceProps) {
  const { account, region, cluster, service } = ref;
  return (
    <EmptyState
      title={isUnreadableName(error) ? SERVICE_TEXT.noSuchService(service, cluster) : error.message}
      action={
        <Button.Group>
          <Button
            renderRoot={(props) => (
              <Link to="/a/$account/$region/c/$cluster" params={{ account, region, cluster }} {...props} />
            )}
          >
            {SERVICE_TEXT.servicesOf(cluster)}
          </Button>
          <Button onClick={onRetry}>{SERVICE_TEXT.tryAgain}</Button>
        </Button.Group>
      }
    />
  );
}
