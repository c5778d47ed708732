import { z } from 'zod';
import { Instant } from './account.ts';
import { textUpTo } from './bounded.ts';
import { Digest, ImageTag, Platform } from './image.ts';
import type { Immutable } from './immutable.ts';
import { lazyObject, lazyStrictObject } from './lazy-objects.ts';

export const DockerStatus = z.discriminatedUnion('state', [
  lazyObject(() => ({
    state: z.literal('connected'),
    version: z.string(),
    /** Where it was found: DOCKER_HOST, the name of the context, or the default socket. */
    from: z.string(),
    platform: Platform,
    /** Parts of the Docker configuration that are ignored, and why. */
    warning: z.string().optional(),
  })),
  lazyObject(() => ({ state: z.literal('unavailable'), message: z.string() })),
]);
export type DockerStatus = Immutable<z.infer<typeof DockerStatus>>;

export const DockerChange = z.discriminatedUnion('kind', [
  lazyObject(() => ({ kind: z.literal('status'), status: DockerStatus })),
  /** Images were built, pulled, tagged or removed, by whomever; also told when the Engine begins to answer. */
  lazyObject(() => ({ kind: z.literal('images') })),
]);
export type DockerChange = Immutable<z.infer<typeof DockerChange>>;

/** Where logins for registries come from. */
export const DockerLogins = lazyObject(() => ({
  registries: z.array(z.string()),
  /** The program that keeps the logins of all registries, such as `docker-credential-desktop`. */
  store: z.string().optional(),
  /** Why a part of config.json is not used. */
  problem: z.string().optional(),
}));
export type DockerLogins = Immutable<z.infer<typeof DockerLogins>>;

export const LocalImage = lazyObject(() => ({
  id: z.string(),
  /** `repository:tag` as Docker shows it; empty for an image without a name. */
  names: z.array(z.string()),
  createdAt: Instant,
  sizeBytes: z.number(),
}));
export type LocalImage = Immutable<z.infer<typeof LocalImage>>;

/** What a build can use from a folder. */
export const BuildFolder = lazyObject(() => ({
  folder: z.string(),
  /** Paths of Dockerfiles, relative to the folder. */
  dockerfiles: z.array(z.string()),
  git: z
    .object({
      commit: z.string(),
      branch: z.string().optional(),
      dirty: z.boolean(),
      /** The committer's time. An image of a clean tree has it as its creation time. */
      committedAt: Instant.optional(),
      source: z.string().optional(),
    })
    .optional(),
  /** Why the commit of the folder's repository couldn't be read, if so. */
  gitProblem: z.string().optional(),
  /** The short commit, with `-dirty` when the tree is; the time where there is no git. */
  suggestedTag: z.string(),
  /** What `git describe --tags --always` says of the commit, where it was asked for and git can tell. */
  described: z.string().optional(),
  /** What gives a tag beside git, where it was asked for. */
  versions: z
    .object({
      /** The time in UTC. */
      time: ImageTag,
      /** The version of package.json. */
      package: ImageTag.optional(),
      /** The first line of VERSION. */
      file: ImageTag.optional(),
    })
    .optional(),
  /** The tag that a variable of Slipway's environment gives, where one was asked for, or why it gives none. */
  variable: z.object({ tag: ImageTag.optional(), problem: z.string().optional() }).optional(),
}));
export type BuildFolder = Immutable<z.infer<typeof BuildFolder>>;

/** The name of a variable of an environment, as shells have it. */
export const VariableName = textUpTo(256).regex(/^[A-Za-z_]\w*$/);

/** As `RUN --mount=type=secret,id=` names it. */
export const BuildSecretId = textUpTo(256).regex(/^[A-Za-z0-9_][\w.-]*$/);

/** The value of an ARG of the Dockerfile. */
export const BuildArgument = lazyStrictObject(() => ({
  name: VariableName,
  value: textUpTo(32_768),
}));
export type BuildArgument = Immutable<z.infer<typeof BuildArgument>>;

/** A secret of a build: its value is that of a variable of Slipway's environment, or the content of a file. */
export const BuildSecret = z.union([
  lazyStrictObject(() => ({ id: BuildSecretId, variable: VariableName })),
  lazyStrictObject(() => ({ id: BuildSecretId, file: textUpTo(4_096).min(1) })),
]);
export type BuildSecret = Immutable<z.infer<typeof BuildSecret>>;

/** A stage of the Dockerfile. */
export const BuildTarget = textUpTo(256).regex(/^[A-Za-z0-9][\w.-]*$/);

/** Operating system, architecture and variant, such as `linux/arm64`. */
export const BuildPlatform = textUpTo(64).regex(/^[a-z0-9]+\/[a-z0-9_]+(?:\/[a-z0-9]+)?$/);

/** How fast bytes are sent, as measured over the last 5 seconds. Empty as long as that can't be told. */
export const TransferSpeed = lazyObject(() => ({
  bytesPerSecond: z.number().int().optional(),
  /** What the rest takes at this speed. Missing where the rest is unknown or nothing moves. */
  secondsLeft: z.number().int().optional(),
}));
export type TransferSpeed = Immutable<z.infer<typeof TransferSpeed>>;

export const BuildEvent = z.discriminatedUnion('kind', [
  /** What of the build context has been sent to the classic builder so far. Comes before the first step. */
  lazyObject(() => ({
    kind: z.literal('context'),
    files: z.number().int(),
    bytes: z.number().int(),
    bytesPerSecond: TransferSpeed.shape.bytesPerSecond,
  })),
  lazyObject(() => ({
    kind: z.literal('step'),
    step: z.number().int(),
    of: z.number().int(),
    instruction: z.string(),
  })),
  /** At most 200 lines an event; older ones are dropped first, and `dropped` counts them. */
  lazyObject(() => ({ kind: z.literal('log'), lines: z.array(z.string()), dropped: z.number().int() })),
]);
export type BuildEvent = Immutable<z.infer<typeof BuildEvent>>;

export const BuiltImage = lazyObject(() => ({ id: z.string(), name: z.string(), sizeBytes: z.number() }));
export type BuiltImage = Immutable<z.infer<typeof BuiltImage>>;

export const PushLayer = lazyObject(() => ({
  id: z.string(),
  state: z.enum(['waiting', 'pushing', 'retrying', 'pushed', 'exists', 'mounted']),
  sentBytes: z.number(),
  totalBytes: z.number(),
  /** Of a layer that failed and is sent again. */
  retryInSeconds: z.number().int().optional(),
}));
export type PushLayer = Immutable<z.infer<typeof PushLayer>>;

/** The current layers, at most every 100 ms and at least every second. Bytes are those of the Engine: before compression. */
export const PushEvent = lazyObject(() => ({
  layers: z.array(PushLayer),
  /** Of the layers that the registry did not have. */
  sentBytes: z.number(),
  /** What these layers have. Missing while the size of one is unknown; smaller once a layer turns out to be in the registry. */
  totalBytes: z.number().optional(),
  ...TransferSpeed.shape,
}));
export type PushEvent = Immutable<z.infer<typeof PushEvent>>;

export const PushedImage = lazyObject(() => ({
  /** The reference to deploy: repository URI, tag and digest. */
  image: z.string(),
  tag: z.string(),
  digest: Digest,
  /** True when the registry had this digest under this tag already and nothing was sent. */
  alreadyThere: z.boolean(),
}));
export type PushedImage = Immutable<z.infer<typeof PushedImage>>;
