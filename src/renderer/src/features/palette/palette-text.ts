import type { SearchKind } from '../../../../shared/model/search.ts';

/** The sentences of the command palette, to be read together. */
export const PALETTE_TEXT = {
  search: 'Search',
  placeholder: 'Search services, clusters, images and actions',
  label: 'Command palette',
  results: 'Results',
  favourites: 'Favourites',
  recent: 'Recent services',
  kinds: {
    service: 'Services',
    cluster: 'Clusters',
    daemon: 'Managed daemons',
    family: 'Task definitions',
    repository: 'Repositories',
    image: 'Images',
    running: 'Services that run it',
    task: 'Stopped tasks',
  } satisfies Readonly<Record<SearchKind, string>>,
  groupOf: (group: string, shown: number, total: number) =>
    total > shown ? `${group}, ${shown} of ${total}` : group,
  noMatches: 'No matches',
  readAgo: (ago: string) => `read ${ago}`,
  reading: (read: number, all: number) => `Reading names: ${read} of ${all} accounts and regions read`,
  readAll: (all: number) =>
    all === 1 ? 'Names of 1 account and region' : `Names of ${all} accounts and regions`,
  notRead: (account: string, problem: string) => `${account}: ${problem}`,
  moreNotRead: (count: number) =>
    count === 1 ? '1 more account was not read.' : `${count} more accounts were not read.`,
  open: (account: string) => `Open ${account}`,
  keys: (favourite: string) => `${favourite} marks a service as a favourite`,
} as const;
