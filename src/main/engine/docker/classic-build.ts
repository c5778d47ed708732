import { SlipwayError } from '../../../shared/errors.ts';
import type { BuildEvent } from '../../../shared/model/docker.ts';
import { createTransferMeter } from '../ports/transfer-meter.ts';
import { type ContextProgress, packBuildContext } from './build-context.ts';
import { followBuild } from './build-log.ts';
import { platformArguments } from './build-platform.ts';
import { cacheLine, findCacheSource } from './cache-source.ts';
import { asSentence, engineStatus } from './docker-errors.ts';
import type { DockerfileFacts } from './dockerfile.ts';
import type { BuildQuery, EngineClient } from './engine-client.ts';

interface ClassicBuild {
  readonly name: string;
  readonly folder: string;
  /** Relative to the folder, with slashes. */
  readonly dockerfile: string;
  readonly facts: DockerfileFacts;
  readonly labels: Readonly<Record<string, string>>;
}

interface ClassicBuildRequest {
  readonly repository: string;
  readonly buildArguments?: Readonly<Record<string, string>> | undefined;
  readonly target?: string | undefined;
  readonly platform: string | undefined;
  readonly runningImage?: string | undefined;
}

interface ClassicBuildContext {
  readonly signal: AbortSignal;
  readonly emit: (event: BuildEvent) => void;
}

/**
 * Builds with the Engine's classic builder. An Engine older than 24.0.9 or 25.0.2 reuses steps of another platform, so an
 * image that came out for another one is built again without them.
 * https://github.com/moby/moby/security/advisories/GHSA-xw73-rw38-6vjc
 */
export async function runClassicBuild(
  engine: EngineClient,
  build: ClassicBuild,
  request: ClassicBuildRequest,
  context: ClassicBuildContext,
): Promise<void> {
  const { repository, platform, runningImage } = request;
  const source = await findCacheSource(engine, { repository, platform, runningImage });
  if (source !== undefined) context.emit(cacheLine(source));
  const cache = source === undefined ? {} : { cachefrom: JSON.stringify([source]) };
  const { reusedSteps } = await buildOnce(engine, build, { ...request, cache }, context);
  if (!reusedSteps) return;
  const [image, version] = await Promise.all([engine.inspectImage(build.name), engine.version()]);
  const built = `${image.Os ?? version.Os}/${image.Architecture ?? version.Arch}`;
  const wanted = platform ?? `${version.Os}/${version.Arch}`;
  if (isOf(built, wanted)) return;
  const line = `The reused steps are for ${built}, not ${wanted}: the image is built again without them.`;
  context.emit({ kind: 'log', lines: [line], dropped: 0 });
  await buildOnce(engine, build, { ...request, cache: { nocache: '1' } }, context);
}

/** The variant of `linux/arm64/v8` is in no field of an image that the classic builder makes. */
function isOf(built: string, wanted: string): boolean {
  return wanted === built || wanted.startsWith(`${built}/`);
}

async function buildOnce(
  engine: EngineClient,
  { name, folder, dockerfile, facts, labels }: ClassicBuild,
  request: ClassicBuildRequest & { readonly cache: BuildQuery },
  { signal, emit }: ClassicBuildContext,
): Promise<{ readonly reusedSteps: boolean }> {
  const { target, platform, cache } = request;
  const buildargs = { ...(await platformArguments(engine, facts, platform)), ...request.buildArguments };
  const query = {
    dockerfile,
    t: name,
    labels: JSON.stringify(labels),
    buildargs: JSON.stringify(buildargs),
    ...cache,
    target,
    platform,
    rm: '1',
    forcerm: '1',
  };
  const meter = createTransferMeter();
  const onProgress = (sent: ContextProgress): void => {
    meter.count(sent.bytes);
    emit({ kind: 'context', ...sent, ...meter.speed(undefined) });
  };
  const answer = await engine
    .buildImage(query, (write, over) =>
      packBuildContext(folder, dockerfile, { signal: AbortSignal.any([signal, over]), onProgress, write }),
    )
    .catch((error: unknown) => {
      throw engineStatus(error) === 400 ? unreadable(name, dockerfile, error) : error;
    });
  return followBuild(answer, emit);
}

/** The classic builder reads the whole Dockerfile before its first step. */
function unreadable(name: string, dockerfile: string, cause: unknown): SlipwayError {
  const reason = asSentence(cause instanceof Error ? cause.message : '');
  return new SlipwayError(
    'INVALID_INPUT',
    `Docker could not build ${name}: ${reason} Correct ${dockerfile} and build again.`,
    { cause },
  );
}
