import type { Scope } from '../../../shared/model/account.ts';
import type { ImageUse, UnreadUses } from '../../../shared/model/search.ts';
import type { KeptName, KeptPart, RunningImage } from './name-store.ts';

const NAMING_IMAGES: ReadonlySet<KeptPart['part']['kind']> = new Set([
  'running',
  'daemons',
  'triggers',
  'revisions',
]);

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
  if (!NAMING_IMAGES.has(kind)) return [];
  const at = { account, region, readAt: readAt.toISOString() };
  return names.flatMap((name) =>
    (name.images ?? [])
      .filter((image) => isWanted(image, wanted))
      .map((image) => {
        if (part.kind === 'running')
          return serviceUse({ ...at, cluster: part.cluster, service: name.name }, image);
        if (part.kind === 'daemons')
          return daemonUse({ ...at, cluster: part.cluster, daemon: name.name }, image);
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

function daemonUse(
  daemon: Place & { readonly cluster: string; readonly daemon: string },
  { container, image, digest, revision = '' }: RunningImage,
): ImageUse {
  return {
    kind: 'daemon',
    ...daemon,
    revision,
    container,
    image,
    ...(digest === undefined ? {} : { digest }),
  };
}

/** Revisions only where nothing else of the list runs them, after all others. */
export function withoutRunRevisions(uses: readonly ImageUse[]): readonly ImageUse[] {
  const keyOf = ({ account, region, revision }: ImageUse): string => `${account} ${region} ${revision}`;
  const order = { service: 0, deployment: 0, daemon: 1, schedule: 2, revision: 3 };
  // A daemon task definition may have the name of a task definition, and is another one.
  const run = new Set(
    uses.flatMap((use) => (use.kind === 'revision' || use.kind === 'daemon' ? [] : keyOf(use))),
  );
  return uses
    .filter((use) => use.kind !== 'revision' || !run.has(keyOf(use)))
    .toSorted((one, other) => order[one.kind] - order[other.kind]);
}

/** What of a kept part could not be read, so that something there may run an image too. */
export function unreadIn({ account, region }: Scope, { part, names }: KeptPart): readonly UnreadUses[] {
  const { kind } = part;
  if (kind !== 'triggers' && kind !== 'revisions' && kind !== 'daemons') return [];
  return names.flatMap(({ name, problem }) =>
    problem === undefined
      ? []
      : { account, region, what: kind === 'daemons' ? `the daemon ${name}` : name, problem },
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
