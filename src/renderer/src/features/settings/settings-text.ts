import type { DataKind } from '../../../../shared/model/data-folder.ts';
import type { EnvironmentColor } from '../../../../shared/model/environment.ts';
import type { LedgerPlan } from '../../../../shared/model/ledger.ts';
import type { ReleaseWindow } from '../../../../shared/model/team-rules.ts';

/** The sentences of the settings page. */
export const SETTINGS_TEXT = {
  title: 'Settings',
  sections: 'Sections of the settings',
  search: 'Search settings',
  found: (count: number) => (count === 1 ? '1 section matches' : `${count} sections match`),
  noMatch: 'No matching settings',
  clearSearch: 'Clear search',
} as const;

/** The sentences about the rules of environments. */
export const RULES_TEXT = {
  title: 'Environments',
  order: 'Each setting comes from the first matching rule that has it.',
  add: 'Add rule',
  none: 'No rules yet',
  howToClassify:
    'Environments follow from names: prod, staging, dev and the like. Other places are unclassified and are guarded like ' +
    'production. Add a rule, or click the badge in the header to say what an account or a cluster is.',
  file: 'The rules are in',
  pathOfFile: 'the path of the file',
  columns: { environment: 'Environment', matches: 'Applies to', guards: 'Changes', actions: 'Actions' },
  otherRules: 'From other rules or the name',
  noGuards: 'From other rules',
  notValid: 'Correct the file before you change rules here.',
  edit: 'Edit',
  editing: 'Editing',
  moveUp: (rule: string) => `Move the rule for ${rule} up`,
  moveDown: (rule: string) => `Move the rule for ${rule} down`,
  editRule: (rule: string) => `Edit the rule for ${rule}`,
} as const;

/** The sentences about the repositories whose slipway.yml is read. */
export const PROJECTS_TEXT = {
  title: 'Repositories',
  about:
    'The environments in slipway.yml of these folders are listed beside the accounts, and their rules apply to the ' +
    'profile or role that they name.',
  folder: 'Folder of a repository',
  example: '/home/ana/shop',
  add: 'Add repository',
  choose: 'Choose folder…',
  remove: 'Remove',
  removeOf: (folder: string) => `Remove ${folder}`,
  environments: 'Environments',
  noAccount: 'no profile or role: used with --env only',
  none: 'No environments',
} as const;

/** The sentences of the form of one rule. */
export const RULE_TEXT = {
  newRule: 'New rule',
  formOf: (rule: string) => `Rule for ${rule}`,
  appliesTo: 'Applies to',
  patterns: 'All filled-in patterns must match. * matches any characters.',
  account: 'Account',
  accountHelp: 'Its name or ID, such as acme-*',
  region: 'Region',
  regionHelp: 'Only for a name and a color, such as eu-*',
  cluster: 'Cluster',
  clusterHelp: 'Such as *prod*',
  service: 'Service',
  serviceHelp: 'Such as payments-*',
  environment: 'Environment',
  environments: { '': 'Not set', production: 'Production', staging: 'Staging', development: 'Development' },
  name: 'Name',
  nameHelp: 'Shown in place of the environment',
  color: 'Color',
  noColor: 'Color of the environment',
  changes: 'Changes',
  confirm: 'Confirmation',
  confirms: { '': 'Not set', click: 'One click', name: 'Type the name' },
  access: 'Access',
  accesses: { '': 'Not set', write: 'Read and write', read: 'Read-only' },
  mutableTags: 'Mutable tags',
  mutableTagsKinds: { '': 'Not set', allow: 'Allow', refuse: 'Refuse' },
  reason: 'Reason for a release',
  reasons: { '': 'Not set', optional: 'Optional', required: 'Required' },
  images: 'New images',
  newFindingsHelp: 'Only findings that the running image does not have and that can be fixed count.',
  refusedFindings: 'Refuse at or above',
  warnedFindings: 'Warn at or above',
  severities: { '': 'Not set', critical: 'Critical', high: 'High', medium: 'Medium', low: 'Low' },
  unscanned: 'Without a scan',
  unscannedKinds: { '': 'Not set', warn: 'Warn', refuse: 'Refuse' },
  signature: 'Signature',
  signatures: { '': 'Not set', optional: 'Optional', required: 'Required' },
  shells: 'Shells and port forwarding',
  shellsKinds: { '': 'Not set', allow: 'Allow', refuse: 'Refuse' },
  releases: 'Releases',
  window: 'Only in a time window',
  days: 'Days',
  from: 'From',
  to: 'To',
  timeZone: 'Time zone',
  timeZoneHelp: 'Such as Europe/Berlin',
  outside: 'Outside of it a release fails a check, which can be overridden.',
  ledger: 'Team ledger',
  ledgerTable: 'DynamoDB table',
  ledgerTableHelp: 'Such as slipway-ledger',
  ledgerRegion: 'Region of the table',
  ledgerRegionHelp: 'Same as the service',
  ledgerRequired: "If it can't be reached",
  ledgerRequiredKinds: { '': 'Not set', no: 'Allow releases', yes: 'Refuse releases' },
  save: 'Save rule',
  discard: 'Discard',
  remove: 'Remove rule',
  askRemove: 'Remove this rule? Places that it matches follow the other rules.',
  confirmRemove: 'Remove',
  keep: 'Keep',
  changedMeanwhile:
    'Somebody else changed or removed this rule in the file. Discard this form, then edit the current rule.',
} as const;

