import { Button } from '@mantine/core';
import {
  createRootRoute,
  createRoute,
  createRouter,
  type ErrorComponentProps,
  Link,
  type RouterHistory,
} from '@tanstack/react-router';
import { AccountPage } from '../features/accounts/account-page.tsx';
import { FirstPlace } from '../features/clusters/first-place.tsx';
import { parseReviseSearch } from '../features/revision-editor/revise-search.ts';
import { ClusterLayout } from '../features/services/cluster-layout.tsx';
import { ClusterOverview } from '../features/services/cluster-overview.tsx';
import { parseJournalSearch } from '../lib/journal-filters.ts';
import {
  parseCleanupSearch,
  parseClusterComparisonSearch,
  parseDiffSearch,
  parseFilterSearch,
  parseFleetSearch,
  parseImageCleanupSearch,
  parseImagesSearch,
  parseOverviewSearch,
  parseRevisionsSearch,
  parseServiceSearch,
  parseTaskSearch,
  parseTimelineSearch,
} from '../lib/search.ts';
import { shortcutLabel } from '../lib/shortcuts.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { BrokenView } from './error-boundary.tsx';
import {
  AccountsOverviewPage,
  CleanupPage,
  ClusterComparisonPage,
  ClustersPage,
  FamiliesPage,
  FamilyPage,
  FleetPage,
  ImageCleanupPage,
  JournalPage,
  RepositoriesPage,
  RevisionDiffPage,
  RevisionEditorPage,
  ServicePage,
  SettingsPage,
  TaskView,
  TimelinePage,
} from './pages.ts';
import { Shell } from './shell.tsx';

// Each route parses its search again: the router hands on what `validateSearch` has left out, because the root has it.

const rootRoute = createRootRoute({ component: Shell });

const homeRoute = createRoute({ getParentRoute: () => rootRoute, path: '/', component: FirstPlace });

const accountsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/accounts',
  component: function AccountsRoute() {
    return <AccountsOverviewPage />;
  },
});

const accountWithoutRegionRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/a/$account',
  component: function AccountRoute() {
    return <AccountPage account={accountWithoutRegionRoute.useParams().account} />;
  },
});

const accountRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/a/$account/$region',
  component: function ClustersRoute() {
    return <ClustersPage scope={accountRoute.useParams()} />;
  },
});

const clusterRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/a/$account/$region/c/$cluster',
  component: function ClusterRoute() {
    const { account, region, cluster } = clusterRoute.useParams();
    return <ClusterLayout cluster={{ account, region, cluster }} />;
  },
});

const clusterIndexRoute = createRoute({
  getParentRoute: () => clusterRoute,
  path: '/',
  validateSearch: parseOverviewSearch,
  component: function ClusterIndexRoute() {
    const { account, region, cluster } = clusterIndexRoute.useParams();
    const ref = { account, region, cluster };
    const search = parseOverviewSearch(clusterIndexRoute.useSearch());
    return <ClusterOverview key={JSON.stringify(ref)} cluster={ref} search={search} />;
  },
});

const serviceRoute = createRoute({
  getParentRoute: () => clusterRoute,
  path: 's/$service',
  // While the page's code is loaded, the list beside it stays, and keeps the focus.
  wrapInSuspense: true,
  validateSearch: parseServiceSearch,
  component: function ServiceRoute() {
    const { account, region, cluster, service } = serviceRoute.useParams();
    const ref = { account, region, cluster, service };
    // A new service is a new page: nothing of the one before shows through.
    const search = parseServiceSearch(serviceRoute.useSearch());
    return <ServicePage key={JSON.stringify(ref)} service={ref} search={search} />;
  },
});

const taskRoute = createRoute({
  getParentRoute: () => clusterRoute,
  path: 's/$service/t/$task',
  wrapInSuspense: true,
  validateSearch: parseTaskSearch,
  component: function TaskRoute() {
    const params = taskRoute.useParams();
    return (
      <TaskView key={JSON.stringify(params)} {...params} search={parseTaskSearch(taskRoute.useSearch())} />
    );
  },
});

/** A task that no service started. */
const oneOffTaskRoute = createRoute({
  getParentRoute: () => clusterRoute,
  path: 't/$task',
  wrapInSuspense: true,
  validateSearch: parseTaskSearch,
  component: function OneOffTaskRoute() {
    const params = oneOffTaskRoute.useParams();
    return (
      <TaskView
        key={JSON.stringify(params)}
        {...params}
        search={parseTaskSearch(oneOffTaskRoute.useSearch())}
      />
    );
  },
});

const cleanupRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/a/$account/$region/cleanup',
  validateSearch: parseCleanupSearch,
  component: function CleanupRoute() {
    return <CleanupPage scope={cleanupRoute.useParams()} />;
  },
});

const familyCleanupRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/a/$account/$region/cleanup/$family',
  validateSearch: parseCleanupSearch,
  component: function FamilyCleanupRoute() {
    const { account, region, family } = familyCleanupRoute.useParams();
    return <CleanupPage key={family} scope={{ account, region }} family={family} />;
  },
});

const imageCleanupRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/a/$account/$region/image-cleanup',
  validateSearch: parseImageCleanupSearch,
  component: function ImageCleanupRoute() {
    const search = parseImageCleanupSearch(imageCleanupRoute.useSearch());
    const scope = imageCleanupRoute.useParams();
    return <ImageCleanupPage key={search.image} scope={scope} search={search} />;
  },
});

const imagesRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/a/$account/$region/images',
  validateSearch: parseImagesSearch,
  component: function ImagesRoute() {
    const { account, region } = imagesRoute.useParams();
    const search = parseImagesSearch(imagesRoute.useSearch());
    return <RepositoriesPage scope={{ account, region }} search={search} />;
  },
});

const fleetRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/a/$account/$region/fleet',
  validateSearch: parseFleetSearch,
  component: function FleetRoute() {
    const { account, region } = fleetRoute.useParams();
    return <FleetPage scope={{ account, region }} search={parseFleetSearch(fleetRoute.useSearch())} />;
  },
});

const familiesRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/a/$account/$region/families',
  validateSearch: parseFilterSearch,
  component: function FamiliesRoute() {
    const search = parseFilterSearch(familiesRoute.useSearch());
    return <FamiliesPage scope={familiesRoute.useParams()} search={search} />;
  },
});

const familyRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/a/$account/$region/families/$family',
  validateSearch: parseRevisionsSearch,
  component: function FamilyRoute() {
    const { account, region, family } = familyRoute.useParams();
    const search = parseRevisionsSearch(familyRoute.useSearch());
    return <FamilyPage key={family} scope={{ account, region }} family={family} search={search} />;
  },
});

const diffRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/a/$account/$region/diff',
  validateSearch: parseDiffSearch,
  component: function DiffRoute() {
    const { before, after } = parseDiffSearch(diffRoute.useSearch());
    return <RevisionDiffPage scope={diffRoute.useParams()} before={before} after={after} />;
  },
});

const clusterComparisonRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/a/$account/$region/compare/$cluster',
  validateSearch: parseClusterComparisonSearch,
  component: function ClusterComparisonRoute() {
    const { account, region, cluster } = clusterComparisonRoute.useParams();
    const search = parseClusterComparisonSearch(clusterComparisonRoute.useSearch());
    return <ClusterComparisonPage cluster={{ account, region, cluster }} search={search} />;
  },
});

const reviseRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/a/$account/$region/revise',
  validateSearch: parseReviseSearch,
  component: function ReviseRoute() {
    const { from } = parseReviseSearch(reviseRoute.useSearch());
    return <RevisionEditorPage key={from} scope={reviseRoute.useParams()} from={from} />;
  },
});

const settingsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/settings',
  component: SettingsPage,
});

const journalRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/journal',
  validateSearch: parseJournalSearch,
  component: function JournalRoute() {
    return <JournalPage search={parseJournalSearch(journalRoute.useSearch())} />;
  },
});

const timelineRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/timeline',
  validateSearch: parseTimelineSearch,
  component: function TimelineRoute() {
    return <TimelinePage search={parseTimelineSearch(timelineRoute.useSearch())} />;
  },
});

const routeTree = rootRoute.addChildren([
  homeRoute,
  accountsRoute,
  accountWithoutRegionRoute,
  accountRoute,
  clusterRoute.addChildren([clusterIndexRoute, serviceRoute, taskRoute, oneOffTaskRoute]),
  cleanupRoute,
  familyCleanupRoute,
  imageCleanupRoute,
  imagesRoute,
  fleetRoute,
  familiesRoute,
  familyRoute,
  diffRoute,
  clusterComparisonRoute,
  reviseRoute,
  journalRoute,
  timelineRoute,
  settingsRoute,
]);

/** The views by their address. Tests hand in a history in memory. */
export function createAppRouter(history?: RouterHistory) {
  return createRouter({
    routeTree,
    ...(history && { history }),
    pathParamsAllowedCharacters: [':'],
    defaultErrorComponent: ({ error, reset }: ErrorComponentProps) => (
      <BrokenView error={error} reset={reset} />
    ),
    defaultNotFoundComponent: () => (
      <main>
        <EmptyState
          title="Page not found."
          action={<Button renderRoot={(props) => <Link to="/" {...props} />}>Go to the first page</Button>}
        >
          Choose a cluster on the left, or press {shortcutLabel('palette')} to search.
        </EmptyState>
      </main>
    ),
  });
}

export type AppRouter = ReturnType<typeof createAppRouter>;

declare module '@tanstack/react-router' {
  interface Register {
    router: AppRouter;
  }
}
