import type { ServiceDetail, ServiceRow } from '../../../../shared/model/service.ts';

/** The sentences of the overview of a cluster. */
export const OVERVIEW_TEXT = {
  attention: 'Needs attention',
  deploying: 'Deploying',
  recent: 'Last changed',
  states: 'Services by state',
  healthy: (old: number) =>
    old === 0
      ? 'All services are healthy'
      : `No service needed attention when last read (${old} over 30 s ago)`,
  old: (count: number) =>
    `${count === 1 ? '1 service' : `${count} services`} read over 30 s ago may have changed.`,
  reading: (count: number) => `Reading ${count} more services`,
  tasks: ({ running, desired, state }: ServiceRow) =>
    `${state === 'rolled-back' ? 'The last deployment was rolled back. ' : ''}${running} of ${desired} running`,
} as const;

/** The sentences of the service list and the service page, to be read together. */
export const SERVICE_TEXT = {
  filter: 'Filter services',
  filterOf: (count: number) => `Filter ${count} services`,
  matching: (count: number) => `${count} services match the filter`,
  readAgo: (ago: string) => `read ${ago}`,
  noMatch: 'No matching services',
  clearFilter: 'Clear filter',
  noServices: (cluster: string) => `No services in ${cluster}`,
  noServicesHelp: 'Create one in the AWS console or with your own tools. It appears here within 15 seconds.',
  noneChosenHelp:
    'Move through the list with the arrow keys or j and k, open a service with Enter, and filter with /.',
  deleted: (service: string) =>
    `${service} was deleted. This page shows its last known state; no actions are available.`,
  backToServices: 'Back to services',
  accepted: (title: string) => `${title}: accepted by ECS.`,
  counts: ({ running, desired, pending, revision }: ServiceDetail) =>
    `${running} of ${desired} running${pending > 0 ? `, ${pending} pending` : ''} · ${revision}`,
  rollBack: (revision: string | undefined) =>
    revision === undefined ? 'Roll back' : `Roll back to ${revision}`,
  nothingToRollBackTo: 'No earlier release succeeded, so there is nothing to roll back to.',
  nothingRuns: 'No tasks are running.',
  scale: (service: string) => `Scale ${service}`,
  scaleTo: (service: string, label: string) => `Scale ${service} to ${label}`,
  scaleHelp: (desired: number) => `Currently ${desired}. Scaling does not start a deployment.`,
} as const;