export const COLOR_LABELS: Readonly<Record<EnvironmentColor, string>> = {
  orange: 'Orange',
  amber: 'Amber',
  teal: 'Teal',
  purple: 'Purple',
  pink: 'Pink',
  gray: 'Gray',
};

export const DAY_LABELS = {
  mon: { short: 'Mo', long: 'Monday' },
  tue: { short: 'Tu', long: 'Tuesday' },
  wed: { short: 'We', long: 'Wednesday' },
  thu: { short: 'Th', long: 'Thursday' },
  fri: { short: 'Fr', long: 'Friday' },
  sat: { short: 'Sa', long: 'Saturday' },
  sun: { short: 'Su', long: 'Sunday' },
} as const satisfies Readonly<Record<ReleaseWindow['days'][number], { short: string; long: string }>>;

/** The sentences about the journal that a team shares. */
export const LEDGER_TEXT = {
  title: 'Team ledger',
  about:
    'A DynamoDB table in which a team shares its journal. A rule of an environment names it; without such a rule, nothing is shared.',
  account: 'Account',
  choose: 'Choose an account',
  region: 'Region',
  table: 'Table',
  recovery: 'Point-in-time recovery',
  plan: 'Review changes',
  reading: 'Reading the table…',
  states: {
    missing: 'The table does not exist. These calls create it:',
    incomplete: 'The table is incomplete. These calls add what is missing:',
    ready: 'The table is ready. Name it in a rule of the environment.',
    other: 'This table is not a ledger. Choose another name.',
  },
  policyToCreate: 'Least policy to create it',
  policyToUse: 'Least policy to deploy with it',
  confirm: (name: string) => `Type ${name} to confirm`,
  create: (table: string) => `Create ${table}`,
  cost: ({ per1000Releases, perGigabyteMonth, recoveryPerGigabyteMonth, pricesOf }: LedgerPlan['cost']) =>
    `About ${per1000Releases} USD for 1,000 releases and ${perGigabyteMonth} USD a month for a gigabyte, ${recoveryPerGigabyteMonth} more with recovery (${pricesOf}). 10,000 releases take 0.06 gigabytes.`,
} as const;

/** The sentences about what new ECR repositories get. */
export const NEW_REPOSITORIES_TEXT = {
  title: 'New repositories',
  about: 'What Create repository… proposes, and what --create-repository adds, for each account.',
  loading: 'the settings of new repositories',
  add: 'Add an account',
  choose: 'Choose an account',
  edit: 'Edit',
  editOf: (account: string) => `Edit what new repositories of ${account} get`,
  remove: 'Remove',
  removeOf: (account: string) => `Remove what new repositories of ${account} get`,
  settingsOf: (account: string) => `New repositories of ${account}`,
  save: 'Save',
  cancel: 'Cancel',
} as const;

/** The sentences about notifications. */
export const NOTICES_TEXT = {
  addressNotStored:
    'The webhook address is a secret and is not stored as a draft. Save it first, or enter it again.',
  title: 'Notifications',
  warnAfter: 'Warn about deployments after',
  never: 'never',
  desktop: 'System, when a job ends',
  webhook: 'Webhook, when a job ends',
  filters: { all: 'All', failures: 'Failures', off: 'Off' },
  noDesktop: 'System notifications need the desktop app.',
  places: 'Webhook covers',
  placeKinds: { all: 'All places', production: 'Production and unclassified' },
  address: 'Webhook address',
  addressHelp: 'https://hooks.slack.com/services/…',
  about:
    'Slipway sends a Slack-compatible message: what ended, why, where, and with which image. The address is a secret ' +
    'and is not shown again.',
  setUp: (host: string, ending: string) =>
    `Messages go to ${host}${ending === '' ? '' : `, address ending in ${ending}`}.`,
  save: 'Save address',
  replace: 'Replace',
  cancel: 'Cancel',
  remove: 'Remove',
  test: 'Send a test',
  tested: 'The test message was delivered.',
  failure: (sentence: string) => `The last message was not delivered. ${sentence}`,
} as const;

