import { z } from 'zod';
import { Instant, Scope } from './account.ts';
import { LONGEST_ARN, textUpTo } from './bounded.ts';
import { ClusterName } from './cluster.ts';
import { ContainerImage, Digest, Image } from './image.ts';
import { ScanFinding } from './image-scan.ts';
import type { Immutable } from './immutable.ts';
import { lazyObject, lazyStrictObject } from './lazy-objects.ts';

export const Family = textUpTo(255).regex(/^[A-Za-z0-9_-]{1,255}$/, 'is not a task definition family');

/** Family and number, such as `web:41`, or the ARN of a task definition. */
export const RevisionName = textUpTo(LONGEST_ARN).regex(
  /^(?:arn:[^\s:]+:[^\s:]*:[^\s:]*:[^\s:]*:task-definition\/)?[A-Za-z0-9_-]{1,255}:\d+$/,
  'is not a revision such as web:41',
);

export const RevisionRef = lazyStrictObject(() => ({ ...Scope.shape, revision: RevisionName }));
export type RevisionRef = Immutable<z.infer<typeof RevisionRef>>;

/** How the image version of a container compares with the revision before it. */
export const ImageVersionChange = z.enum([
  'first',
  'unchanged',
  'changed',
  'same-image',
  'tag-moved',
  /** The same tag, with an unknown digest on at least one side. */
  'same-tag',
  'added',
  'removed',
]);
export type ImageVersionChange = z.infer<typeof ImageVersionChange>;

export const RevisionStatus = z.enum(['ACTIVE', 'INACTIVE', 'DELETE_IN_PROGRESS']);
export type RevisionStatus = z.infer<typeof RevisionStatus>;

/** One entry of a revision timeline. */
export const Revision = lazyObject(() => ({
  arn: z.string(),
  /** Family and number, such as `web:41`. */
  name: z.string(),
  family: Family,
  number: z.number().int(),
  status: RevisionStatus,
  registeredAt: Instant.optional(),
  registeredBy: z.string().optional(),
  /** Why it was registered, if a tag of the revision says so. */
  note: z.string().optional(),
  cpu: z.string().optional(),
  memory: z.string().optional(),
  containers: z.array(ContainerImage),
}));
export type Revision = Immutable<z.infer<typeof Revision>>;

/** One side of an image difference. */
export const ImageSide = lazyObject(() => ({
  image: z.string(),
  tag: z.string().optional(),
  digest: Digest.optional(),
  facts: Image.optional(),
}));
export type ImageSide = Immutable<z.infer<typeof ImageSide>>;

export const ImageDifference = lazyObject(() => ({
  container: z.string(),
  change: ImageVersionChange,
  before: ImageSide.optional(),
  after: ImageSide.optional(),
  /** An https address that shows the commits between, when both sides name their source. */
  commitsUrl: z.string().optional(),
}));
export type ImageDifference = Immutable<z.infer<typeof ImageDifference>>;

/** One difference, as shown: `app, environment ROUNDING: floor → half-even`. */
export const Difference = lazyObject(() => ({
  /** The container, or nothing for the task as a whole or the service. */
  container: z.string().optional(),
  /** What kind of thing changed, such as `environment`, `secret`, `port`, `cpu`. */
  subject: z.string(),
  /** Its name, such as that of the variable; empty if there is only one. */
  name: z.string(),
  kind: z.enum(['added', 'removed', 'changed']),
  before: z.string().optional(),
  after: z.string().optional(),
}));
export type Difference = Immutable<z.infer<typeof Difference>>;

export const RevisionDiff = lazyObject(() => ({
  before: Revision,
  after: Revision,
  images: z.array(ImageDifference),
  differences: z.array(Difference),
  /** How many fields of the task definition are the same on both sides. */
  unchanged: z.number().int(),
  /** Both task definitions as indented JSON with sorted keys, for the raw comparison. */
  beforeJson: z.string(),
  afterJson: z.string(),
}));
export type RevisionDiff = Immutable<z.infer<typeof RevisionDiff>>;

/** A revision of a service's timeline: when it was released there, and how that went. */
export const TimelineEntry = lazyObject(() => ({
  revision: Revision,
  images: z.array(ImageDifference),
  /** How many differences there are besides the images, and the first few in words. */
  otherDifferences: z.number().int(),
  summary: z.string(),
  running: z.boolean(),
}));
export type TimelineEntry = Immutable<z.infer<typeof TimelineEntry>>;

export const RevisionListEvent = z.discriminatedUnion('kind', [
  /** How many there are; entries follow, newest first. */
  lazyObject(() => ({ kind: z.literal('count'), count: z.number().int() })),
  lazyObject(() => ({ kind: z.literal('entries'), entries: z.array(TimelineEntry) })),
]);
export type RevisionListEvent = Immutable<z.infer<typeof RevisionListEvent>>;

/** A task definition family as its list shows it. */
export const FamilyFacts = lazyObject(() => ({
  family: Family,
  /** ACTIVE revisions, of a long list only the newest 100. */
  revisions: z.number().int(),
  /** There are more than these. */
  hasMore: z.boolean(),
  /** The newest ACTIVE revision; missing where there is none. */
  newest: z.object({ name: z.string(), registeredAt: Instant.optional() }).optional(),
}));
export type FamilyFacts = Immutable<z.infer<typeof FamilyFacts>>;

