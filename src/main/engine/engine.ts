import { createApprovals } from './approvals/approvals.ts';
import { openAccountAliases } from './aws/account-aliases.ts';
import { createAccountHandlers } from './aws/account-handlers.ts';
import { openAccounts } from './aws/accounts.ts';
import { type AwsOptions, createAws } from './aws/clients.ts';
import { createEnvironmentHandlers } from './aws/environment-handlers.ts';
import { openKeptAccounts } from './aws/expected-accounts.ts';
import { createSandboxOnDemand } from './aws/sandbox-on-demand.ts';
import { createCatalogHandlers } from './catalog/catalog-handlers.ts';
import { readServiceTasks } from './catalog/tasks.ts';
import { createCleanupHandlers } from './cleanup/cleanup-handlers.ts';
import { openCleanupJobs } from './cleanup/cleanup-jobs.ts';
import { showInJobList } from './cleanup/cleanups-in-job-list.ts';
import { openCloneFolders } from './commits/clone-folders.ts';
import { createCommitHandlers } from './commits/commit-handlers.ts';
import { createDockerHandlers } from './docker/docker-handlers.ts';
import { createDeclarationReads, createDriftHandlers } from './drift/drift-handlers.ts';
import { openEngineCaches } from './engine-caches.ts';
import { openNotices } from './engine-notices.ts';
import { openEnvironments, readOnlyRule } from './environments/environments.ts';
import { openProjectFolders } from './environments/project-folders.ts';
import { createFleetHandlers } from './fleet/fleet-handlers.ts';
import { createFleets } from './fleet/fleets.ts';
import { createRepositoryHandlers } from './images/create-repository.ts';
import { createEcrChangeHandlers } from './images/ecr-changes.ts';
import { createImageHandlers } from './images/image-handlers.ts';
import { createImageLookup } from './images/image-lookup.ts';
import { recoverImageChanges } from './images/interrupted-changes.ts';
import { createJobHandlers } from './jobs/job-handlers.ts';
import { createJobs } from './jobs/jobs.ts';
import { changedServices } from './journal/changed-services.ts';
import { openJournal } from './journal/journal.ts';
import { createJournalHandlers } from './journal/journal-handlers.ts';
import { createLedgerEntries } from './ledger/ledger-entries.ts';
import { createLedgerHandlers } from './ledger/ledger-setup.ts';
import { createLedgers } from './ledger/ledger-table.ts';
import { createLockHandlers, recoverLedgerChanges } from './ledger/lock-handlers.ts';
import { createLocks } from './ledger/service-locks.ts';
import { createReleaseErrorHandlers } from './logs/release-errors.ts';
import { createLogHandlers } from './logs/service-logs.ts';
import { createMetricHandlers } from './metrics/metric-handlers.ts';
import { createRegionHandlers } from './overview/find-regions.ts';
import { createKnownPlaces } from './overview/known-places.ts';
import { createLastVisit } from './overview/last-visit.ts';
import { createOverviewHandlers } from './overview/overview-handlers.ts';
import { createPermissionHandlers } from './permissions/refused-changes.ts';
import { createAppHandlers } from './ports/app-handlers.ts';
import { createDispatcher, type Dispatcher, hideSecrets } from './ports/dispatcher.ts';
import type { Handlers } from './ports/handlers.ts';
import { areaLogger } from './ports/log-areas.ts';
import type { Ports } from './ports/ports.ts';
import { createPromptBroker } from './ports/prompts.ts';
import { createPromotionHandlers } from './promotion/promotion-handlers.ts';
import { createCodeDeployHandlers } from './releases/code-deploy/code-deploy-handlers.ts';
import { createRecentChecks, type ReleaseDependencies } from './releases/model/release-dependencies.ts';
import { recoverTasks } from './releases/recover-tasks.ts';
import { createReleaseHandlers } from './releases/release-handlers.ts';
import { createReleaseJobs } from './releases/release-jobs.ts';
import { createTaskHandlers } from './releases/task-run.ts';
import { withTaskSetReleases } from './releases/task-sets/task-set-history.ts';
import { POLL_INTERVAL_MS } from './releases/watch/poll-interval.ts';
import { settlingDeployments } from './releases/watch/settling-deployments.ts';
import { compareClusters } from './revisions/compare/compare-clusters.ts';
import { recoverRegistrations } from './revisions/editor/interrupted-registrations.ts';
import { createRegistrationHandlers } from './revisions/editor/registration-handlers.ts';
import { createKnownCauses } from './revisions/history/known-causes.ts';
import { createHistoryHandlers } from './revisions/history/service-history.ts';
import { createRevisionHandlers } from './revisions/revision-handlers.ts';
import { keepingNames } from './search/keep-names.ts';
import { createUsersOfRepository } from './search/repository-users.ts';
import { createSearchHandlers } from './search/search-handlers.ts';
import { createSessionHandlers, recoverSessions } from './sessions/session-handlers.ts';
import { createDataHandlers } from './settings/data-folder.ts';
import { openSettings } from './settings/settings-file.ts';
import { createSettingsHandlers } from './settings/settings-handlers.ts';
import { makePrivateFolder } from './storage/private-files.ts';
import { createTaskChanges } from './tasks/change-task.ts';
import { createTaskKeeper } from './tasks/kept-tasks.ts';
import { createTaskReads } from './tasks/read-task.ts';
import { createTimelineHandlers } from './timeline/timeline-handlers.ts';

