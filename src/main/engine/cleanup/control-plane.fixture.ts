import type { ControlPlane } from './control-plane.ts';
import { type Incident, requestsAmid } from './incidents.fixture.ts';
import type { UseGraph } from './use-graph.ts';

/** An account that is used by others while a clean-up runs, and that keeps watch over it. */
export interface WatchedAccount {
  readonly plane: ControlPlane;
  readonly statuses: ReadonlyMap<string, string>;
  /** What must never happen, in words. */
  readonly breaches: readonly string[];
  uses(): UseGraph;
}

/** Services run some of the revisions and move on to others as the incidents say, one incident a request. */
export function watchedAccount(
  revisions: ReadonlyMap<string, string>,
  running: readonly string[],
  incidents: readonly Incident[],
): WatchedAccount {
  const arns = [...revisions.keys()];
  const statuses = new Map(revisions);
  const services = [...running];
  const breaches: string[] = [];
  let seen: UseGraph = new Map();

  const uses = (): UseGraph => new Map(services.map((arn) => [arn, ['runs in production/web']]));

  /** As ECS does: only an ACTIVE revision can be deployed. */
  function deploy(service: number, revision: number): void {
    const arn = arns[revision % arns.length] ?? '';
    if (statuses.get(arn) === 'ACTIVE') services[service % services.length] = arn;
  }

  const request = requestsAmid(incidents, deploy);

  function move(arn: string, from: string, to: string): void {
    const status = statuses.get(arn);
    if (status !== from) breaches.push(`${arn} became ${to} from ${status}`);
    statuses.set(arn, to);
  }

  return {
    statuses,
    breaches,
    uses,
    plane: {
      uses: () =>
        request(() => {
          seen = uses();
          return seen;
        }),
      protectedByTag: () => Promise.resolve(new Map()),
      statusOf: (arn) => request(() => toStatus(statuses.get(arn))),
      deregister: (arn) =>
        request(() => {
          if (seen.has(arn)) breaches.push(`${arn} was deregistered although it was seen in use`);
          move(arn, 'ACTIVE', 'INACTIVE');
        }),
      deleteForGood: (some) =>
        request(() => {
          for (const arn of some) {
            if (uses().has(arn)) breaches.push(`${arn} was deleted while it was in use`);
            move(arn, 'INACTIVE', 'DELETE_IN_PROGRESS');
          }
          return new Map<string, string>();
        }),
      inDeletion: () => request(() => new Set<string>()),
    },
  };
}

function toStatus(status: string | undefined): 'ACTIVE' | 'INACTIVE' | 'DELETE_IN_PROGRESS' | undefined {
  return status === 'ACTIVE' || status === 'INACTIVE' || status === 'DELETE_IN_PROGRESS' ? status : undefined;
}
