import { VisuallyHidden } from '@mantine/core';
import { EmptyState } from '../../ui/empty-state.tsx';

/** Beside the list, while no service is chosen. */
export function NoServiceChosen() {
  return (
    <main>
      <VisuallyHidden component="h1">Services</VisuallyHidden>
      <EmptyState title="Choose a service.">
        The arrow keys or j and k go through the list, Enter opens a service, and / filters.
      </EmptyState>
    </main>
  );
}
