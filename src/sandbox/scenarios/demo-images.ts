import type { ImageFacts, ImageSeeder } from '../registry/image-source.ts';
import { createRandom } from '../services/ecs/simulation/ids.ts';
import { DEMO_REPOSITORIES, type DemoRepository } from './demo-catalog.ts';
import { daysBefore, seedOf } from './demo-time.ts';

/** One version of a repository: its tag, when it was pushed, and what its image is. */
export interface DemoVersion {
  readonly tag: string;
  readonly pushedAt: Date;
  readonly facts: ImageFacts;
}

/** Oldest first, by repository. */
export type DemoVersions = ReadonlyMap<string, readonly DemoVersion[]>;

/** The image that `web` is being deployed to when the app opens: slow, so that there is something to watch. */
export const SLOW_WEB_TAG = '2.0.0';
/** The image that `pricing` was rolled back from. */
export const FAILING_PRICING_TAG = '2.6.0';

/** The repository that Inspector scans. Its newest version has a critical finding that those before it do not have. */
export const SCANNED_REPOSITORY = 'search';
const FINDINGS = 'HIGH=1,MEDIUM=2,LOW=3';

/** For each of three pairs of tasks: the two that are left take a minute at the sandbox's usual speed. */
const SLOW_SECONDS = 540;
const OLDEST_DAYS = 118;
const NEWEST_DAYS = 0.2;

/** Pushes the images of every repository, as a build pipeline would have over some months. */
export function pushDemoImages(images: ImageSeeder, now: Date): DemoVersions {
  return new Map(
    DEMO_REPOSITORIES.map((repository) => [repository.name, pushRepository(images, now, repository)]),
  );
}

function pushRepository(images: ImageSeeder, now: Date, repository: DemoRepository): readonly DemoVersion[] {
  const { name, versions, immutable = false } = repository;
  images.createRepository(name, { immutable });
  if (name === SCANNED_REPOSITORY) images.scanContinuously(name);
  const random = createRandom(seedOf(name));
  const push = (tag: string, daysAgo: number, labels: Readonly<Record<string, string>> = {}): DemoVersion => {
    const pushedAt = daysBefore(now, daysAgo);
    const commit = hex(random, 40);
    // Tags that move are refused by an immutable repository.
    const moving = immutable ? [] : ['latest', ...(tag.endsWith('.0') ? ['stable'] : [])];
    const facts = images.seedImage({
      repository: name,
      tags: [tag, `sha-${commit.slice(0, 7)}`, ...(tag.includes('-') ? [] : moving)],
      labels: { ...gitLabels(name, tag, commit, pushedAt), ...labels },
      ...(repository.architecture === undefined ? {} : { architecture: repository.architecture }),
      createdAt: daysBefore(pushedAt, 0.002),
      pushedAt,
      layerBytes: 1024 + Math.floor(random() * 3072),
    });
    return { tag, pushedAt, facts };
  };

  const pushed = Array.from({ length: versions }, (_, index) => {
    const age = OLDEST_DAYS - ((OLDEST_DAYS - NEWEST_DAYS) * index) / (versions - 1);
    return push(versionTag(repository, index), age, findingLabels(name, index === versions - 1));
  });
  const next = versionTag(repository, versions);
  push(`${next}-crash`, NEWEST_DAYS / 2, { 'slipway.sandbox.behaviour': 'crash' });
  if (name === 'web') {
    push(SLOW_WEB_TAG, NEWEST_DAYS / 4, {
      'slipway.sandbox.behaviour': 'slow',
      'slipway.sandbox.after-seconds': String(SLOW_SECONDS),
    });
  }
  if (name === 'pricing') {
    push(FAILING_PRICING_TAG, NEWEST_DAYS / 4, { 'slipway.sandbox.behaviour': 'out-of-memory' });
  }
  return pushed;
}

function findingLabels(name: string, isNewest: boolean): Readonly<Record<string, string>> {
  if (name !== SCANNED_REPOSITORY) return {};
  return {
    'slipway.sandbox.findings': isNewest ? `CRITICAL=1,${FINDINGS}` : FINDINGS,
    'slipway.sandbox.findings-without-fix': 'MEDIUM=1',
  };
}

/** Three patches, then the next minor version. */
function versionTag({ firstVersion }: DemoRepository, index: number): string {
  const [major = 1, minor = 0] = firstVersion.split('.').map(Number);
  return `${major}.${minor + Math.floor(index / 4)}.${index % 4}`;
}

/** https://github.com/opencontainers/image-spec/blob/main/annotations.md */
function gitLabels(
  name: string,
  tag: string,
  commit: string,
  created: Date,
): Readonly<Record<string, string>> {
  return {
    'org.opencontainers.image.revision': commit,
    'org.opencontainers.image.source': `https://github.com/acme/${name}`,
    'org.opencontainers.image.created': created.toISOString(),
    'org.opencontainers.image.version': tag,
    'org.opencontainers.image.title': name,
  };
}

function hex(random: () => number, length: number): string {
  return Array.from({ length }, () => Math.floor(random() * 16).toString(16)).join('');
}