/** A person who has clicked and an agent that waits see each other's answer after this at most. */
const APPROVAL_POLL_MS = 1_000;
/** How old the checks of a plan may be that a command executes. */
const RECENT_CHECKS_MS = 5_000;
/** A cluster that the timeline has read is not read again for so long in a window. */
const TIMELINE_FRESH_MS = 15_000;
/** What is not shared by then is shared by the next process. */
const SHARED_AT_CLOSE_MS = 3_000;

export interface Engine {
  readonly dispatcher: Dispatcher;
  /** Cancels the calls that are in progress, then releases connections and files. */
  close(): Promise<void>;
}

/** The whole engine over its outside world. Makes the data folder, opens the journal and reads the AWS files. */
export async function createEngine(ports: Ports & Pick<AwsOptions, 'limitsOf'>): Promise<Engine> {
  const { clock, logger, paths } = ports;
  makePrivateFolder(paths.data);
  const broker = createPromptBroker();
  const projects = openProjectFolders(paths);
  // A command has the environment that it was started for; a window has those of the folders that were added.
  const ofFolders = () => (ports.host.host === 'cli' ? [] : projects.environments());
  const accounts = await openAccounts(ports, () => [
    ...(ports.project === undefined ? [] : [ports.project]),
    ...ofFolders(),
  ]);
  const environments = openEnvironments(paths, { chosen: ports.project?.environment, ofFolders });
  const requireChangeable = readOnlyRule(environments, accounts);
  const keptAccounts = openKeptAccounts(paths);
  const aws = createAws({ ...ports, accounts, keptAccounts, prompt: ports.prompt ?? broker.prompt });
  const journal = openJournal(paths, logger, clock, (account) => keptAccounts.same(account));
  const ledgers = createLedgers({ accounts, aws, environments, clock });
  const releaseLogger = areaLogger(logger, 'releases');
  const ledgerEntries = createLedgerEntries({ ...ports, ledgers, journal, logger: releaseLogger });
  const caches = openEngineCaches(ports, accounts);
  const usersOfRepository = createUsersOfRepository(accounts, caches.names);
  const guarded = { aws, journal, logger, accounts, environments, clock };
  const { revisions: revisionCaches, deployments: deploymentCaches } = caches;
  const images = createImageLookup({ aws, cache: caches.images, logger });
  const causes = createKnownCauses(aws, revisionCaches);
  const reads = createCatalogHandlers({
    accounts,
    aws,
    environments,
    caches: deploymentCaches,
    clock,
    imageFacts: (...wanted) => images.imageFacts(...wanted),
    images,
    notes: (deploymentArn) => journal.noteFor(deploymentArn),
    readCause: async (read, service, deployment) =>
      (await causes.of(service, [deployment], () => readServiceTasks(read, service))).get(deployment.arn),
    changedServices: (cluster) => changedServices(journal.entries, cluster, clock.now()),
  });
  const released = { ...reads, ...withTaskSetReleases(reads, { aws, journal }) };
  const catalog = { ...reads, ...settlingDeployments(released, journal, causes) };
  const changing = { accounts, aws, environments, journal, clock, logger: releaseLogger };
  const findImage: ReleaseDependencies['findImage'] = (...wanted) => images.findImage(...wanted);
  const { pollIntervalMs = POLL_INTERVAL_MS } = ports;
  const locks = createLocks({ ledgers, logger: releaseLogger, ...ports.locks });
  const releasing: ReleaseDependencies = {
    ...changing,
    pollIntervalMs,
    catalog,
    findImage,
    causes,
    locks,
    connectionTo: (accountNumber) =>
      [...keptAccounts.all()].find(
        ([id, number]) =>
          number === accountNumber &&
          accounts.list().some(({ account }) => account.id === id) &&
          !aws.mayAsk({ account: id, region: '' }),
      )?.[0],
    approverOf: ports.approverOf,
    declarations: createDeclarationReads({ aws, projects, project: ports.project }),
    ledgers,
    // A command executes the plan that it has just made; a person reads it first.
    ...(ports.host.host === 'cli' ? { recentChecks: createRecentChecks(clock, RECENT_CHECKS_MS) } : {}),
  };
  const settings = openSettings(paths);
  const messages = openNotices(ports, { accounts, aws, environments, journal, settings });
  const jobs = createJobs({
    clock,
    logger: areaLogger(logger, 'jobs'),
    onEnd: (job) => messages.notices.jobEnded(job),
  });
  const sandbox = createSandboxOnDemand({ ...ports, accounts, jobs, logger: areaLogger(logger, 'aws') });
  const releaseJobs = createReleaseJobs({ dependencies: releasing, jobs });
  const releases = createReleaseHandlers(releasing, releaseJobs);
  const approvals = createApprovals({
    store: caches.approvals,
    host: ports.host,
    clock,
    pollMs: Math.min(APPROVAL_POLL_MS, pollIntervalMs),
    onRequest: (request) => messages.notices.approvalAsked(request),
  });
  const fleets = createFleets({
    releasing,
    jobs,
    releases: releaseJobs,
    recoverReleases: releaseJobs.recover,
  });
  // Also on each read: a process that has just ended may still count as running.
  const recover = (): void => {
    journal.plans.forgetLapsed();
    fleets.recover();
    releaseJobs.recover();
    recoverRegistrations({ aws, journal, logger });
    recoverImageChanges({ aws, journal, logger });
    recoverTasks(changing);
    recoverSessions(journal);
    recoverLedgerChanges(journal);
  };
  const cleaning = { ...changing, logger: areaLogger(logger, 'cleanup'), paths, revisionCaches };
  const cleanupJobs = openCleanupJobs(cleaning);
  showInJobList(cleanupJobs, jobs);
  // A single call of the command line ends too soon to take over what a window or a server has left behind.
  if (ports.host.host !== 'cli') cleanupJobs.adopt();

  const now = (): Date => clock.now();
  const lastVisit = createLastVisit({ accounts, answers: caches.answers, environments, now });
  const keeping = lastVisit.keeping(catalog);
  const places = createKnownPlaces(now, lastVisit);
  const listing = places.keeping(keeping);
  const keeper = createTaskKeeper({ aws, kept: caches.tasks, logger, clock });
  const watching = { 'releases.watch': releases['releases.watch'] };
  const followed = keeper.keeping({ ...catalog, ...keeping, ...listing, ...watching });
  const clones = openCloneFolders(paths);
  const handlers: Omit<Handlers, 'search.find' | 'search.refresh' | 'images.where'> = {
    ...createAppHandlers(ports.host),
    ...broker.handlers,
    ...createAccountHandlers({
      ...ports,
      accounts,
      aws,
      keptAccounts,
      aliases: openAccountAliases({ aws, paths, clock, logger: areaLogger(logger, 'aws') }),
      logger: areaLogger(logger, 'aws'),
      sandbox,
    }),
    ...sandbox.handlers,
    ...createRegionHandlers({ accounts, aws }),
    ...createPermissionHandlers({ aws, clock }),
    ...createEnvironmentHandlers({ accounts, environments, projects, usersOfRepository }),
    ...catalog,
    ...keeping,
    ...listing,
    'services.tasks': followed['services.tasks'],
    'services.get': followed['services.get'],
    ...createOverviewHandlers({ accounts, aws, places, lastVisit, reads: listing, now }),
    ...createRevisionHandlers({ aws, images, caches: revisionCaches, logger }),
    'clusters.compare': (clusters, { emit, signal }) =>
      compareClusters(
        { aws, images, caches: revisionCaches, deploymentCaches, clones, ports, logger },
        clusters,
        emit,
        signal,
      ),
    ...createRegistrationHandlers({ aws, journal, clock, logger }, requireChangeable),
    ...createHistoryHandlers({ aws, images, caches: revisionCaches, logger, catalog }),
    ...createImageHandlers({ aws, cache: caches.images, logger, requireChangeable, pollIntervalMs, clock }),
    ...createEcrChangeHandlers({ ...guarded, usersOfRepository }),
    ...createRepositoryHandlers({ ...guarded, settings }),
    ...createPromotionHandlers({
      aws,
      cache: caches.images,
      journal,
      logger,
      secrets: ports.secrets,
      requireChangeable,
    }),
    ...createCommitHandlers({ images, clones, ports }),
    ...createDockerHandlers({
      aws,
      requireChangeable,
      ports,
      onSource: (source, folder) => clones.set(source, folder),
    }),
    ...createLogHandlers(aws, pollIntervalMs),
    ...createMetricHandlers({ aws, clock }),
    ...createDriftHandlers({ aws, projects, host: ports.host }),
    ...createTaskHandlers(releasing, jobs),
    ...createTaskReads({ aws, kept: caches.tasks, journal }),
    ...createTaskChanges(changing),
    ...createSessionHandlers({ ...changing, secrets: ports.secrets }),
    ...createReleaseErrorHandlers(aws, now),
    ...createCodeDeployHandlers({ accounts, aws, clock }),
    ...releases,
    ...createLockHandlers({ ...changing, locks, pollIntervalMs }),
    'releases.watch': followed['releases.watch'],
    ...approvals.keepingPlans(releases),
    ...approvals.handlers,
    ...createFleetHandlers({
      fleets,
      releasing,
      candidates: { aws, catalog, caches: revisionCaches, deploymentCaches },
    }),
    ...createTimelineHandlers({
      accounts,
      aws,
      environments,
      reads: listing,
      places,
      deploymentCaches,
      revisionCaches,
      images,
      changes: journal.changes,
      ledger: ledgerEntries,
      store: caches.timeline,
      clones,
      ports,
      releasing,
      logger,
      now,
      freshMs: ports.host.host === 'cli' ? 0 : TIMELINE_FRESH_MS,
    }),
    ...createJobHandlers(jobs, recover),
    ...createCleanupHandlers(cleaning, cleanupJobs),
    ...createJournalHandlers(journal, recover),
    ...createLedgerHandlers({ ...changing, catalog, entries: ledgerEntries, pollIntervalMs }),
    ...createDataHandlers(paths),
    ...createSettingsHandlers({ settings, ...messages, host: ports.host }),
  };

  const withSearch: Handlers = {
    ...handlers,
    ...keepingNames(handlers, { accounts, store: caches.names }),
    ...createSearchHandlers({
      accounts,
      aws,
      deploymentCaches,
      revisionCaches,
      images: caches.images,
      lookup: images,
      store: caches.names,
      keptTasks: caches.tasks,
      clock,
    }),
  };

  const dispatcher = createDispatcher(withSearch, areaLogger(logger, 'host'));
  // A single call of the command line ends too soon to watch what others have left; its job list does anyway.
  if (ports.host.host !== 'cli') recover();
  // A command ends too soon to keep what ECS forgets after an hour.
  const stopKeeping = ports.host.host === 'cli' ? undefined : keeper.start();
  async function releaseAll(): Promise<void> {
    stopKeeping?.();
    await dispatcher.close();
    await cleanupJobs.close();
    fleets.close();
    await jobs.close();
    await messages.close();
    await ledgerEntries.share(SHARED_AT_CLOSE_MS);
    aws.close();
    await sandbox.close();
    journal.close();
    caches.close();
  }
  let closing: Promise<void> | undefined;
  return {
    dispatcher: hideSecrets(dispatcher, ports.secrets),
    close() {
      closing ??= releaseAll();
      return closing;
    },
  };
}
