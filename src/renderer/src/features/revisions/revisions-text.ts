import type { ImageFindings } from '../../../../shared/model/revision.ts';

/** The sentences of the task definitions: the list of families and the revisions of one, to be read together. */
export const REVISIONS_TEXT = {
  title: 'Task definitions',
  searchFamilies: 'Search families',
  searchFamiliesOf: (count: number) => `Search ${formatCount(count)} ${count === 1 ? 'family' : 'families'}`,
  families: (count: number) => `${formatCount(count)} ${count === 1 ? 'family' : 'families'}`,
  someOf: (found: number, all: number) => `${formatCount(found)} of ${formatCount(all)}`,
  noFamilies: (region: string) => `No task definition families in ${region}`,
  noMatchingFamilies: 'No matching families',
  noActiveRevision: 'no active revision',
  cleanUp: 'Clean up…',
  revisionsOf: (family: string) => `Revisions of ${family}`,
  loadingRevisions: (family: string) => `revisions of ${family}`,
  noRevisions: (family: string, status: string) => `${family} has no ${status} revisions`,
  noActiveHelp: 'Select “Inactive” or “All” to see deregistered revisions.',
  noMatch: 'No matching revisions',
  loadedSoFar: (count: number) => `${formatCount(count)} loaded so far`,
  searched: (found: number, all: number, searched: number) =>
    `${formatCount(found)} of ${formatCount(all)}, ${formatCount(searched)} searched`,
  refresh: 'Refresh',
  refreshList: 'Refresh list',
  listed: (at: string) => `Listed ${at}`,
  search: 'Search revisions',
  searchHint: 'Search: 1.8.3, image:web, who:mira',
  searchHelp: 'Search everything, or one field with image:, tag:, digest:, commit:, who: or note:',
  registered: 'Registered',
  columns: { revision: 'Revision', image: 'Image', changes: 'Changes', registered: 'Registered' },
  revisions: (count: number) => `${formatCount(count)} ${count === 1 ? 'revision' : 'revisions'}`,
  anyTime: 'Any time',
  times: {
    day: 'Last day',
    week: 'Last week',
    month: 'Last 30 days',
    quarter: 'Last 90 days',
    year: 'Last year',
  },
  status: 'Status',
  statuses: { ACTIVE: 'Active', INACTIVE: 'Inactive', ALL: 'All' },
  inactive: 'inactive',
  beingDeleted: 'being deleted',
  running: 'running',
  failed: 'failed',
  select: (name: string) => `Select ${name}`,
  compareWith: (previous: string) => `Compare with ${previous}`,
  compareBoth: (name: string, previous: string) => `Compare ${name} with ${previous}`,
  edit: 'Edit…',
  editAsNew: (name: string) => `Edit ${name} as a new revision…`,
  run: 'Run a task of it…',
  runOf: (name: string) => `Run a one-off task of ${name}`,
} as const;

/** The columns of the list of families. */
export const FAMILIES_TEXT = {
  family: 'Family',
  newest: 'Newest',
  revisions: 'Active',
  usedBy: 'Used by',
  usedByNone: 'Open a cluster to see which of its services use a family, or a family to see every use.',
  usedByAll: (count: number) =>
    `Used by: the services of ${count === 1 ? 'the only cluster' : `all ${count} clusters`}, read`,
  usedBySome: (read: number, all: number, missing: string) =>
    `Used by: the services of ${read} of ${all} clusters (not read: ${missing}), read`,
  usedByEvery: 'Open a family to see every use.',
  registered: 'Registered',
  count: (revisions: number, hasMore: boolean) => `${formatCount(revisions)}${hasMore ? '+' : ''}`,
} as const;

/** The sentences about what uses the revisions of a family. */
export const USE_TEXT = {
  warning: 'Warning',
  notRead: (part: string, reason: string) => `${part} couldn't be read and may use revisions. ${reason}`,
  unknown: (source: string, reason: string) => `Any revision may be used by ${source}, which ${reason}.`,
  inUse: (count: number) =>
    `${count === 1 ? '1 revision is' : `${count} revisions are`} in use by services, their deployments and task ` +
    'sets, tasks, rules, schedules or state machines, as of',
  notChecked: (sources: readonly string[]) => `Not checked: ${sources.join(', ')}.`,
  refreshUse: 'Refresh usage',
} as const;

/** The sentences of a comparison and of the choice of its two sides. */
export const COMPARE_TEXT = {
  title: 'Compare',
  compare: 'Compare',
  clear: 'Clear',
  withRunning: 'Compare with a running service',
  chosen(before: string | undefined, after: string | undefined): string {
    if (after === undefined) return 'Select two revisions to compare';
    return before === undefined ? `${after} selected. Select another one` : `${before} and ${after}`;
  },
  sides: 'Revisions to compare',
  before: 'Before',
  after: 'After',
  kind: 'Compare',
  revision: 'Revision',
  runningService: 'Service (running now)',
  revisionField: 'Revision (family:number)',
  cluster: 'Cluster',
  service: 'Service',
  searchServices: 'Search all accounts',
  changeSelection: 'Change selection…',
  unreadable: (side: string) => `There is no revision named ${side.slice(0, 100)}.`,
  unreadableHelp: 'Revisions are named like web:41. Choose what to compare.',
  swap: 'Swap sides',
  loading: 'both revisions',
  place: (account: string, region: string) => `${account} in ${region}`,
  registered: 'registered',
  copy: 'Copy as Markdown',
  copied: 'Copied',
  images: 'Images',
  otherChanges: 'Other changes',
  noOtherChanges: 'No other changes',
  task: 'Task',
  unchanged: (count: number) => `${count} ${count === 1 ? 'setting' : 'settings'} unchanged`,
  sameService: 'Network, load balancers, capacity and platform are the same.',
  json: 'Task definitions as JSON',
  hide: 'Hide',
  sideBySide: 'Show side by side',
  editor: 'the editor',
  jsonSideBySide: 'Task definitions side by side',
  findings: 'Scan findings',
  more: (count: number) => `${count} more`,
} as const;

/** How many findings are new, fixed and unchanged, or why they couldn't be compared. */
export function findingsLabel({ came, went, same, problem }: ImageFindings): string {
  if (problem !== undefined) return problem;
  if (came.length + went.length + same === 0) return 'No findings on either side';
  return `${came.length} new, ${went.length} resolved, ${same} unchanged`;
}

function formatCount(count: number): string {
  return count.toLocaleString('en');
}
