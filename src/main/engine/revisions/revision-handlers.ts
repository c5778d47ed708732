import { describeRevision } from '../ecs/describe-revision.ts';
import type { Handlers } from '../ports/handlers.ts';
import { compareSides, diffSides } from './compare/compare-sides.ts';
import { readSide } from './compare/compared-side.ts';
import { readFamilyFacts } from './history/family-facts.ts';
import { listFamilies } from './history/family-list.ts';
import { listNames } from './history/list-names.ts';
import { readForSearch, readRows } from './history/revision-rows.ts';
import { readTimeline, type TimelineDependencies } from './history/timeline.ts';
import { readContainerImages } from './read/container-images.ts';
import { type FamilyUseDependencies, readFamilyUse } from './read/family-use.ts';
import { jsonOf, revisionOf } from './read/revision-facts.ts';

type RevisionHandlers = Pick<
  Handlers,
  | 'families.list'
  | 'families.all'
  | 'families.facts'
  | 'families.use'
  | 'revisions.list'
  | 'revisions.names'
  | 'revisions.rows'
  | 'revisions.search'
  | 'revisions.get'
  | 'revisions.diff'
  | 'revisions.compare'
>;

/** The methods about task definitions. */
export function createRevisionHandlers(
  dependencies: TimelineDependencies & FamilyUseDependencies,
): RevisionHandlers {
  const { aws, images, logger } = dependencies;

  return {
    'families.list': async (scope, { signal }) => {
      const families = await listFamilies(aws.ecs(scope, 'visible'), 'ACTIVE', signal);
      return families.map((family) => ({ family }));
    },
    'families.all': async (scope, { signal }) => {
      const ecs = aws.ecs(scope, 'visible');
      const [all, active] = await Promise.all([
        listFamilies(ecs, 'ALL', signal),
        listFamilies(ecs, 'ACTIVE', signal),
      ]);
      const withActive = new Set(active);
      return all.map((family) => ({ family, hasActive: withActive.has(family) }));
    },
    'families.facts': ({ families, ...scope }, { signal, emit }) =>
      readFamilyFacts(dependencies, { scope, families }, emit, signal),
    'families.use': ({ refresh, ...family }, { signal }) =>
      readFamilyUse(dependencies, family, refresh, signal),
    'revisions.names': ({ account, region, family, statuses, whole }, { signal, emit }) =>
      listNames(dependencies, { scope: { account, region }, family, statuses, whole }, emit, signal),
    'revisions.rows': ({ account, region, rows, cluster, service }, { signal }) => {
      const from = cluster === undefined || service === undefined ? {} : { service: { cluster, service } };
      return readRows(dependencies, { scope: { account, region }, rows, ...from }, signal);
    },
    'revisions.search': ({ account, region, revisions }, { signal, emit }) =>
      readForSearch(dependencies, { scope: { account, region }, revisions }, emit, signal),
    'revisions.list': ({ account, region, family, cluster, service }, { signal, emit }) => {
      const from = cluster === undefined || service === undefined ? {} : { service: { cluster, service } };
      return readTimeline(dependencies, { scope: { account, region }, family, ...from }, emit, signal);
    },
    'revisions.get': async ({ account, region, revision: name }, { signal }) => {
      const scope = { account, region };
      const described = await describeRevision(aws.ecs(scope, 'clicked'), name, signal);
      const reading = { images, logger, scope, released: new Map() };
      const [containers = []] = await readContainerImages(reading, [described], signal);
      return { revision: revisionOf(described, containers), json: jsonOf(described) };
    },
    'revisions.diff': async ({ account, region, before, after }, { signal }) => {
      const side = (revision: string) =>
        readSide(dependencies, { kind: 'revision', account, region, revision }, signal);
      return diffSides(...(await Promise.all([side(before), side(after)])));
    },
    'revisions.compare': (sides, { signal }) => compareSides(dependencies, sides, signal),
  };
}
