import { VisuallyHidden } from '@mantine/core';
import type { ClusterRef } from '../../../../shared/model/cluster.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { DaemonsCard } from '../clusters/daemons-card.tsx';

/** Beside the list, while no service is chosen: what else the cluster runs. */
export function NoServiceChosen({ cluster }: { readonly cluster: ClusterRef }) {
  return (
    <main>
      <VisuallyHidden component="h1">Services</VisuallyHidden>
      <EmptyState title="Select a service">
        Move through the list with the arrow keys or j and k, open a service with Enter, and filter with /.
      </EmptyState>
      <DaemonsCard cluster={cluster} />
    </main>
  );
}
