import type { Scope } from '../../../shared/model/account.ts';
import type { ImageUse, UnreadUses } from '../../../shared/model/search.ts';
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
  const { kind } = part;
  if (kind !== 'running' && kind !== 'triggers' && kind !== 'revisions') return [];
  const at = { account, region, readAt: readAt.toISOString() };
  return names.flatMap((name) =>
    (name.images ?? [])
      .filter((image) => isWanted(image, wanted))
      .map((image) => {
        if (part.kind === 'running')
          return serviceUse({ ...at, cluster: part.cluster, service: name.name }, image);
        return kind === 'triggers' ? scheduleUse(at, name, image) : revisionUse(at, image);
      }),
  );
}

type Place = Pick<ImageUse, 'account' | 'region' | 'readAt'>;

function serviceUse(
  service: Place & { readonly cluster: string; readonly service: string },
  { isDeploying, ...image }: RunningImage,
): ImageUse {
  return { kind: isDeploying === true ? 'deployment' : 'service', ...service, ...image };
}

/** Revisions only where nothing else of the list runs them, after all others. */
export function withoutRunRevisions(uses: readonly ImageUse[]): readonly ImageUse[] {
  const keyOf = ({ account, region, revision }: ImageUse): string => `${account} ${region} ${revision}`;
  const order = { service: 0, deployment: 0, schedule: 1, revision: 2 };
  const run = new Set(uses.flatMap((use) => (use.kind === 'revision' ? [] : keyOf(use))));
  return uses
    .filter((use) => use.kind !== 'revision' || !run.has(keyOf(use)))
    .toSorted((one, other) => order[one.kind] - order[other.kind]);
}

/** What of a kept part could not be read, so that something there may run an image too. */
export function unreadIn({ account, region }: Scope, { part, names }: KeptPart): readonly UnreadUses[] {
  if (part.kind !== 'triggers' && part.kind !== 'revisions') return [];
  return names.flatMap(({ name, problem }) =>
    problem === undefined ? [] : { account, region, what: name, problem },
  );
}

function revisionUse(
  place: Place,
  { container, image, digest, revision = '' }: RunningImage,
): Extract<ImageUse, { kind: 'revision' }> {
  return {
    kind: 'revision',
    ...place,
    revision,
    container,
    image,
    ...(digest === undefined ? {} : { digest }),
  };
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
