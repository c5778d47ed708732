import type { Service } from '@aws-sdk/client-ecs';
import type { ControlPlane } from '../cleanup/revisions/control-plane.ts';
import { withDeployedRevision } from '../ecs/deployed-revision.ts';
import { graphOfUse, type UseGraph } from '../use/use-graph.ts';
import { type Incident, requestsAmid } from './incidents.ts';

const SERVICE = 'arn:aws:ecs:us-east-1:111122223333:service/production/web';

const KINDS = ['service', 'Express service', 'state machine'] as const;
type Kind = (typeof KINDS)[number];

function kindAt(place: number): Kind {
  return KINDS[place % KINDS.length] ?? 'service';
}

/** As the code that reads services returns it: the deployment of an Express service names its revision. */
function serviceOn(arn: string, kind: Kind): Service {
  if (kind === 'service') return { serviceArn: SERVICE, taskDefinition: arn };
  return withDeployedRevision({
    serviceArn: `${SERVICE}-express`,
    resourceManagementType: 'ECS',
    deployments: [{ status: 'PRIMARY', taskDefinition: arn }],
  });
}

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
 * Services, Express services and state machines run some of the revisions, schedules start others or the newest one, and
 * all move on as the incidents say, one incident a request. The revisions are of one family, the newest one last.
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
  /** What was named when the use was read last: known without the code that decides on it. */
  let named = new Map<string, Kind>();

  function uses(): UseGraph {
    const placed = services.map((arn, place) => ({ arn, kind: kindAt(place) }));
    const running = placed.flatMap(({ arn, kind }) =>
      kind === 'state machine' ? [] : [serviceOn(arn, kind)],
    );
    const run = placed.flatMap(({ arn, kind }) =>
      kind === 'state machine'
        ? [{ taskDefinitionArn: arn, reason: 'the state machine orders runs it' }]
        : [],
    );
    const started = [...schedules.values()].flatMap((scheduled) => {
      const arn = scheduled === 'newest' ? newest() : scheduled?.arn;
      return arn === undefined ? [] : [{ taskDefinitionArn: arn, reason: 'the schedule nightly runs it' }];
    });
    return graphOfUse({ services: running, tasks: [], rollbackTargets: [] }, [...run, ...started]);
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
          named = new Map(services.map((arn, place) => [arn, kindAt(place)]));
          return seen;
        }),
      protectedByTag: () => Promise.resolve(new Map()),
      statusOf: (arn) => request(() => toStatus(statuses.get(arn))),
      deregister: (arn) =>
        request(() => {
          if (seen.has(arn)) breaches.push(`${arn} was deregistered although it was seen in use`);
          const user = named.get(arn);
          if (user !== undefined) breaches.push(`${arn} was deregistered although a ${user} names it`);
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
