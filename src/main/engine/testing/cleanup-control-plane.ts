import type { ControlPlane } from '../cleanup/revisions/control-plane.ts';
import { graphOfUse, type UseGraph } from '../use/use-graph.ts';
import { type Incident, requestsAmid } from './incidents.ts';

const SERVICE = 'arn:aws:ecs:us-east-1:111122223333:service/production/web';

/** An account that is used by others while a clean-up runs, and that keeps watch over it. */
export interface WatchedAccount {
  readonly plane: ControlPlane;
  readonly statuses: ReadonlyMap<string, string>;
  /** What must never happen, in words. */
  readonly breaches: readonly string[];
  uses(): UseGraph;
}

/** What a schedule of the account names: nothing yet, one revision, or the family alone. */
type Scheduled = { readonly arn: string } | 'newest' | undefined;

/**
 * Services run some of the revisions, schedules start others or the newest one, and both move on as the incidents
 * say, one incident a request. The revisions are of one family, the newest one last.
 */
export function watchedAccount(
  revisions: ReadonlyMap<string, string>,
  running: readonly string[],
  incidents: readonly Incident[],
): WatchedAccount {
  const arns = [...revisions.keys()];
  const statuses = new Map(revisions);
  const services = [...running];
  const breaches: string[] = [];
  const schedules = new Map<number, Scheduled>();
  const deregisteredByOthers = new Set<string>();
  let seen: UseGraph = new Map();

  function uses(): UseGraph {
    const running = services.map((taskDefinition) => ({ serviceArn: SERVICE, taskDefinition }));
    const started = [...schedules.values()].flatMap((scheduled) => {
      const arn = scheduled === 'newest' ? newest() : scheduled?.arn;
      return arn === undefined ? [] : [{ taskDefinitionArn: arn, reason: 'the schedule nightly runs it' }];
    });
    return graphOfUse({ services: running, tasks: [], rollbackTargets: [] }, started);
  }

  function newest(): string | undefined {
    return arns.findLast((arn) => statuses.get(arn) === 'ACTIVE');
  }

  /** As ECS does: only an ACTIVE revision can be deployed. */
  function deploy(service: number, revision: number): void {
    const arn = arns[revision % arns.length] ?? '';
    if (statuses.get(arn) === 'ACTIVE') services[service % services.length] = arn;
  }

  /** A schedule that names an INACTIVE revision starts nothing, so that nobody writes one. */
  function schedule(place: number, revision: number | 'newest'): void {
    const arn = revision === 'newest' ? undefined : (arns[revision % arns.length] ?? '');
    if (arn === undefined) schedules.set(place, 'newest');
    else if (statuses.get(arn) === 'ACTIVE') schedules.set(place, { arn });
  }

  /** Somebody else takes a revision away, so that another one may become the newest. */
  function deregisterByOthers(revision: number): void {
    const arn = arns[revision % arns.length] ?? '';
    if (statuses.get(arn) !== 'ACTIVE') return;
    statuses.set(arn, 'INACTIVE');
    deregisteredByOthers.add(arn);
  }

  const request = requestsAmid(incidents, (incident) => {
    if (incident.kind === 'deployed') deploy(incident.service, incident.revision);
    if (incident.kind === 'scheduled') schedule(incident.schedule, incident.revision);
    if (incident.kind === 'deregistered') deregisterByOthers(incident.revision);
  });

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
          // ECS takes it for done: what is INACTIVE can be deregistered again.
          if (statuses.get(arn) === 'INACTIVE' && deregisteredByOthers.has(arn)) return;
          move(arn, 'ACTIVE', 'INACTIVE');
        }),
      deletePermanently: (some) =>
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
