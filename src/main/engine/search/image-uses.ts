import type { Scope } from '../../../shared/model/account.ts';
import type { ImageUse } from '../../../shared/model/search.ts';
import type { KeptName, KeptPart, RunningImage } from './name-store.ts';

interface WantedImages {
  /** The address of their repository. */
  readonly uri: string;
  readonly digests: ReadonlySet<string>;
}

/** What of a kept part runs these images, or will. */
export function imageUsesIn(
  { account, region }: Scope,
  { part, readAt, names }: KeptPart,
  wanted: WantedImages,
): readonly ImageUse[] {
  if (part.kind !== 'running' && part.kind !== 'triggers') return [];
  const at = { account, region, readAt: readAt.toISOString() };
  return names.flatMap((name) =>
    (name.images ?? [])
      .filter((image) => isWanted(image, wanted))
      .map((image) =>
        part.kind === 'running'
          ? serviceUse({ ...at, cluster: part.cluster, service: name.name }, image)
          : scheduleUse(at, name, image),
      ),
  );
}

type Place = Pick<ImageUse, 'account' | 'region' | 'readAt'>;

function serviceUse(
  service: Place & { readonly cluster: string; readonly service: string },
  { isDeploying, ...image }: RunningImage,
): ImageUse {
  return { kind: isDeploying === true ? 'deployment' : 'service', ...service, ...image };
}

function scheduleUse(
  place: Place,
  { name, isDisabled }: KeptName,
  { container, image, digest, revision = '' }: RunningImage,
): ImageUse {
  return {
    kind: 'schedule',
    ...place,
    source: name,
    isDisabled: isDisabled === true,
    revision,
    container,
    image,
    ...(digest === undefined ? {} : { digest }),
  };
}

/** The same image may run under another address: then it is known by its digest. */
function isWanted({ image, digest }: RunningImage, { uri, digests }: WantedImages): boolean {
  if (digest !== undefined && digests.has(digest)) return true;
  if (!image.startsWith(uri)) return false;
  const next = image.charAt(uri.length);
  return next === '' || next === ':' || next === '@';
}
