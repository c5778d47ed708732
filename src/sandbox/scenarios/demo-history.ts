import { createRandom } from '../services/ecs/simulation/ids.ts';
import type { SeedRelease } from '../services/ecs/simulation/past-deployments.ts';
import type { EcsSeeder } from '../services/ecs/simulation/seeding.ts';
import { type DemoService, VERSIONS_NOT_DEPLOYED } from './demo-catalog.ts';
import type { DemoVersion } from './demo-images.ts';
import { type DemoContent, demoTaskDefinition, LARGEST_SIZE } from './demo-task-definitions.ts';
import { daysBefore, seedOf } from './demo-time.ts';

/** Where the scenario takes place, and when. */
export interface DemoStage {
  readonly seed: EcsSeeder;
  readonly accountId: string;
  readonly region: string;
  readonly registryHost: string;
  readonly now: Date;
}

export interface FamilyHistory {
  /** Oldest first. */
  readonly releases: readonly SeedRelease[];
  /** What the newest revision has in it. */
  readonly latest: DemoContent;
}

/** ECS shows service deployments of the last 90 days. */
const SHOWN_DAYS = 89;
const FIRST_REVISION_DAYS = 112;
const SHARE_OF_FAILED_RELEASES = 0.12;
const FEATURES = ['new-basket', 'fast-search', 'dark-mode', 'gift-cards', 'express-pay', 'price-alerts'];
const PEOPLE = ['user/mira.okafor', 'user/jonas.lind', 'user/priya.nair'];

/** Registers the revisions of a service's family over the last months, each with the release that followed it. */
export function registerHistory(
  stage: DemoStage,
  service: DemoService,
  versions: readonly DemoVersion[],
): FamilyHistory {
  const { extraReleaseSeconds = 0 } = service;
  const random = createRandom(seedOf(service.family));
  const deployable = versions.slice(0, versions.length - VERSIONS_NOT_DEPLOYED);
  const releases: SeedRelease[] = [];
  let content = firstContent(stage, service, deployable);

  for (let index = 0; index < service.revisions; index += 1) {
    const progress = index / (service.revisions - 1);
    const daysAgo = FIRST_REVISION_DAYS - (FIRST_REVISION_DAYS - service.daysSinceRelease) * progress;
    const registeredAt = daysBefore(stage.now, daysAgo);
    const available = deployable.filter(({ pushedAt }) => pushedAt <= registeredAt);
    content = index === 0 ? content : nextContent(content, stage, service, available.at(-1), random);
    const isInactive = index < (service.inactive ?? 0);
    const taskDefinition = stage.seed.taskDefinition(demoTaskDefinition(service, content, stage), {
      registeredAt,
      registeredBy: registrant(stage, random),
      ...(isInactive ? { deregisteredAt: daysBefore(stage.now, daysAgo / 2) } : {}),
    });
    const isLast = index === service.revisions - 1;
    const fails = random() < SHARE_OF_FAILED_RELEASES && releases.length > 0 && !isLast;
    if (daysAgo > SHOWN_DAYS) continue;
    releases.push({
      taskDefinition,
      at: new Date(registeredAt.getTime() + 20_000 + random() * 60_000),
      tookSeconds: Math.round((fails ? 260 : 110) + random() * 140 + extraReleaseSeconds),
      outcome: fails ? 'ROLLBACK_SUCCESSFUL' : 'SUCCESSFUL',
    });
  }
  return { releases, latest: content };
}

/** Registers revisions of a family that no service runs. */
export function registerUnusedFamily(
  stage: DemoStage,
  family: string,
  revisions: number,
  versions: readonly DemoVersion[],
): void {
  const service = {
    cluster: 'tools',
    name: family,
    family,
    repository: 'batch',
    revisions,
    desiredCount: 0,
    daysSinceRelease: 30,
  } as const;
  const random = createRandom(seedOf(family));
  let content = firstContent(stage, service, versions);
  for (let index = 0; index < revisions; index += 1) {
    const registeredAt = daysBefore(stage.now, 200 - (160 * index) / revisions);
    const version = versions[Math.floor((index * versions.length) / revisions)];
    content = index === 0 ? content : nextContent(content, stage, service, version, random);
    stage.seed.taskDefinition(demoTaskDefinition(service, content, stage), {
      registeredAt,
      registeredBy: registrant(stage, random),
    });
  }
}

/** The content with another version of the service's own image. */
export function withTag(
  content: DemoContent,
  stage: DemoStage,
  repository: string,
  tag: string,
): DemoContent {
  return { ...content, image: `${stage.registryHost}/${repository}:${tag}`, version: tag };
}

function firstContent(stage: DemoStage, service: DemoService, versions: readonly DemoVersion[]): DemoContent {
  const tag = service.movingTag ?? versions[0]?.tag ?? 'latest';
  return {
    image: `${stage.registryHost}/${service.repository}:${tag}`,
    version: tag,
    size: 0,
    logLevel: 'info',
    features: [],
    timeoutSeconds: 30,
  };
}

/** Mostly the newest version there is; now and then a change of configuration, alone or with it. */
function nextContent(
  before: DemoContent,
  stage: DemoStage,
  { repository, movingTag }: DemoService,
  version: DemoVersion | undefined,
  random: () => number,
): DemoContent {
  const content =
    version === undefined || movingTag !== undefined
      ? before
      : withTag(before, stage, repository, version.tag);
  if (content.image !== before.image && random() < 0.6) return content;
  const chance = random();
  if (chance < 0.35) return { ...content, features: toggle(before.features, random) };
  if (chance < 0.6) return { ...content, timeoutSeconds: 10 + Math.floor(random() * 10) * 5 };
  if (chance < 0.75) return { ...content, logLevel: before.logLevel === 'info' ? 'debug' : 'info' };
  if (chance < 0.9 && before.size < LARGEST_SIZE) return { ...content, size: before.size + 1 };
  return content;
}

function toggle(features: readonly string[], random: () => number): readonly string[] {
  const feature = FEATURES[Math.floor(random() * FEATURES.length)] ?? 'dark-mode';
  return features.includes(feature) ? features.filter((each) => each !== feature) : [...features, feature];
}

/** Mostly the pipeline, sometimes a person. */
function registrant({ accountId }: DemoStage, random: () => number): string {
  const person = PEOPLE[Math.floor(random() * PEOPLE.length * 3)];
  return person === undefined
    ? `arn:aws:sts::${accountId}:assumed-role/github-actions-deploy/acme-release`
    : `arn:aws:iam::${accountId}:${person}`;
}
