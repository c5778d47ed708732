import { lazyRouteComponent } from '@tanstack/react-router';

/*
 * The pages that are not on the screen at the start. Each is a file of its own that is loaded when its address is
 * opened, or by `loadPages` when the window has nothing else to do, so that the service list does not wait for them.
 */
export const CleanupPage = lazyRouteComponent(
  () => import('../features/cleanup/cleanup-page.tsx'),
  'CleanupPage',
);
export const ImageCleanupPage = lazyRouteComponent(
  () => import('../features/cleanup/image-cleanup-page.tsx'),
  'ImageCleanupPage',
);
export const AccountsOverviewPage = lazyRouteComponent(
  () => import('../features/clusters/accounts-overview-page.tsx'),
  'AccountsOverviewPage',
);
export const ClustersPage = lazyRouteComponent(
  () => import('../features/clusters/clusters-page.tsx'),
  'ClustersPage',
);
export const ClusterComparisonPage = lazyRouteComponent(
  () => import('../features/cluster-comparison/cluster-comparison-page.tsx'),
  'ClusterComparisonPage',
);
export const FleetPage = lazyRouteComponent(() => import('../features/fleet/fleet-page.tsx'), 'FleetPage');
export const JournalPage = lazyRouteComponent(
  () => import('../features/journal/journal-page.tsx'),
  'JournalPage',
);
export const RevisionEditorPage = lazyRouteComponent(
  () => import('../features/revision-editor/revision-editor-page.tsx'),
  'RevisionEditorPage',
);
export const FamiliesPage = lazyRouteComponent(
  () => import('../features/revisions/families-page.tsx'),
  'FamiliesPage',
);
export const FamilyPage = lazyRouteComponent(
  () => import('../features/revisions/family-page.tsx'),
  'FamilyPage',
);
export const RevisionDiffPage = lazyRouteComponent(
  () => import('../features/revisions/revision-diff-page.tsx'),
  'RevisionDiffPage',
);
export const RepositoriesPage = lazyRouteComponent(
  () => import('../features/repositories/repositories-page.tsx'),
  'RepositoriesPage',
);
export const ServicePage = lazyRouteComponent(
  () => import('../features/services/service-page.tsx'),
  'ServicePage',
);

export const SettingsPage = lazyRouteComponent(
  () => import('../features/settings/settings-page.tsx'),
  'SettingsPage',
);

export const TimelinePage = lazyRouteComponent(
  () => import('../features/timeline/timeline-page.tsx'),
  'TimelinePage',
);

/** With the page of its service: a file of its own would split others, and more would be loaded at the start. */
export const TaskView = lazyRouteComponent(() => import('../features/services/service-page.tsx'), 'TaskView');

/** Loads the code of the page that a list of services leads to. Rejects when it cannot be read. */
export async function loadServicePage(): Promise<void> {
  await ServicePage.preload?.();
}

/** Loads the code of every page, the service page first. Rejects when a file of the page cannot be read. */
export async function loadPages(): Promise<void> {
  await loadServicePage();
  // In an incident its first line is waited for.
  await import('../features/logs/logs-tab.tsx');
  await Promise.all(
    [
      AccountsOverviewPage,
      ClustersPage,
      FamiliesPage,
      FamilyPage,
      RevisionDiffPage,
      ClusterComparisonPage,
      JournalPage,
      CleanupPage,
      ImageCleanupPage,
      FleetPage,
      RepositoriesPage,
      RevisionEditorPage,
      SettingsPage,
      TimelinePage,
    ].map(async (page) => page.preload?.()),
  );
}
