import type { ServiceRevision } from '@aws-sdk/client-ecs';
import {
  type ComparedCommits,
  type ComparedService,
  type ComparedServiceState,
  MOST_ROW_DIFFERENCES,
} from '../../../../shared/model/cluster-comparison.ts';
import type { ContainerImage } from '../../../../shared/model/image.ts';
import { parseImageReference } from '../../../../shared/model/image-reference.ts';
import { imageVersionText, mainContainer } from '../../../../shared/model/image-version.ts';
import type { Difference, ImageDifference, ImageSide } from '../../../../shared/model/revision.ts';
import type { DescribedRevision } from '../../ecs/describe-revision.ts';
import { environmentOfName, isEnvironmentWord } from '../../environments/name-rule.ts';
import { diffContent, diffServices } from '../diff/diff.ts';
import { diffImages } from '../diff/image-diff.ts';
import { type PlaceWords, pairServices, type ServicePair } from './service-pairs.ts';

/** What a service of one cluster runs. */
export interface RunService {
  readonly name: string;
  readonly arn: string;
  readonly described: DescribedRevision;
  /** The whole deployed state, where ECS has one of the service. */
  readonly serviceRevision: ServiceRevision | undefined;
  readonly images: readonly ContainerImage[];
  readonly isDeploying: boolean;
}

/** The two services of a pair. The containers of the second one have the names of those of the first. */
export interface RunPair {
  readonly before: RunService;
  readonly after: RunService;
}

/** A pair whose containers have one name each: `api-prod` of the second service is `api-staging` of the first one. */
export function pairOf(before: RunService, after: RunService, words: PlaceWords): RunPair {
  const [ofBefore, ofAfter] = [before, after].map(({ images }) => images.map(({ container }) => container));
  const names = new Map(
    pairServices(ofBefore ?? [], ofAfter ?? [], words).flatMap((pair) =>
      pair.before === undefined || pair.after === undefined ? [] : [[pair.after, pair.before] as const],
    ),
  );
  const named = (name: string): string => names.get(name) ?? name;
  const { taskDefinition, tags } = after.described;
  const containerDefinitions = taskDefinition.containerDefinitions?.map((container) => ({
    ...container,
    ...(container.name === undefined ? {} : { name: named(container.name) }),
  }));
  return {
    before,
    after: {
      ...after,
      described: {
        taskDefinition: { ...taskDefinition, ...(containerDefinitions && { containerDefinitions }) },
        tags,
      },
      images: after.images.map((image) => ({ ...image, container: named(image.container) })),
    },
  };
}

/** The containers whose images differ: by digest, or without one by the commit of the labels, then by tag. */
export function differingImages({ before, after }: RunPair): readonly ImageDifference[] {
  return diffImages(before.images, after.images).filter(isOtherImage);
}

function isOtherImage({ change, before, after }: ImageDifference): boolean {
  if (change === 'unchanged' || change === 'same-image') return false;
  if (before === undefined || after === undefined) return true;
  if (before.digest !== undefined && after.digest !== undefined) return true;
  const [commit, other] = [before.facts?.commit, after.facts?.commit];
  if (commit !== undefined && other !== undefined) return commit !== other;
  return nameOf(before) !== nameOf(after) || before.tag === undefined || before.tag === 'latest';
}

/** Repository and tag: each account has a registry of its own. */
function nameOf({ image }: ImageSide): string {
  const { repository, tag, digest } = parseImageReference(image) ?? { repository: image };
  return JSON.stringify([repository, tag, digest]);
}

/** What is known of two services besides. */
interface RowFacts {
  readonly images: readonly ImageDifference[];
  readonly commits: ComparedCommits | undefined;
  readonly words: PlaceWords;
}

/** The row of two services that were read. */
export function comparedRow(pair: RunPair, { images, commits, words }: RowFacts): ComparedService {
  const { before, after } = pair;
  const { kept, leftOut } = settingsOf(pair, words);
  return {
    ...rowOf({ before: before.name, after: after.name }, stateOf(images, commits, kept)),
    versions: { before: versionOf(before), after: versionOf(after) },
    images: [...images],
    ...(commits === undefined ? {} : { commits }),
    differences: kept.slice(0, MOST_ROW_DIFFERENCES),
    settings: kept.length,
    leftOut,
    isDeploying: before.isDeploying || after.isDeploying,
  };
}

/** A row without differences: of a pair that is not compared yet or could not be, and of a service in one cluster only. */
export function rowOf(pair: ServicePair, state: ComparedServiceState, problem?: string): ComparedService {
  return {
    id: pair.before ?? pair.after ?? '',
    ...pair,
    state,
    ...(problem === undefined ? {} : { problem }),
    images: [],
    differences: [],
    settings: 0,
    leftOut: 0,
    isDeploying: false,
  };
}

function stateOf(
  images: readonly ImageDifference[],
  commits: ComparedCommits | undefined,
  settings: readonly Difference[],
): ComparedServiceState {
  if (images.length === 0) return settings.length === 0 ? 'same' : 'settings';
  const { onlyBefore = 0, onlyAfter = 0 } = commits ?? {};
  if (onlyBefore > 0) return onlyAfter > 0 ? 'diverged' : 'behind';
  return onlyAfter > 0 ? 'ahead' : 'other-image';
}

