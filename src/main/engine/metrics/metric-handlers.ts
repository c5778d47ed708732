import type { Aws } from '../aws/aws.ts';
import type { Handlers } from '../ports/handlers.ts';
import type { Clock } from '../ports/ports.ts';
import { readVerdict } from './deployment-verdict.ts';
import type { KnownGroups } from './measured-service.ts';
import { readServiceMetrics } from './service-metrics.ts';

interface MetricDependencies {
  readonly aws: Pick<Aws, 'ecs' | 'elb' | 'alarms'>;
  readonly clock: Clock;
}

/** The methods services.metrics and services.verdict. */
export function createMetricHandlers({
  aws,
  clock,
}: MetricDependencies): Pick<Handlers, 'services.metrics' | 'services.verdict'> {
  // Two sandboxes can have target groups of the same ARN.
  const knownGroups = new Map<string, KnownGroups>();
  const measuring = (account: string) => {
    const known: KnownGroups = knownGroups.get(account) ?? new Map();
    knownGroups.set(account, known);
    return { aws, knownGroups: known };
  };
  return {
    'services.metrics': ({ minutes = 60, since, until, ...ref }, { signal }) => {
      const now = clock.now();
      const end = until === undefined ? now : new Date(until);
      const begin = since === undefined ? new Date(end.getTime() - minutes * 60_000) : new Date(since);
      const range = { since: begin, until: end, now };
      return readServiceMetrics(measuring(ref.account), ref, range, signal);
    },
    'services.verdict': ({ deployment, ...ref }, { signal }) =>
      readVerdict(measuring(ref.account), { ref, deployment, now: clock.now() }, signal),
  };
}
