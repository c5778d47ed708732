/** The sentences of the overviews of accounts. */
export const CLUSTER_TEXT = {
  allAccounts: 'All accounts',
  choose: 'Choose an account',
  chooseHelp:
    'Slipway opens it at the next start. Accounts that may ask for a code are not read until you open them.',
  read: (done: number, all: number) => `${done} of ${all} ${all === 1 ? 'account' : 'accounts'} read`,
  unread: (count: number) => `${count} can't be read`,
  failing: (count: number) => (count === 1 ? '1 service failing' : `${count} services failing`),
  healthy: 'No service needs attention',
  services: (count: number) => (count === 1 ? '1 service' : `${count} services`),
  tasks: (running: number, pending: number) =>
    `${running} tasks running${pending > 0 ? `, ${pending} pending` : ''}`,
  notRead: 'Services not read yet',
  attention: 'Needs attention or deploying',
  states: { reading: 'Reading', read: 'Works', failed: 'Failed', 'sign-in': 'Not read', unknown: 'Waiting' },
  kinds: { sandbox: 'Sandbox', profile: 'AWS profile' },
  signInCommand: (command: string) => `the command to sign in: ${command}`,
  open: (account: string) => `Open ${account}`,
  noRegion: 'no region',
  chooseRegion: (account: string) => `Choose a region for ${account}`,
  noClusters: (region: string) => `No clusters in ${region}`,
  allRows: (cluster: string) => `All services of ${cluster}`,
} as const;
