import { z } from 'zod';
import { AccountId, Environment, Region } from './account.ts';
import { listUpTo, textUpTo } from './bounded.ts';
import type { Immutable } from './immutable.ts';
import { lazyObject, lazyStrictObject } from './lazy-objects.ts';
import { Deployer, Freeze, OverrideRule, ReleaseWindow, TEAM_SETTINGS } from './team-rules.ts';

/** `*` stands for any characters; nothing else is special. */
const NamePattern = textUpTo(300).min(1);

/** The severities of ECR that a rule can name, the worst first. */
export const RULED_SEVERITIES = ['critical', 'high', 'medium', 'low'] as const;
const RuledSeverity = z.enum(RULED_SEVERITIES);
export type RuledSeverity = z.infer<typeof RuledSeverity>;

/** What a scan may find in a new image that it does not find in the running one, where a fix is available. */
export const FindingsRule = lazyStrictObject(() => ({
  /** A release fails a check for a finding of this severity or a worse one. */
  refuse: RuledSeverity.optional(),
  /** The plan warns of a finding of this severity or a worse one. */
  warn: RuledSeverity.optional(),
  /** What an image without the result of a scan does. Default: `warn`. */
  unscanned: z.enum(['warn', 'refuse']).optional(),
})).refine(
  ({ refuse, warn, unscanned }) => (refuse ?? warn ?? unscanned) !== undefined,
  'says nothing: give it refuse, warn or unscanned',
);
export type FindingsRule = Immutable<z.infer<typeof FindingsRule>>;

/** The colours that a rule can give an environment. None of them is a colour of a state. */
export const EnvironmentColor = z.enum(['orange', 'amber', 'teal', 'purple', 'pink', 'gray']);
export type EnvironmentColor = z.infer<typeof EnvironmentColor>;

/** What people call an environment: one line of seen characters. */
const EnvironmentName = textUpTo(40).regex(/^(?! )[^\p{C}\p{Zl}\p{Zp}]+$/u, 'is not a name on one line');

/**
 * The table of DynamoDB that a team shares its journal and locks in: of the account that is deployed to, in this region or in that of
 * the service. Its name is as CreateTable takes it.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html
 */
export const LedgerRule = lazyStrictObject(() => ({
  table: textUpTo(255).regex(/^[\w.-]{3,255}$/, 'is not the name of a DynamoDB table'),
  region: Region.optional(),
  /** True: nothing is released while the ledger can't be asked. */
  required: z.boolean().optional(),
}));
export type LedgerRule = Immutable<z.infer<typeof LedgerRule>>;

/** What a rule with a region may have: where it is shown, and what is shown. */
const OF_A_LABEL: ReadonlySet<string> = new Set(['account', 'region', 'cluster', 'service', 'name', 'color']);

/** One rule of the environments file. It concerns what all of its patterns match. */
export const EnvironmentRule = lazyStrictObject(() => ({
  /** The name or the id of an account, such as `acme-prod` or `profile:acme-*`. */
  account: NamePattern.optional(),
  /** The regions that the name and the color are for. Whatever guards changes holds in every region. */
  region: NamePattern.optional(),
  cluster: NamePattern.optional(),
  service: NamePattern.optional(),
  environment: z.enum(['production', 'staging', 'development']).optional(),
  /** What is shown in place of `environment`. It makes nothing stricter or more lenient. */
  name: EnvironmentName.optional(),
  color: EnvironmentColor.optional(),
  /** `name`: a change is confirmed by typing the name of what is changed. `click`: one click. */
  confirm: z.enum(['name', 'click']).optional(),
  /** Nothing may be changed. */
  readOnly: z.boolean().optional(),
  /** `refuse`: an image must be pinned to its digest, or have a tag that cannot be overwritten. */
  mutableTags: z.enum(['allow', 'refuse']).optional(),
  /** `required`: a release needs a reason. */
  reason: z.enum(['optional', 'required']).optional(),
  findings: FindingsRule.optional(),
  /** `required`: a new image must have a signature in its registry. Whether it is valid is not checked. */
  signature: z.enum(['optional', 'required']).optional(),
  /** `refuse`: no shell is opened in containers, and no port of them is forwarded. */
  shells: z.enum(['allow', 'refuse']).optional(),
  window: ReleaseWindow.optional(),
  /** Without it, nothing is shared. */
  ledger: LedgerRule.optional(),
  freezes: TEAM_SETTINGS.freezes.optional(),
  /** Who may deploy; nobody else. */
  deployers: TEAM_SETTINGS.deployers.optional(),
  ticket: TEAM_SETTINGS.ticket.optional(),
  /** The repositories and the tags that images may come from. */
  repositories: TEAM_SETTINGS.repositories.optional(),
  tags: TEAM_SETTINGS.tags.optional(),
  overrides: TEAM_SETTINGS.overrides.optional(),
  approvals: TEAM_SETTINGS.approvals.optional(),
}))
  .refine(
    ({ account, cluster, service }) => (account ?? cluster ?? service) !== undefined,
    'matches nothing: give it an account, a cluster or a service',
  )
  .refine(
    (rule) =>
      rule.region === undefined ||
      Object.entries(rule).every(([setting, value]) => value === undefined || OF_A_LABEL.has(setting)),
    'has a region, so it can only have a name and a color: what guards changes holds in every region',
  );
