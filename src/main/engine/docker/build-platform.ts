import type { BuildEvent } from '../../../shared/model/docker.ts';
import { type DockerfileFacts, PLATFORM_ARGUMENTS } from './dockerfile.ts';
import type { EngineClient } from './engine-client.ts';

interface WantedPlatform {
  readonly platform?: string | undefined;
  readonly wantedPlatform?: string | undefined;
}

/** Undefined for the Engine's own: to name it would only keep it from base images of other platforms. */
export async function platformFor(
  engine: EngineClient,
  { platform, wantedPlatform }: WantedPlatform,
  emit: (event: BuildEvent) => void,
): Promise<string | undefined> {
  if (platform !== undefined || wantedPlatform === undefined) return platform;
  const { Os, Arch } = await engine.version();
  const own = `${Os}/${Arch}`;
  if (own === wantedPlatform) return undefined;
  const line = `Building for ${wantedPlatform}, which the service runs on. The Docker Engine's own platform is ${own}.`;
  emit({ kind: 'log', lines: [line], dropped: 0 });
  return wantedPlatform;
}

/** The classic builder leaves TARGETARCH and its like empty, so those that the Dockerfile declares are given to it. */
export async function platformArguments(
  engine: EngineClient,
  { buildArguments }: DockerfileFacts,
  platform: string | undefined,
): Promise<Readonly<Record<string, string>>> {
  if (!PLATFORM_ARGUMENTS.some((name) => buildArguments.has(name))) return {};
  const { Os, Arch } = await engine.version();
  const own = `${Os}/${Arch}`;
  const values = { ...platformParts('BUILD', own), ...platformParts('TARGET', platform ?? own) };
  return Object.fromEntries(Object.entries(values).filter(([name]) => buildArguments.has(name)));
}

function platformParts(side: 'BUILD' | 'TARGET', platform: string): Readonly<Record<string, string>> {
  const [os = '', arch = '', variant = ''] = platform.split('/');
  return {
    [`${side}PLATFORM`]: platform,
    [`${side}OS`]: os,
    [`${side}ARCH`]: arch,
    [`${side}VARIANT`]: variant,
  };
}
