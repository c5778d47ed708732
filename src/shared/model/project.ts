import { z } from 'zod';
import { Region } from './account.ts';
import { textUpTo } from './bounded.ts';
import { ClusterName } from './cluster.ts';
import { EnvironmentRule } from './environment.ts';
import { parseImageReference } from './image-reference.ts';
import type { Immutable } from './immutable.ts';
import { lazyObject, lazyStrictObject } from './lazy-objects.ts';
import { ServiceName } from './service.ts';
import { TagSource } from './tag-source.ts';

/** More entries would not be read by a person either. */
const MOST_ENTRIES = 200;

/** What `--env` takes. */
export const ProjectEnvironmentName = textUpTo(64).regex(
  /^[A-Za-z0-9][A-Za-z0-9._-]*$/,
  'is not a name of letters, digits, dots, hyphens and underscores',
);

const ContainerName = textUpTo(255).min(1);
const TagPattern = textUpTo(200)
  .min(1)
  .describe('the tags that may be deployed: * stands for any characters');

const ImageRepository = textUpTo(512)
  .refine(isRepository, 'is not an image repository without a tag, such as shop/web')
  .describe('an ECR repository of the account, such as shop/web, or one with its registry');

/** A container and where its images come from. */
const ProjectContainer = lazyStrictObject(() => ({
  repository: ImageRepository,
  tags: TagPattern.optional(),
  tagFrom: TagSource.optional(),
}));

const ProjectService = lazyStrictObject(() => ({
  containers: record(ContainerName, ProjectContainer).default({}),
}));

/** How changes of an environment are guarded: the settings of a rule of environments.yml. */
const ProjectRules = lazyStrictObject(() => ({
  environment: EnvironmentRule.shape.environment,
  name: EnvironmentRule.shape.name,
  color: EnvironmentRule.shape.color,
  confirm: EnvironmentRule.shape.confirm,
  readOnly: EnvironmentRule.shape.readOnly,
  mutableTags: EnvironmentRule.shape.mutableTags,
  reason: EnvironmentRule.shape.reason,
  findings: EnvironmentRule.shape.findings,
  signature: EnvironmentRule.shape.signature,
  shells: EnvironmentRule.shape.shells,
  window: EnvironmentRule.shape.window,
  ledger: EnvironmentRule.shape.ledger,
  freezes: EnvironmentRule.shape.freezes,
  deployers: EnvironmentRule.shape.deployers,
  ticket: EnvironmentRule.shape.ticket,
  repositories: EnvironmentRule.shape.repositories,
  tags: EnvironmentRule.shape.tags,
  overrides: EnvironmentRule.shape.overrides,
  approvals: EnvironmentRule.shape.approvals,
}));

/** Where a release to one environment goes, and how careful it is. */
export const ProjectEnvironment = lazyStrictObject(() => ({
  profile: textUpTo(280)
    .min(1)
    .optional()
    .describe('a profile of the shared AWS files; without one, the credentials of the environment'),
  account: textUpTo(12)
    .regex(/^\d{12}$/, 'is not an AWS account ID: twelve digits, in quotes')
    .optional()
    .describe('the AWS account that the credentials must belong to'),
  role: textUpTo(200)
    .regex(/^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/, 'is not the ARN of an IAM role')
    .optional()
    .describe('the role to assume with the credentials of the profile, or of the environment'),
  region: Region.optional(),
  cluster: ClusterName.optional(),
  tags: TagPattern.optional(),
  services: record(ServiceName, ProjectService).default({}),
  rules: ProjectRules.default({}),
}));
export type ProjectEnvironment = Immutable<z.infer<typeof ProjectEnvironment>>;

/** The file slipway.yml of a repository. */
export const ProjectFile = lazyStrictObject(() => ({
  environments: record(ProjectEnvironmentName, ProjectEnvironment),
}));
export type ProjectFile = Immutable<z.infer<typeof ProjectFile>>;

/**
 * The id of the account that an environment is in: its role, assumed with the credentials of a profile if it names one, or
 * its profile. Undefined where it names neither, because then whoever runs a command has the credentials.
 */
export function projectAccountId({
  role,
  profile,
}: Pick<ProjectEnvironment, 'role' | 'profile'>): string | undefined {
  if (role === undefined) return profile === undefined ? undefined : `profile:${profile}`;
  return profile === undefined ? `role:${role}` : `role:${role} ${profile}`;
}

/** A folder whose slipway.yml the window reads. */
export const Project = lazyObject(() => ({
  folder: z.string(),
  /** Missing where there is no file. */
  file: z.string().optional(),
  /** Why the file is not used, with its line. */
  problem: z.string().optional(),
  environments: z.array(
    z.object({
      name: z.string(),
      /** The id of its account; missing where the file names neither a profile nor a role. */
      account: z.string().optional(),
      region: Region.optional(),
      cluster: z.string().optional(),
      services: z.array(z.string()),
    }),
  ),
}));
export type Project = Immutable<z.infer<typeof Project>>;

function record<Key extends z.ZodString, Value extends z.ZodType>(key: Key, value: Value) {
  return z
    .record(key, value)
    .refine(
      (entries) => Object.keys(entries).length <= MOST_ENTRIES,
      `has more than ${MOST_ENTRIES} entries`,
    );
}

function isRepository(text: string): boolean {
  const parts = parseImageReference(text);
  return parts !== undefined && parts.tag === undefined && parts.digest === undefined;
}