export type EnvironmentRule = Immutable<z.infer<typeof EnvironmentRule>>;

/** How many rules a file may hold. */
export const MOST_RULES = 500;

/** The environments file: of all rules that match, the first that says something decides it. */
export const EnvironmentsFile = lazyStrictObject(() => ({
  rules: listUpTo(MOST_RULES, EnvironmentRule).default([]),
}));

/** Where a rule stands in the file, counted from 0. */
const RuleIndex = z.int().min(0).max(MOST_RULES);

/** One change of the rules. */
export const RuleChange = z.discriminatedUnion('kind', [
  lazyStrictObject(() => ({ kind: z.literal('add'), at: RuleIndex, rule: EnvironmentRule })),
  lazyStrictObject(() => ({ kind: z.literal('replace'), at: RuleIndex, rule: EnvironmentRule })),
  lazyStrictObject(() => ({ kind: z.literal('remove'), at: RuleIndex })),
  lazyStrictObject(() => ({ kind: z.literal('move'), at: RuleIndex, to: RuleIndex })),
]);
export type RuleChange = Immutable<z.infer<typeof RuleChange>>;

/** What the environments file says. */
export const EnvironmentRules = lazyObject(() => ({
  /** The path of the file. It does not exist before the first rule. */
  file: z.string(),
  rules: z.array(EnvironmentRule),
  /** The line that is not valid, if there is one. `rules` are then those that stay in force. */
  problem: z.string().optional(),
  /** Another one whenever the text of the file is another one. */
  version: z.string(),
}));
export type EnvironmentRules = Immutable<z.infer<typeof EnvironmentRules>>;

/** The image that a container may run: its repository, and where the file has them the pattern of its tags and what makes one. */
export const ExpectedImage = lazyObject(() => ({
  container: z.string(),
  repository: z.string(),
  tags: z.string().optional(),
  tagFrom: z.string().optional(),
}));
export type ExpectedImage = Immutable<z.infer<typeof ExpectedImage>>;

/** The environment of a place, and how changes of it are protected. */
export const Guard = lazyObject(() => ({
  environment: Environment,
  /** What a rule calls it, and the colour that a rule gives it. */
  name: z.string().optional(),
  color: EnvironmentColor.optional(),
  /** Where the environment comes from: a rule of the file, the name of the account or cluster, or neither. */
  from: z.enum(['rule', 'name', 'none']),
  confirm: z.enum(['name', 'click']),
  readOnly: z.boolean(),
  mutableTags: z.enum(['allow', 'refuse']),
  /** Only where a rule asks for one. */
  reason: z.literal('required').optional(),
  findings: FindingsRule.optional(),
  signature: z.literal('required').optional(),
  shells: z.literal('refuse').optional(),
  window: ReleaseWindow.optional(),
  ledger: LedgerRule.optional(),
  freezes: z.array(Freeze).optional(),
  deployers: z.array(Deployer).optional(),
  /** A regular expression that the reason or the link of a release must contain. */
  ticket: z.string().optional(),
  repositories: z.array(z.string()).optional(),
  tags: z.array(z.string()).optional(),
  overrides: OverrideRule.optional(),
  approvals: z.literal('two-people').optional(),
  /** The AWS account, and the images of containers, that slipway.yml names for the place. */
  account: z.string().optional(),
  images: z.array(ExpectedImage).optional(),
}));
export type Guard = Immutable<z.infer<typeof Guard>>;

/** A place that rules may match. */
export const GuardedPlace = lazyStrictObject(() => ({
  account: AccountId,
  cluster: textUpTo(255).min(1).optional(),
  service: textUpTo(255).min(1).optional(),
}));
export type GuardedPlace = Immutable<z.infer<typeof GuardedPlace>>;

/** The stricter environment first. */
const STRICTEST_FIRST: readonly Environment[] = [
  'production',
  'unclassified',
  'staging',
  'development',
  'sandbox',
];

/** Of several environments, the one to be most careful with. `sandbox` where there is none. */
export function strictestOf(environments: Iterable<Environment>): Environment {
  const all = new Set(environments);
  return STRICTEST_FIRST.find((each) => all.has(each)) ?? 'sandbox';
}

/** Whether a change is confirmed by typing a name where no rule says otherwise. */
export function isConfirmedByName(environment: Environment): boolean {
  return environment === 'production' || environment === 'unclassified';
}
