import { ImageCleanupPolicy, imageKey } from '../../../shared/model/image-cleanup.ts';
import { imageItems } from '../cleanup/images/image-items.ts';
import { linksAmong } from '../cleanup/images/image-links.ts';
import type { ImageRead, ImageRefusal, ImageRegistry } from '../cleanup/images/image-registry.ts';
import type { LinkedImage } from '../cleanup/images/repository-images.ts';
import { imageName, partsOfKey } from '../cleanup/jobs/image-name.ts';
import { kindAt, type NamedImage, reasonsOf } from './image-users.ts';
import { type Incident, requestsAmid } from './incidents.ts';

/** A repository that others deploy from while it is cleaned up, and that keeps watch over it. */
export interface WatchedRepository {
  readonly registry: ImageRegistry;
  /** Keys of what is there. */
  readonly there: ReadonlySet<string>;
  /** What must never happen, in words. */
  readonly breaches: readonly string[];
  read(): ImageRead;
}

export const POLICY = ImageCleanupPolicy.parse({ keepNewest: 1 });
const NOW = new Date('2026-11-20T12:00:00Z');

/**
 * Services, Express services, daemons, schedules and state machines name some of the images and move on to others as the
 * incidents say, one incident a request.
 */
export function watchedRepository(
  images: readonly LinkedImage[],
  running: readonly number[],
  incidents: readonly Incident[],
): WatchedRepository {
  const there = new Map(images.map((image) => [imageKey(image), image]));
  const imageAt = (number: number): NamedImage => {
    const place = number % images.length;
    return { number: place, digest: images[place]?.digest ?? '' };
  };
  const users = running.map(imageAt);
  const breaches: string[] = [];
  const deleted = new Set<string>();
  let seen: ImageRead | undefined;
  /** What was named when the registry was read last: known without the code that decides on it. */
  let named = new Map<string, string>();

  /** Only what is there can be deployed. */
  function deploy(service: number, image: number): void {
    const next = imageAt(image);
    if ([...there.values()].some(({ digest }) => digest === next.digest))
      users[service % users.length] = next;
  }

  function read(): ImageRead {
    const left = [...there.values()];
    const reasonOfUse = reasonsOf(users);
    const items = imageItems(left, reasonOfUse, POLICY, { now: NOW });
    const links = linksAmong(left);
    return {
      items: new Map(items.map((item) => [imageKey(item), item])),
      listedBy(key) {
        const [index] = links.listing(partsOfKey(key).digest);
        return index && imageName(index);
      },
      reasonOfUse,
    };
  }

  const request = requestsAmid(incidents, (incident) => {
    if (incident.kind === 'deployed') deploy(incident.service, incident.revision);
  });

  function remove(key: string): ImageRefusal | undefined {
    if (deleted.has(key)) breaches.push(`${key} was deleted twice`);
    const user = named.get(partsOfKey(key).digest);
    if (user !== undefined) breaches.push(`${key} was deleted although a ${user} names it`);
    if (seen?.items.get(key)?.verdict !== 'remove') breaches.push(`${key} went although it was seen to stay`);
    if (read().listedBy(key) !== undefined) breaches.push(`${key} was to go before the index that lists it`);
    if (!there.delete(key)) return { code: 'ImageNotFound', reason: 'Requested image not found' };
    deleted.add(key);
    return undefined;
  }

  return {
    get there() {
      return new Set(there.keys());
    },
    breaches,
    read,
    registry: {
      read: () =>
        request(() => {
          seen = read();
          named = new Map(users.map(({ digest }, place) => [digest, kindAt(place)]));
          return seen;
        }),
      present: (keys) => request(() => new Set(keys.filter((key) => there.has(key)))),
      deleteImages: (keys) =>
        request(() => {
          const refusals = keys.map((key) => [key, remove(key)] as const);
          return new Map(
            refusals.flatMap(([key, refusal]) => (refusal === undefined ? [] : [[key, refusal]])),
          );
        }),
    },
  };
}
