import type { ServiceDetail, ServiceRow, ServiceScaling } from '../../../../shared/model/service.ts';
import type { OverviewSpan } from '../../lib/search.ts';

/** The sentences of the overview of a cluster. */
export const OVERVIEW_TEXT = {
  all: 'All',
  compare: 'Compare…',
  states: 'Services by state',
  stateNames: {
    failing: 'Failing',
    degraded: 'Degraded',
    'rolled-back': 'Rolled back',
    deploying: 'Deploying',
    drifted: 'Drifted',
    healthy: 'Healthy',
    stopped: 'Stopped',
  },
  sort: 'Order of the services',
  sorts: { state: 'Failing first', changed: 'Last release first', name: 'By name' },
  columns: {
    state: 'State',
    service: 'Service',
    cause: 'Cause or progress',
    steps: 'Next steps',
    changed: 'Changed',
  },
  counts: (services: number, running: number, desired: number) =>
    `${services === 1 ? '1 service' : `${services} services`} · ${tasksRunning(running, desired)}`,
  attention: 'Services that need attention are listed first',
  healthy: (old: number) =>
    old === 0
      ? 'All services are healthy'
      : `No service needed attention when last read (${old} of them over 30 s ago)`,
  old: (count: number) =>
    `${count === 1 ? '1 service' : `${count} services`} read over 30 s ago may have changed`,
  reading: (count: number) => `Reading ${count} more ${count === 1 ? 'service' : 'services'}`,
  progress: ({ done, total }: NonNullable<ServiceRow['progress']>) => `${done} of ${total} updated`,
  tasks: ({ running, desired }: ServiceRow) => `${running} of ${desired} running`,
  rolledBack: ({ failedCause, failedBecause }: ServiceRow) =>
    failedCause ?? failedBecause ?? 'The last deployment was rolled back.',
  span: 'Period of the releases',
  spans: { hour: 'Releases, last 1 h', day: 'Releases, last 24 h', week: 'Releases, last 7 d' },
  releases: (span: OverviewSpan, marks: readonly string[]) => {
    const period = { hour: 'hour', day: '24 h', week: '7 d' }[span];
    return marks.length === 0
      ? `No releases in the last ${period}`
      : `Releases in the last ${period}: ${marks.join(', ')}`;
  },
} as const;

/** During a deployment more tasks may run than are desired. */
function tasksRunning(running: number, desired: number): string {
  return running > desired
    ? `${running} tasks running, ${desired} desired`
    : `${running} of ${desired} tasks running`;
}

/** The next steps in the row of a service. */
export const STEP_TEXT = {
  logs: 'Open logs',
  tasks: 'Open tasks',
  events: 'Open events',
  failure: 'Open failure',
  rollBack: 'Roll back…',
  deploy: 'Deploy…',
  scale: 'Scale…',
  compare: (before: string, after: string) => `Compare ${numberOf(before)} and ${numberOf(after)}`,
  of: (label: string, service: string) => `${label} (${service})`,
} as const;

/** `41` of `web:41`. */
function numberOf(revision: string): string {
  return revision.slice(revision.lastIndexOf(':') + 1);
}

/** The sentences of the service list and the service page, to be read together. */
export const SERVICE_TEXT = {
  metrics: 'metrics',
  showJournal: 'Show changes made through Slipway',
  journal: 'the journal',
  filter: 'Filter services',
  filterOf: (count: number) => `Filter ${count} services`,
  matching: (count: number) =>
    count === 1 ? '1 service matches the filter' : `${count} services match the filter`,
  readAgo: (ago: string) => `read ${ago}`,
  noMatch: 'No matching services',
  clearFilter: 'Clear filter',
  noServices: (cluster: string) => `No services in ${cluster}`,
  noServicesHelp: 'Create one in the AWS console or with your own tools. It appears here within 15 seconds.',
  deleted: (service: string) =>
    `${service} was deleted. This page shows its last known state; no actions are available.`,
  backToServices: 'Back to services',
  noSuchCluster: (cluster: string, region: string) => `The cluster ${cluster} doesn't exist in ${region}.`,
  noSuchService: (service: string, cluster: string) =>
    `The service ${service} doesn't exist in the cluster ${cluster}.`,
  noSuchClusterHelp: 'It may be in another account or region, or it was deleted.',
  allClusters: 'All clusters',
  servicesOf: (cluster: string) => `Services of ${cluster}`,
  tryAgain: 'Try again',
  accepted: (title: string) => `${title}: accepted by ECS.`,
  counts: ({ running, desired, pending }: ServiceDetail) =>
    `${running} of ${desired} running${pending > 0 ? `, ${pending} pending` : ''}`,
  rollBack: (release: string | undefined) =>
    release === undefined ? 'Roll back' : `Roll back to ${release}`,
  rolledBack: (because: string | undefined) =>
    because === undefined
      ? 'The last deployment was rolled back.'
      : `The last deployment was rolled back: ${because}`,
  alreadyRolledBack: (revision: string) =>
    `ECS has rolled back: ${revision} runs again. To go further back, choose a release in the history.`,
  nothingToRollBackTo: 'No earlier release succeeded, so there is nothing to roll back to.',
  unreachable:
    'The service could not be read just now, so nothing can be changed. This works again as soon as it is read.',
  nothingRuns: 'No tasks are running.',
  scale: (service: string) => `Scale ${service}`,
  scaleTo: (service: string, label: string) => `Scale ${service} to ${label}`,
  scaleHelp: (desired: number, range: ServiceScaling | undefined) => {
    const help = `Currently ${desired}. Scaling does not start a deployment.`;
    if (range === undefined) return help;
    return `${help} Application Auto Scaling keeps the number between ${range.least} and ${range.most}.`;
  },
} as const;

/** The choice of the service that gets the image of another one. */
export const PROMOTE_TEXT = {
  open: 'Promote…',
  title: (service: string) => `Deploy the image of ${service} to another service`,
  about: 'Choose the service, in any account and region. You review the plan before anything is sent.',
  same: 'This is the service itself. Choose another one.',
  cancel: 'Cancel',
  review: 'Choose service',
  notRead: "Couldn't read the images to deploy",
  noSuchSource: (text: string) => `${text} is not a service such as staging/web. Choose the service again.`,
  otherImage: (service: string) => `Choose another image for ${service}`,
} as const;
