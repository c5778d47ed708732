import { MOST_RESULTS, type SearchInput } from '../../../shared/model/search.ts';
import type { Accounts } from '../aws/accounts.ts';
import type { Aws } from '../aws/aws.ts';
import type { KnownAccount } from '../aws/known-account.ts';
import type { DeploymentCaches } from '../catalog/deployment-cache.ts';
import type { ImageCache } from '../images/image-cache.ts';
import type { ImageLookup } from '../images/image-lookup.ts';
import type { Handlers } from '../ports/handlers.ts';
import type { Clock } from '../ports/ports.ts';
import type { RevisionCaches } from '../revisions/cache/revision-cache.ts';
import type { KeptTasks } from '../tasks/kept-tasks.ts';
import { entriesOf, findNames, type SearchEntry } from './find-names.ts';
import { imageUsesIn, unreadIn, withoutRunRevisions } from './image-uses.ts';
import type { KeptPart, NameStore } from './name-store.ts';
import { createNameRefresher, scopesOf } from './refresh-names.ts';

/** The beginning of one is enough, but words such as `cafe` name services. */
const TASK_ID = /^[0-9a-f]{6,64}$/;

interface SearchDependencies {
  readonly accounts: Accounts;
  readonly aws: Pick<Aws, 'ecs' | 'ecr' | 'eventRules' | 'schedules' | 'stateMachines' | 'mayAsk'>;
  readonly revisionCaches: RevisionCaches;
  readonly deploymentCaches: DeploymentCaches;
  readonly images: ImageCache;
  readonly lookup: Pick<ImageLookup, 'manyFacts'>;
  readonly store: NameStore;
  readonly keptTasks: Pick<KeptTasks, 'search'>;
  readonly clock: Clock;
}

/** The search.* methods. */
export function createSearchHandlers({
  accounts,
  aws,
  deploymentCaches,
  revisionCaches,
  images,
  lookup,
  store,
  keptTasks,
  clock,
}: SearchDependencies): Pick<Handlers, 'search.find' | 'search.refresh' | 'images.where'> {
  const refresher = createNameRefresher({
    aws,
    deploymentCaches,
    revisionCaches,
    images,
    lookup,
    store,
    now: () => clock.now(),
  });
  const commitOf = (digest: string): string | undefined => images.read(digest)?.commit;
  const entries = new WeakMap<KeptPart, readonly SearchEntry[]>();

  function entriesIn(known: KnownAccount, within: SearchInput['in']): readonly SearchEntry[] {
    if (within !== undefined && within.account !== known.account.id) return [];
    return scopesOf(known, store).flatMap((scope) => {
      if (within !== undefined && within.region !== scope.region) return [];
      const parts = store.partsOf(scope);
      const repositories = parts.find(({ part }) => part.kind === 'repositories')?.names ?? [];
      return parts.flatMap((part) => {
        const made = entries.get(part) ?? entriesOf(known.account, scope, part, { repositories, commitOf });
        entries.set(part, made);
        return made;
      });
    });
  }

  /** Stopped tasks that were kept, where the text has the beginning of an id. */
  function taskEntries(
    known: readonly KnownAccount[],
    { text, in: within }: SearchInput,
  ): readonly SearchEntry[] {
    const id = text
      .toLowerCase()
      .split(/\s+/)
      .find((term) => TASK_ID.test(term));
    if (id === undefined) return [];
    return keptTasks
      .search(id, MOST_RESULTS)
      .flatMap(({ account, region, endpoint, cluster, service, task }) => {
        const found = known.find((each) => each.account.id === account)?.account;
        if (found === undefined || (found.endpoint ?? '') !== endpoint) return [];
        if (within !== undefined && (within.account !== account || within.region !== region)) return [];
        return [
          {
            result: {
              kind: 'task' as const,
              account,
              region,
              cluster,
              ...(service === '' ? {} : { service }),
              task: task.id,
              revision: task.revision,
              readAt: task.keptAt ?? clock.now().toISOString(),
            },
            names: [],
            ids: [task.id],
            place: `${found.name} ${region} ${cluster} ${service} ${task.revision}`.toLowerCase(),
          },
        ];
      });
  }

  return {
    'search.find': async (input: SearchInput) => {
      const known = accounts.list();
      const named = known.flatMap((each) => entriesIn(each, input.in));
      return findNames([...named, ...taskEntries(known, input)], input);
    },

    'images.where': async ({ uri, digests = [] }) => {
      const wanted = { uri, digests: new Set(digests) };
      const parts = accounts
        .list()
        .flatMap((known) => scopesOf(known, store))
        .flatMap((scope) => store.partsOf(scope).map((part) => ({ scope, part })));
      return {
        uses: withoutRunRevisions(parts.flatMap(({ scope, part }) => imageUsesIn(scope, part, wanted))),
        notRead: parts.flatMap(({ scope, part }) => unreadIn(scope, part)),
      };
    },

    'search.refresh': async ({ in: within, revisions = false }, { signal, emit }) => {
      await accounts.reload();
      const scopes = accounts
        .list()
        .filter(({ account }) => within === undefined || account.id === within.account)
        .flatMap((known) =>
          within === undefined
            ? scopesOf(known, store)
            : [{ ...within, endpoint: known.account.endpoint ?? '' }],
        );
      return refresher.refresh({ scopes, revisions }, emit, signal);
    },
  };
}