export const FamilyRef = lazyStrictObject(() => ({ ...Scope.shape, family: Family }));
export type FamilyRef = Immutable<z.infer<typeof FamilyRef>>;

export const ServiceFamilyRef = lazyStrictObject(() => ({
  ...FamilyRef.shape,
  /** The service whose running revision is marked, if the family is looked at from one. */
  cluster: ClusterName.optional(),
  service: textUpTo(255).optional(),
}));

/** Names of a family's revisions as they arrive, newest first for each status. */
export const RevisionNamesEvent = lazyObject(() => ({
  status: RevisionStatus,
  /** The ARN up to the number; empty where there are none. */
  family: z.string(),
  numbers: z.array(z.int()),
}));
export type RevisionNamesEvent = Immutable<z.infer<typeof RevisionNamesEvent>>;

/** All names of a family's revisions. */
export const RevisionNames = lazyObject(() => ({
  listed: z.array(
    z.object({
      ...RevisionNamesEvent.shape,
      /** When the whole list was read last; its beginning is always read. */
      listedAt: Instant,
    }),
  ),
}));
export type RevisionNames = Immutable<z.infer<typeof RevisionNames>>;

/** The ARN of a task definition. */
export const RevisionArn = textUpTo(LONGEST_ARN).regex(
  /^arn:[^\s:]+:[^\s:]*:[^\s:]*:[^\s:]*:task-definition\/[A-Za-z0-9_-]{1,255}:\d+$/,
  'is not the ARN of a task definition',
);

/** A visible revision, and the one that it is compared with. */
export const WantedRow = lazyStrictObject(() => ({ revision: RevisionArn, before: RevisionArn.optional() }));

/** How many revisions one search reads: ECS answers for about twenty a second. */
export const MOST_SEARCHED = 10_000;

/** Revisions without facts of their images, as they are read for a search. */
export const RevisionReadingEvent = lazyObject(() => ({ revisions: z.array(Revision) }));
export type RevisionReadingEvent = Immutable<z.infer<typeof RevisionReadingEvent>>;

/** A task trigger that computes its task definition when it runs. */
export const UnknownUse = lazyObject(() => ({
  /** Its name, such as `the state machine month-end`. */
  source: z.string(),
  /** Words that follow the name: `computes its task definition when it runs`. */
  reason: z.string(),
}));
export type UnknownUse = Immutable<z.infer<typeof UnknownUse>>;

/** What uses the revisions of a family. */
export const FamilyUse = lazyObject(() => ({
  /** Each revision in use by its ARN, with who uses it, the strongest reason first. */
  uses: z.array(z.object({ arn: z.string(), reasons: z.array(z.string()) })),
  readAt: Instant,
  /** May need any revision of any family. */
  unknown: z.array(UnknownUse),
  /** Task triggers that could not be read, such as `Step Functions`, and why. */
  notRead: z.array(z.object({ part: z.string(), reason: z.string() })),
  /** What can start tasks of a revision and is never checked. */
  notChecked: z.array(z.string()),
  /** Why it could not be read, if so; then the use is unknown. */
  problem: z.string().optional(),
}));
export type FamilyUse = Immutable<z.infer<typeof FamilyUse>>;

/** Services by the family that they run, as far as they were read, and what that covers. */
export const KnownFamilyServices = lazyObject(() => ({
  services: z.array(z.object({ family: z.string(), cluster: z.string(), service: z.string() })),
  /** Every cluster that is known, with when the oldest of its services was read; without it where none was read. */
  clusters: z.array(z.object({ cluster: z.string(), readAt: Instant.optional() })),
}));
export type KnownFamilyServices = Immutable<z.infer<typeof KnownFamilyServices>>;

/** One side of a comparison, in its own account and region. */
export const ComparedSide = z.discriminatedUnion('kind', [
  lazyStrictObject(() => ({ kind: z.literal('revision'), ...Scope.shape, revision: RevisionName })),
  /** What a service runs. */
  lazyStrictObject(() => ({
    kind: z.literal('service'),
    ...Scope.shape,
    cluster: ClusterName,
    service: textUpTo(255).min(1),
  })),
  /** What a release deployed. */
  lazyStrictObject(() => ({
    kind: z.literal('service-revision'),
    ...Scope.shape,
    arn: textUpTo(LONGEST_ARN).regex(
      /^arn:[^\s:]+:[^\s:]*:[^\s:]*:[^\s:]*:service-revision\/\S+$/,
      'is not the ARN of a service revision',
    ),
  })),
]);
export type ComparedSide = Immutable<z.infer<typeof ComparedSide>>;

/** What the scans of a container's two images found. */
export const ImageFindings = lazyObject(() => ({
  container: z.string(),
  came: z.array(ScanFinding),
  went: z.array(ScanFinding),
  same: z.int(),
  /** Why they cannot be compared, if they cannot. */
  problem: z.string().optional(),
}));
export type ImageFindings = Immutable<z.infer<typeof ImageFindings>>;

export const Comparison = lazyObject(() => ({
  ...RevisionDiff.shape,
  /** What the sides are, such as `web:41` and `production/web`. */
  titles: z.object({ before: z.string(), after: z.string() }),
  /** Network, load balancers, capacity and the like, where both sides are of a service. */
  service: z.object({ differences: z.array(Difference), unchanged: z.int() }).optional(),
  findings: z.array(ImageFindings),
}));
export type Comparison = Immutable<z.infer<typeof Comparison>>;