/** The sentences about what is kept on this machine. */
export const DATA_TEXT = {
  title: 'Data on this machine',
  folder: 'Slipway keeps its data in',
  pathOfFolder: 'the path of the folder',
  columns: { kind: 'Kind', size: 'Size', files: 'Files' },
  exportAs: (format: 'JSON lines' | 'CSV') => `Export the journal as ${format}`,
  retryExport: 'The export failed. Export again',
  deleteCaches: 'Delete caches…',
  ask: 'The caches also keep stopped tasks that ECS no longer has. These are lost.',
  keep: 'Keep caches',
  confirm: 'Delete all caches',
  deleted: (size: string) => `Caches deleted, ${size} freed.`,
  about: 'Caches are read from AWS again when they are needed. The journal is kept permanently.',
} as const;

export const DATA_KIND_LABELS: Readonly<Record<DataKind, string>> = {
  journal: 'Journal and clean-ups',
  caches: 'Caches',
  log: 'Log and crash reports',
  sandbox: 'Sandbox',
  settings: 'Settings',
  other: 'Other files',
};

/** The sentences about how the window looks. */
export const APPEARANCE_TEXT = {
  title: 'Appearance',
  theme: 'Theme',
  themes: { auto: 'System', light: 'Light', dark: 'Dark' },
  times: 'Times',
  timeKinds: { relative: 'Relative', absolute: 'Absolute', utc: 'UTC' },
  density: 'Density',
  densities: { comfortable: 'Comfortable', compact: 'Compact' },
  motion: 'Motion',
  motions: { system: 'Same as system', reduced: 'Reduced' },
} as const;

/** The sentences about the Docker Engine. */
export const DOCKER_TEXT = {
  title: 'Docker',
  engine: 'Engine',
  connected: (version: string, os: string, architecture: string) =>
    `Docker ${version}, ${os}/${architecture}`,
  from: 'Found through',
  logins: 'Registry logins',
  noLogins: 'None in the Docker configuration',
  store: 'Credential store',
  noEngine: 'Not connected',
} as const;

/** The sentences about accounts and how Slipway signs in to them. */
export const CONNECTIONS_TEXT = {
  title: 'Connections',
  from: 'From the shared AWS files',
  columns: { account: 'Account', id: 'Account ID', kind: 'Kind', environment: 'Environment', state: 'State' },
  kinds: { sandbox: 'Built in, no AWS', profile: 'AWS profile' },
  credentials: {
    'static-keys': 'Access keys',
    role: 'Role',
    sso: 'IAM Identity Center',
    'credential-process': 'credential_process',
    'web-identity': 'Web identity',
    login: 'AWS login',
    container: 'Container role',
    instance: 'Instance role',
    none: 'No credentials',
  },
  expires: 'Expires',
  endpoint: (address: string) => `Calls go to ${address}`,
  check: 'Check',
  checkAccount: (name: string) => `Check the connection to ${name}`,
  notChecked: 'Not checked',
  chooseRegion: 'Choose a region',
  checking: 'Checking',
  connected: 'Connected',
  unknown: 'Unknown',
  accept: (accountNumber: string) => `Use ${accountNumber} from now on`,
  none: 'There is no AWS profile on this machine. Create one with `aws configure`.',
} as const;

/** The dialog that adds a role of a session of IAM Identity Center as a profile. */
export const ADD_ROLES_TEXT = {
  sessions: 'Sign-in sessions of IAM Identity Center',
  open: 'Add roles…',
  openFor: (session: string) => `Add roles of ${session}…`,
  title: (session: string) => `Add roles of ${session}`,
  search: 'Search accounts and roles',
  none: (session: string) => `No roles in ${session}`,
  noneHelp:
    'You signed in, but no account is assigned to you there. Ask the administrator of the Identity Center.',
  noMatch: 'No account and no role matches',
  isProfile: (names: readonly string[]) =>
    `Already ${names.length === 1 ? 'the profile' : 'the profiles'} ${names.join(', ')}`,
  name: 'Profile name',
  nameProblem: (name: string, problem: string) =>
    name === '' ? 'Enter a name for the profile.' : `The name ${problem}.`,
  region: 'Region',
  regionProblem: 'This is not the name of an AWS region.',
  add: 'Add profile',
  added: (name: string, file: string) => `The profile ${name} was added to ${file}.`,
  close: 'Close',
} as const;