function versionOf({ name, images, described }: RunService): string | undefined {
  const main = mainContainer(images, [name, described.taskDefinition.family ?? '']);
  const text = imageVersionText(undefined, main);
  return text === '' ? undefined : text;
}

/** What differs besides the images, without what belongs to the account, the region or the environment. */
function settingsOf(
  { before, after }: RunPair,
  words: PlaceWords,
): { readonly kept: readonly Difference[]; readonly leftOut: number } {
  const differences = [
    ...diffContent(before.described, after.described).differences,
    ...(before.serviceRevision && after.serviceRevision
      ? diffServices(before.serviceRevision, after.serviceRevision).differences
      : []),
  ];
  const sides = { before: placeOf(before.arn, words.before), after: placeOf(after.arn, words.after) };
  const paired = joinRenamed(differences, sides);
  const kept = paired.filter((each) => !isOfPlace(each, sides));
  return { kept, leftOut: paired.length - kept.length };
}

/** What a value may say of the account, the region and the environment that it is in. */
interface Place {
  readonly account: string;
  readonly region: string;
  readonly words: ReadonlySet<string>;
  /** What the name of the cluster says. */
  readonly environment: ReturnType<typeof environmentOfName>;
}

interface Places {
  readonly before: Place;
  readonly after: Place;
}

function placeOf(arn: string, words: ReadonlySet<string>): Place {
  const [, , , region = '', account = '', service = ''] = arn.split(':');
  return { region, account, words, environment: environmentOfName(service.split('/')[1] ?? '') };
}

/** A removed and an added item that are one, such as a capacity provider of each environment: its values may differ. */
function joinRenamed(differences: readonly Difference[], { before, after }: Places): readonly Difference[] {
  const added = new Map(
    differences
      .filter(({ kind }) => kind === 'added')
      .map((each) => [renamedKey(each, after), each] as const),
  );
  const joined = new Set<Difference>();
  const all = differences.map((each): Difference => {
    if (each.kind !== 'removed') return each;
    const key = renamedKey(each, before);
    const other = added.get(key);
    if (other === undefined) return each;
    added.delete(key);
    joined.add(other);
    return { ...each, kind: 'changed', before: each.before ?? '', after: other.after ?? '' };
  });
  return all.filter((each) => !joined.has(each));
}

function renamedKey({ container = '', subject, name }: Difference, place: Place): string {
  // The target group is a part of its account, and so is the id of a service registry.
  const rest = subject === 'load balancer' ? name.slice(name.lastIndexOf(' to ')) : name;
  return JSON.stringify([container, subject, subject === 'service registry' ? '' : neutralName(rest, place)]);
}

/** Tags say who registered a revision and when; the others are made by ECS for one service or belong to its network. */
const ALWAYS_LEFT_OUT: ReadonlySet<string> = new Set([
  'tag',
  'load balancer',
  'service registry',
  'resolved configuration',
  'ecs managed resources',
]);
const NAMES_OF_THE_PLACE: ReadonlySet<string> = new Set(['secret', 'role', 'log']);
const NETWORK_IDS: ReadonlySet<string> = new Set(['subnets', 'securityGroups']);

function isOfPlace(difference: Difference, { before, after }: Places): boolean {
  const { subject, name, kind, before: old = '', after: now = '' } = difference;
  if (subject === 'tag') return true;
  if (kind !== 'changed') return false;
  if (ALWAYS_LEFT_OUT.has(subject) || (subject === 'network' && NETWORK_IDS.has(name))) return true;
  if (neutral(old, before) === neutral(now, after)) return true;
  const areNames = NAMES_OF_THE_PLACE.has(subject) || (old.includes('arn:') && now.includes('arn:'));
  return areNames && neutralName(old, before) === neutralName(now, after);
}

const ONE_WORD = /^[A-Za-z]{1,20}$/;

/** A text without the account and the region that it is in, and without one word for the environment of its cluster. */
function neutral(text: string, { account, region, environment }: Place): string {
  if (environment !== undefined && ONE_WORD.test(text) && environmentOfName(text) === environment)
    return '(environment)';
  const withoutAccount = account === '' ? text : text.replaceAll(account, '(account)');
  return region === '' ? withoutAccount : withoutAccount.replaceAll(region, '(region)');
}

/** Secrets Manager ends the ARN of a secret with six characters of its own. */
function withoutSecretEnding(text: string): string {
  const parts = text.split(':');
  const secret = parts[6];
  if (parts[2] !== 'secretsmanager' || secret === undefined) return text;
  return parts.with(6, secret.replace(/-[A-Za-z0-9]{6}$/, '')).join(':');
}

/** The words of a name without those for its environment: `/ecs/staging/api` and `/ecs/api-prod` say the same. */
function neutralName(text: string, place: Place): string {
  return withoutSecretEnding(neutral(text, place))
    .split(/[^A-Za-z0-9()]+/)
    .filter((word) => word !== '' && !isPlaceWord(word.toLowerCase(), place))
    .join(' ');
}

function isPlaceWord(word: string, { words }: Place): boolean {
  return words.has(word) || isEnvironmentWord(word);
}
