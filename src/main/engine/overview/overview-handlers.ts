import { SlipwayError } from '../../../shared/errors.ts';
import type { Scope } from '../../../shared/model/account.ts';
import type { Cluster } from '../../../shared/model/cluster.ts';
import type { OverviewInput, PlaceOverview } from '../../../shared/model/overview.ts';
import type { Accounts } from '../aws/accounts.ts';
import type { Aws } from '../aws/aws.ts';
import { concernsAll } from '../catalog/optional-reads.ts';
import { eachOfFew } from '../ecs/batches.ts';
import type { Handlers } from '../ports/handlers.ts';
import { knownFamilyServices } from './known-family-services.ts';
import type { KnownPlaces } from './known-places.ts';
import type { LastVisit } from './last-visit.ts';

/** Services younger than this are not read again. */
const FRESH_MS = 30_000;
/** A cluster with more services takes over a hundred requests, which only its own page is worth. */
const MOST_SERVICES = 500;

interface OverviewDependencies {
  readonly accounts: Accounts;
  readonly aws: Pick<Aws, 'mayAsk' | 'renewSignIn'>;
  readonly places: KnownPlaces;
  readonly lastVisit: LastVisit;
  /** What keeps its answers in `places`. */
  readonly reads: Pick<Handlers, 'clusters.list' | 'services.list'>;
  readonly now: () => Date;
}

/** The overview.* methods, and what earlier starts have kept. */
export function createOverviewHandlers({
  accounts,
  aws,
  places,
  lastVisit,
  reads,
  now,
}: OverviewDependencies): Pick<
  Handlers,
  'overview.known' | 'overview.read' | 'services.kept' | 'families.services'
> {
  async function readPlace(
    scope: Scope,
    emit: (place: PlaceOverview) => void,
    signal: AbortSignal,
  ): Promise<PlaceOverview> {
    const tell = (): PlaceOverview => {
      const place = places.overviewOf(scope);
      emit(place);
      return place;
    };
    await aws.renewSignIn(scope);
    if (aws.mayAsk(scope)) {
      places.setState(scope, 'sign-in', { problem: SIGN_IN, canSignIn: true });
      return tell();
    }
    places.setState(scope, 'reading');
    tell();
    try {
      const clusters = await reads['clusters.list'](scope, { signal, emit: ignore });
      places.setState(scope, 'reading');
      tell();
      for (const cluster of clusters) {
        await readServices(scope, cluster, signal);
        tell();
      }
      places.setState(scope, 'read');
    } catch (error) {
      // What failed is in the overview; the other accounts continue.
      if (signal.aborted || !(error instanceof SlipwayError)) throw error;
      if (places.overviewOf(scope).state === 'reading')
        places.setState(scope, 'failed', { problem: error.message });
    }
    return tell();
  }

  async function readServices(scope: Scope, { name, services }: Cluster, signal: AbortSignal): Promise<void> {
    const readAt = places.servicesReadAt(scope, name);
    if (readAt !== undefined && now().getTime() - readAt.getTime() < FRESH_MS) return;
    if (services > MOST_SERVICES && readAt === undefined) {
      places.setProblem(scope, name, `Open ${name} to read its ${services} services.`);
      return;
    }
    try {
      await reads['services.list']({ ...scope, cluster: name, visible: [] }, { signal, emit: ignore });
    } catch (error) {
      if (signal.aborted || !(error instanceof SlipwayError) || concernsAll(error)) throw error;
      places.setProblem(scope, name, error.message);
    }
  }

  function scopesOf({ account, region }: OverviewInput): readonly Scope[] {
    const known = account === undefined ? accounts.list() : [accounts.find(account)];
    return known.flatMap(({ account: each }) => {
      const opened = region ?? each.region;
      return opened === undefined ? [] : [{ account: each.id, region: opened }];
    });
  }

  return {
    'overview.known': async () => places.all(),

    'families.services': async (scope) => knownFamilyServices(scope, { places, lastVisit }),

    'services.kept': async (service) => {
      const kept = lastVisit.service(service);
      return kept === undefined ? {} : { kept };
    },

    'overview.read': async (input, { signal, emit }) => {
      await accounts.reload();
      return eachOfFew(scopesOf(input), async (scope) => {
        signal.throwIfAborted();
        return readPlace(scope, emit, signal);
      });
    },
  };
}

const SIGN_IN =
  "The overview doesn't sign in by itself, because the profile may ask for a sign-in or a code, or run a program. Open the account to sign in.";

function ignore(): void {
  // The overview sends what was read as a whole.
}
