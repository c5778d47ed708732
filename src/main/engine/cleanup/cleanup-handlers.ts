import type { Handlers } from '../handlers.ts';
import type { CleanupDependencies } from './cleanup-dependencies.ts';
import { planCleanup } from './plan-cleanup.ts';
import { runCleanup } from './run-cleanup.ts';

/** The methods that clear away revisions that nothing uses. */
export function createCleanupHandlers(
  dependencies: CleanupDependencies,
): Pick<Handlers, 'cleanup.plan' | 'cleanup.run'> {
  return {
    'cleanup.plan': ({ policy, ...family }, { signal }) => planCleanup(dependencies, family, policy, signal),
    'cleanup.run': (consent, { signal, emit }) => runCleanup(dependencies, consent, signal, emit),
  };
}
