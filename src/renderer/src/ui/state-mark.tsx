import type { ServiceState } from '../../../shared/model/service.ts';
import { Mark, type MarkKind } from './mark.tsx';
import { SERVICE_STATES } from './ui-text.ts';

const STATE_MARKS: Readonly<Record<ServiceState, MarkKind>> = {
  steady: 'ok',
  deploying: 'progress',
  degraded: 'warning',
  failing: 'failed',
  'rolled-back': 'rolled-back',
  idle: 'idle',
  draining: 'progress',
  inactive: 'idle',
};

/** The state of a service in one word. */
export function stateWord(state: ServiceState): string {
  return SERVICE_STATES[state];
}

/** The kind of mark that stands for the state of a service. */
export function stateKind(state: ServiceState): MarkKind {
  return STATE_MARKS[state];
}

/** The state of a service as a shape with its colour, named for those who cannot see it. */
export function StateMark({ state }: { readonly state: ServiceState }) {
  return <Mark kind={STATE_MARKS[state]} label={SERVICE_STATES[state]} />;
}
