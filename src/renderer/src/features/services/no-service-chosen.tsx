import { VisuallyHidden } from '@mantine/core';
import type { ClusterRef } from '../../../../shared/model/cluster.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { DaemonsCard } from '../clusters/daemons-card.tsx';
import { SERVICE_TEXT } from './service-text.ts';

/** Beside the list, while no service is chosen: what else the cluster runs. */
export function NoServiceChosen({ cluster }: { readonly cluster: ClusterRef }) {
  return (
    <main>
      <VisuallyHidden component="h1">Services</VisuallyHidden>
      <EmptyState title={SERVICE_TEXT.noneChosen}>{SERVICE_TEXT.noneChosenHelp}</EmptyState>
      <DaemonsCard cluster={cluster} />
    </main>
  );
}
