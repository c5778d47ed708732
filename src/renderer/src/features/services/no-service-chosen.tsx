import { VisuallyHidden } from '@mantine/core';
import { EmptyState } from '../../ui/empty-state.tsx';

/** Beside the list, while no service is chosen. */
export function NoServiceChosen() {
  return (
    <main>
      <VisuallyHidden component="h1">Services</VisuallyHidden>
      <EmptyState title="Select a service">
        Move through the list with the arrow keys or j and k, open a service with Enter, and filter with /.
      </EmptyState>
    </main>
  );
}
