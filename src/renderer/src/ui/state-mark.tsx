import type { ServiceState } from '../../../shared/model/service.ts';
import { Mark, type MarkKind } from './mark.tsx';

const STATES: Readonly<Record<ServiceState, { readonly kind: MarkKind; readonly word: string }>> = {
  steady: { kind: 'ok', word: 'Healthy' },
  deploying: { kind: 'progress', word: 'Deploying' },
  degraded: { kind: 'warning', word: 'Degraded' },
  failing: { kind: 'failed', word: 'Failing' },
  'rolled-back': { kind: 'failed', word: 'Rolled back' },
  idle: { kind: 'idle', word: 'Stopped' },
  draining: { kind: 'progress', word: 'Draining' },
  inactive: { kind: 'idle', word: 'Deleted' },
};

/** The state of a service in one word. */
export function stateWord(state: ServiceState): string {
  return STATES[state].word;
}

/** The kind of mark that stands for the state of a service. */
export function stateKind(state: ServiceState): MarkKind {
  return STATES[state].kind;
}

/** The state of a service as a shape with its colour, named for those who cannot see it. */
export function StateMark({ state }: { readonly state: ServiceState }) {
  return <Mark kind={STATES[state].kind} label={STATES[state].word} />;
}
