import { z } from 'zod';
import { Account, Identity, RequestBudget, Scope } from './model/account.ts';
import { Change } from './model/change.ts';
import { CleanupJob, CleanupJobId, CleanupPlan, CleanupPolicy, CleanupTarget } from './model/cleanup.ts';
import { Cluster, ClusterRef } from './model/cluster.ts';
import { Deployment, DeploymentRef, Rollout, TaskSet } from './model/deployment.ts';
import {
  BuildEvent,
  BuildFolder,
  BuiltImage,
  DockerStatus,
  LocalImage,
  PushEvent,
  PushedImage,
} from './model/docker.ts';
import { ServiceHistory } from './model/history.ts';
import { Image, ImageTag, Repository, RepositoryName } from './model/image.ts';
import { Job } from './model/job.ts';
import { JournalEntry, JournalPage, JournalSearch } from './model/journal.ts';
import { Plan, PlanId, Release, ReleaseId, ReleaseStep } from './model/plan.ts';
import { PromptAnswer, PromptRequest } from './model/prompt.ts';
import {
  ComparedSide,
  Comparison,
  FamilyRef,
  FamilyUse,
  Revision,
  RevisionArn,
  RevisionDiff,
  RevisionListEvent,
  RevisionName,
  RevisionNames,
  RevisionNamesEvent,
  RevisionReadingEvent,
  RevisionRef,
  RevisionStatus,
  ServiceFamilyRef,
  TimelineEntry,
  WantedRow,
} from './model/revision.ts';
import { ServiceDetail, ServiceListEvent, ServiceRef, ServiceRow } from './model/service.ts';
import { Task } from './model/task.ts';

/**
 * `query` reads and may be asked again at any time. `change` alters something. `stream` sends events until it
 * answers; it ends early when it is cancelled.
 */
export type MethodKind = 'query' | 'change' | 'stream';

export interface Method {
  readonly kind: MethodKind;
  readonly about: string;
  readonly input: z.ZodType;
  readonly event?: z.ZodType;
  readonly output: z.ZodType;
}

const Nothing = z.strictObject({});
const Done = z.object({});
const FolderPath = z.string().min(1).max(4096);

