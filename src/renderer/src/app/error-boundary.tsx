import { Button } from '@mantine/core';
import { Component, type ReactNode } from 'react';
import { EmptyState } from '../ui/empty-state.tsx';

interface BoundaryProps {
  readonly children: ReactNode;
}

interface BoundaryState {
  readonly error?: unknown;
}

/** Catches a bug of a view. React has no other way to do this than a class. */
export class ErrorBoundary extends Component<BoundaryProps, BoundaryState> {
  override state: BoundaryState = {};

  static getDerivedStateFromError(error: unknown): BoundaryState {
    return { error };
  }

  override render(): ReactNode {
    if (this.state.error === undefined) return this.props.children;
    return <BrokenView error={this.state.error} reset={() => this.setState({})} />;
  }
}

/** What a view shows in place of itself when it broke: the error, and ways on. */
export function BrokenView({ error, reset }: { readonly error: unknown; readonly reset: () => void }) {
  return (
    <div role="alert">
      <EmptyState
        title="This view crashed. Nothing was changed in AWS."
        action={
          <div style={{ display: 'flex', gap: 8 }}>
            <Button onClick={reset}>Reload the view</Button>
            <Button onClick={() => window.location.assign('/')}>Start over</Button>
          </div>
        }
      >
        Error: {error instanceof Error ? error.message : String(error)}
      </EmptyState>
    </div>
  );
}