/** Every method of the engine. `about` is what `slipway methods` prints. */
export const contract = {
  'app.info': {
    kind: 'query',
    about: 'What this is: version, host, and whether a native folder dialog can be had.',
    input: Nothing,
    output: z.object({
      version: z.string(),
      host: z.enum(['electron', 'browser', 'cli']),
      nativeDialogs: z.boolean(),
    }),
  },
  'app.chooseFolder': {
    kind: 'change',
    about: 'Opens the native folder dialog. No folder when the user closes it.',
    input: Nothing,
    output: z.object({ folder: z.string().optional() }),
  },
  'prompts.watch': {
    kind: 'stream',
    about: 'Questions of the engine that only a person can answer, such as an MFA code. Ends by cancel.',
    input: Nothing,
    event: PromptRequest,
    output: Done,
  },
  'prompts.answer': {
    kind: 'change',
    about: 'Answers a question of prompts.watch, or refuses it.',
    input: PromptAnswer,
    output: Done,
  },

  'accounts.list': {
    kind: 'query',
    about: 'The sandbox and the profiles of the shared AWS files. Sends nothing to AWS.',
    input: Nothing,
    output: z.object({
      accounts: z.array(Account),
      /** Why the AWS files could not be read, if they could not. */
      problem: z.string().optional(),
    }),
  },
  'accounts.identity': {
    kind: 'query',
    about: 'Who AWS says that we are (STS GetCallerIdentity).',
    input: Scope,
    output: Identity,
  },
  'accounts.budget': {
    kind: 'query',
    about: 'The token buckets of the account and region, as far as Slipway has used them.',
    input: Scope,
    output: z.array(RequestBudget),
  },

  'clusters.list': {
    kind: 'query',
    about: 'All clusters of the account and region.',
    input: Scope,
    output: z.array(Cluster),
  },
  'services.list': {
    kind: 'stream',
    about: 'All services of a cluster: the names first, rows as they are read. Answers the rows by name.',
    input: ClusterRef,
    event: ServiceListEvent,
    output: z.array(ServiceRow),
  },
  'services.get': {
    kind: 'query',
    about: 'One service: what runs by digest, its configuration and its events.',
    input: ServiceRef,
    output: ServiceDetail,
  },
  'services.tasks': {
    kind: 'query',
    about: 'Tasks of a service: running ones, and those that stopped within about an hour. Newest first.',
    input: ServiceRef,
    output: z.array(Task),
  },
  'services.deployments': {
    kind: 'query',
    about: 'Service deployments of the last 90 days with their outcome. Newest first.',
    input: ServiceRef,
    output: z.array(Deployment),
  },
  'services.history': {
    kind: 'query',
    about: 'What a history says beside its deployments: software, who registered, causes, the time before.',
    input: ServiceRef,
    output: ServiceHistory,
  },

  'families.list': {
    kind: 'query',
    about: 'Names of all task definition families that have an ACTIVE revision.',
    input: Scope,
    output: z.array(z.object({ family: z.string() })),
  },
  'revisions.list': {
    kind: 'stream',
    about: 'All ACTIVE revisions of a family, each with what changed since the one before. Newest first.',
    input: ServiceFamilyRef,
    event: RevisionListEvent,
    output: z.array(TimelineEntry),
  },
  'families.all': {
    kind: 'query',
    about: 'Names of all task definition families, those without an ACTIVE revision included.',
    input: Scope,
    output: z.array(z.object({ family: z.string(), hasActive: z.boolean() })),
  },
  'families.use': {
    kind: 'query',
    about: 'What uses the revisions of a family, as of the last ten minutes unless it is read anew.',
    input: z.strictObject({ ...FamilyRef.shape, anew: z.boolean().default(false) }),
    output: FamilyUse,
  },
  'revisions.names': {
    kind: 'stream',
    about: 'All revisions of a family by number, newest first for each status.',
    input: z.strictObject({
      ...FamilyRef.shape,
      statuses: z.array(RevisionStatus).min(1).default(['ACTIVE']),
      whole: z.boolean().default(false).describe('list all again, not only the beginning'),
    }),
    event: RevisionNamesEvent,
    output: RevisionNames,
  },
  'revisions.rows': {
    kind: 'query',
    about: 'Some revisions of a family, each with what changed since another one; at most 100.',
    input: z.strictObject({
      ...Scope.shape,
      rows: z.array(WantedRow).max(100),
      cluster: ServiceFamilyRef.shape.cluster,
      service: ServiceFamilyRef.shape.service,
    }),
    output: z.array(TimelineEntry),
  },
  'revisions.search': {
    kind: 'stream',
    about: 'Reads revisions for a search: first those that are kept, then the others in their order.',
    input: z.strictObject({ ...Scope.shape, revisions: z.array(RevisionArn).max(100_000) }),
    event: RevisionReadingEvent,
    output: z.object({ read: z.number().int() }),
  },
  'revisions.get': {
    kind: 'query',
    about: 'One revision, with the task definition as indented JSON.',
    input: RevisionRef,
    output: z.object({ revision: Revision, json: z.string() }),
  },
  'revisions.diff': {
    kind: 'query',
    about: 'What differs between two revisions; they may be of two families.',
    input: z.strictObject({ ...Scope.shape, before: RevisionName, after: RevisionName }),
    output: RevisionDiff,
  },
  'revisions.compare': {
    kind: 'query',
    about: 'What differs between any two: revisions, what services run, or whole releases.',
    input: z.strictObject({ before: ComparedSide, after: ComparedSide }),
    output: Comparison,
  },

  'repositories.list': {
    kind: 'query',
    about: 'All ECR repositories of the account and region.',
    input: Scope,
    output: z.array(Repository),
  },
  'images.list': {
    kind: 'query',
    about: 'Images of a repository, the newest push first.',
    input: z.strictObject({ ...Scope.shape, repository: RepositoryName }),
    output: z.array(Image),
  },

  'docker.status': {
    kind: 'query',
    about: 'Whether the Docker Engine of this machine answers, and which it is.',
    input: Nothing,
    output: DockerStatus,
  },
  'docker.images': {
    kind: 'query',
    about: 'Images of the Docker Engine of this machine, newest first.',
    input: Nothing,
    output: z.array(LocalImage),
  },
  'docker.folder': {
    kind: 'query',
    about: 'What a folder offers to a build: Dockerfiles, the git commit, and a tag.',
    input: z.strictObject({ folder: FolderPath }),
    output: BuildFolder,
  },
  'docker.build': {
    kind: 'stream',
    about: 'Builds an image from a folder with the Docker Engine, labelled with its git commit.',
    input: z.strictObject({
      folder: FolderPath,
      dockerfile: z.string().min(1).max(1024),
      repository: RepositoryName,
      tag: ImageTag,
    }),
    event: BuildEvent,
    output: BuiltImage,
  },
  'docker.push': {
    kind: 'stream',
    about: 'Tags a local image for an ECR repository and pushes it.',
    input: z.strictObject({
      ...Scope.shape,
      image: z.string().min(1).max(512).describe('a local image: its name or its id'),
      repository: RepositoryName,
      tag: ImageTag,
    }),
    event: PushEvent,
    output: PushedImage,
  },

  'releases.plan': {
    kind: 'query',
    about: 'A plan for changing a service, made of reads only.',
    input: z.strictObject({ service: ServiceRef, change: Change }),
    output: Plan,
  },
  'releases.planRollback': {
    kind: 'query',
    about:
      'A plan for going back: to a given service deployment, or to the last release that worked. In flight, and ' +
      'going where ECS itself would go, it stops the deployment (StopServiceDeployment); otherwise it deploys ' +
      'what the earlier release ran.',
    input: z.strictObject({ service: ServiceRef, to: DeploymentRef.shape.deployment.optional() }),
    output: Plan,
  },
  'releases.execute': {
    kind: 'stream',
    about:
      'Carries out a plan. Fails with STALE_PLAN when the service has changed since. Answers what to watch, as ' +
      'soon as ECS has accepted it.',
    input: z.strictObject({
      plan: PlanId,
      why: z.string().max(500).optional(),
      link: z
        .url({ protocol: /^https?$/ })
        .max(500)
        .optional()
        .describe('a ticket or a pull request'),
      commit: z
        .string()
        .regex(/^[0-9a-f]{7,64}(?:-dirty)?$/, 'is not a git commit')
        .optional()
        .describe('the git commit that is released'),
      confirmation: z.string().max(255).optional(),
      overrides: z
        .array(z.string().max(300))
        .max(100)
        .optional()
        .describe('failed checks to go ahead with, such as movement or image:web'),
      tagRevision: z
        .boolean()
        .optional()
        .describe('false: why, link, commit and who do not become tags of the revision'),
    }),
    event: ReleaseStep,
    output: Release,
  },
  'releases.watch': {
    kind: 'stream',
    about:
      'Follows a service deployment until it is over. Answers how it ended; only `succeeded` is a success. ' +
      'After `warnAfterMs` it says that it takes long, and goes on.',
    input: z.strictObject({
      ...ServiceRef.shape,
      deployment: DeploymentRef.shape.deployment,
      warnAfterMs: z.number().int().positive().optional(),
    }),
    event: Rollout,
    output: Rollout,
  },
  'releases.continueHook': {
    kind: 'change',
    about:
      'Answers a lifecycle hook that waits (ContinueServiceDeployment): goes on with the deployment, or rolls it ' +
      'back. CONFLICT when it no longer waits.',
    input: z.strictObject({
      ...ServiceRef.shape,
      deployment: DeploymentRef.shape.deployment,
      hook: z.string().min(1).max(255),
      action: z.enum(['continue', 'roll-back']),
    }),
    output: Done,
  },
  'services.taskSets': {
    kind: 'query',
    about:
      'Task sets of a service whose deployments ECS leaves to others (EXTERNAL, CODE_DEPLOY). Else none.',
    input: ServiceRef,
    output: z.array(TaskSet),
  },
  'releases.resume': {
    kind: 'change',
    about: 'Goes on with a release that stopped before UpdateService, with the revision that it registered.',
    input: z.strictObject({ release: ReleaseId }),
    output: Release,
  },
  'releases.discard': {
    kind: 'change',
    about: 'Deregisters the revision that an unfinished release left behind.',
    input: z.strictObject({ release: ReleaseId }),
    output: Done,
  },

  'cleanup.plan': {
    kind: 'query',
    about:
      'What a clean-up of families, or of the whole account and region, would remove and keep, and why. Fails if ' +
      'any use could not be read.',
    input: z.strictObject({ ...CleanupTarget.shape, policy: CleanupPolicy }),
    output: CleanupPlan,
  },
  'cleanup.start': {
    kind: 'change',
    about: 'Carries out a clean-up in the background; it goes on after a restart. Answers what to watch.',
    input: z.strictObject({ plan: PlanId, confirmation: z.string().max(300).optional() }),
    output: CleanupJob,
  },
  'cleanup.run': {
    kind: 'stream',
    about: 'The same, followed to its end. Whoever cancels this call cancels the clean-up.',
    input: z.strictObject({ plan: PlanId, confirmation: z.string().max(300).optional() }),
    event: CleanupJob,
    output: CleanupJob,
  },
  'cleanup.jobs': {
    kind: 'query',
    about: 'Clean-ups of the account and region that run, wait or are over; newest first, at most 20.',
    input: Scope,
    output: z.array(CleanupJob),
  },
  'cleanup.watch': {
    kind: 'stream',
    about: 'Follows a clean-up until it is over. Whoever cancels this call only stops looking.',
    input: z.strictObject({ job: CleanupJobId }),
    event: CleanupJob,
    output: CleanupJob,
  },
  'cleanup.pause': {
    kind: 'change',
    about: 'Lets a clean-up rest after the request that is under way.',
    input: z.strictObject({ job: CleanupJobId }),
    output: CleanupJob,
  },
  'cleanup.resume': {
    kind: 'change',
    about: 'Goes on with a clean-up that rests. Use is read again first.',
    input: z.strictObject({ job: CleanupJobId }),
    output: CleanupJob,
  },
  'cleanup.cancel': {
    kind: 'change',
    about: 'Ends a clean-up. What is removed stays removed.',
    input: z.strictObject({ job: CleanupJobId }),
    output: CleanupJob,
  },
  'cleanup.policy': {
    kind: 'query',
    about: 'The saved policy of the account and region; none when nobody has saved one.',
    input: Scope,
    output: z.object({ policy: CleanupPolicy.optional() }),
  },
  'cleanup.savePolicy': {
    kind: 'change',
    about: 'Saves the policy that clean-ups of the account and region begin with.',
    input: z.strictObject({ ...Scope.shape, policy: CleanupPolicy }),
    output: Done,
  },

  'journal.list': {
    kind: 'query',
    about: 'Changes made through Slipway, newest first, a page at a time; searchable. Kept for good.',
    input: z.strictObject({
      ...JournalSearch.shape,
      limit: z.number().int().min(1).max(500).default(100),
      before: z.uuid().optional().describe('the id of the last entry of the page before'),
    }),
    output: JournalPage,
  },
  'journal.export': {
    kind: 'stream',
    about: 'All changes that a search finds, oldest first, in batches. Answers how many there were.',
    input: JournalSearch,
    event: z.object({ entries: z.array(JournalEntry) }),
    output: z.object({ count: z.number().int() }),
  },

  'jobs.list': {
    kind: 'query',
    about:
      'Releases and clean-ups under way, and those that have ended and were not dismissed. Newest first.',
    input: Nothing,
    output: z.array(Job),
  },
  'jobs.watch': {
    kind: 'stream',
    about: 'The job list whenever it changes, at most ten times a second. Ends by cancel.',
    input: Nothing,
    event: z.array(Job),
    output: Done,
  },
  'jobs.cancel': {
    kind: 'change',
    about: 'Stops a job between two calls. What was sent stays sent; a deployment is only watched no longer.',
    input: z.strictObject({ job: PlanId }),
    output: Done,
  },
  'jobs.dismiss': {
    kind: 'change',
    about: 'Takes a job that has ended off the list, or all of those.',
    input: z.strictObject({ job: PlanId.optional() }),
    output: Done,
  },
} as const satisfies Readonly<Record<string, Method>>;

export type Contract = typeof contract;
export type MethodName = keyof Contract;
export type StreamName = { [N in MethodName]: Contract[N]['kind'] extends 'stream' ? N : never }[MethodName];
export type QueryName = { [N in MethodName]: Contract[N]['kind'] extends 'query' ? N : never }[MethodName];

/** What a caller passes. */
export type Input<N extends MethodName> = z.input<Contract[N]['input']>;
/** What a handler gets: parsed. */
export type ParsedInput<N extends MethodName> = z.output<Contract[N]['input']>;
export type Output<N extends MethodName> = z.output<Contract[N]['output']>;
export type Event<N extends MethodName> = Contract[N] extends { readonly event: infer E extends z.ZodType }
  ? z.output<E>
  : never;
