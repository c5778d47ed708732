import { starPattern } from '../../../shared/wildcard.ts';
import { isJsonObject, type JsonObject, parseJson } from '../../core/json.ts';
import type { StoredImage } from '../../registry/repository.ts';

/** A lifecycle policy, read. Rules of "Lifecycle policy properties" of the ECR user guide. */
export interface LifecyclePolicy {
  /** In the order of their priorities. */
  readonly rules: readonly LifecycleRule[];
}

export interface LifecycleRule {
  readonly priority: number;
  readonly selects: TagSelection;
  readonly count: CountSelection;
  readonly action: 'EXPIRE' | 'TRANSITION';
}

type TagSelection =
  | { readonly status: 'any' }
  | { readonly status: 'untagged' }
  /** An image must have a tag for each prefix, or for each pattern. */
  | { readonly status: 'tagged'; readonly matchers: readonly TagMatcher[] };

type TagMatcher = (tag: string) => boolean;

type CountSelection =
  | { readonly type: 'more-than'; readonly count: number }
  | { readonly type: 'days-since-push'; readonly days: number }
  | { readonly type: 'days-since-pull'; readonly days: number };

/** What a policy does with an image, and because of which rule. */
export interface LifecycleVerdict {
  readonly image: StoredImage;
  readonly rulePriority: number;
  readonly action: LifecycleRule['action'];
}

export type ParsedPolicy =
  | { readonly ok: true; readonly policy: LifecyclePolicy }
  | { readonly ok: false; readonly reason: string };

const DAY_MS = 24 * 60 * 60 * 1000;

/** Of one string of a tagPatternList. */
const MOST_STARS = 4;

/** Reads the JSON text of a policy, or says what is wrong with it. */
export function parseLifecyclePolicy(text: string): ParsedPolicy {
  const json = parseJson(text);
  if (!isJsonObject(json) || !Array.isArray(json.rules) || json.rules.length === 0) {
    return { ok: false, reason: 'Lifecycle policy validation failure: the policy has no rules' };
  }
  const rules: LifecycleRule[] = [];
  for (const each of json.rules) {
    const rule = isJsonObject(each) ? parseRule(each) : 'a rule is no object';
    if (typeof rule === 'string')
      return { ok: false, reason: `Lifecycle policy validation failure: ${rule}` };
    rules.push(rule);
  }
  if (new Set(rules.map(({ priority }) => priority)).size < rules.length) {
    return { ok: false, reason: 'Lifecycle policy validation failure: two rules have the same rulePriority' };
  }
  const sorted = rules.toSorted((one, other) => one.priority - other.priority);
  // https://docs.aws.amazon.com/AmazonECR/latest/userguide/lifecycle_policy_parameters.html (tagStatus)
  if (
    sorted
      .slice(0, -1)
      .some(({ selects, action }, index) => selects.status === 'any' && hasLater(sorted, index, action))
  ) {
    return {
      ok: false,
      reason:
        'Lifecycle policy validation failure: a rule with the tagStatus any must have the highest rulePriority',
    };
  }
  return { ok: true, policy: { rules: sorted } };
}

/** Whether rules of the same action follow, since each storage class has rules of its own. */
function hasLater(sorted: readonly LifecycleRule[], index: number, action: LifecycleRule['action']): boolean {
  return sorted.slice(index + 1).some((rule) => rule.action === action);
}

/**
 * The outcome of the images. All rules look at all images; one that a rule of higher priority selects by its tags is
 * out of the reach of the later ones, and one that an index lists stays as long as the index does.
 */
export function applyPolicy(
  { rules }: LifecyclePolicy,
  images: readonly StoredImage[],
  now: Date,
): readonly LifecycleVerdict[] {
  const listed = new Set(
    images
      .flatMap(({ manifest }) => (manifest.kind === 'index' ? manifest.manifests : []))
      .map((each) => each.digest),
  );
  const claimed = new Set<StoredImage>();
  const verdicts: LifecycleVerdict[] = [];
  for (const { priority, selects, count, action } of rules) {
    const selected = images
      .filter((image) => isSelected(image, selects) && !listed.has(image.digest))
      .toSorted((one, other) => other.pushedAt.getTime() - one.pushedAt.getTime());
    for (const image of overdue(selected, count, now)) {
      if (!claimed.has(image)) verdicts.push({ image, rulePriority: priority, action });
    }
    for (const image of selected) claimed.add(image);
  }
  return verdicts;
}

function isSelected({ tags, archivedAt }: StoredImage, selects: TagSelection): boolean {
  if (archivedAt !== undefined) return false;
  switch (selects.status) {
    case 'any':
      return true;
    case 'untagged':
      return tags.size === 0;
    case 'tagged':
      return selects.matchers.every((matches) => [...tags].some(matches));
  }
}

/** @param images the youngest first. */
function overdue(images: readonly StoredImage[], count: CountSelection, now: Date): readonly StoredImage[] {
  switch (count.type) {
    case 'more-than':
      return images.slice(count.count);
    case 'days-since-push':
      return images.filter(({ pushedAt }) => now.getTime() - pushedAt.getTime() > count.days * DAY_MS);
    case 'days-since-pull':
      return images.filter(
        ({ lastPulledAt, pushedAt }) =>
          now.getTime() - (lastPulledAt ?? pushedAt).getTime() > count.days * DAY_MS,
      );
  }
}

/** https://docs.aws.amazon.com/AmazonECR/latest/userguide/lifecycle_policy_parameters.html */
const RULE_KEYS: readonly string[] = ['rulePriority', 'description', 'selection', 'action'];

/** The rule, or what is wrong with it. */
function parseRule(json: JsonObject): LifecycleRule | string {
  const unknown = Object.keys(json).filter((key) => !RULE_KEYS.includes(key));
  if (unknown.length > 0) {
    return `object instance has properties which are not allowed by the schema: ${JSON.stringify(unknown)}`;
  }
  const { rulePriority: priority, selection, action } = json;
  if (typeof priority !== 'number' || !Number.isInteger(priority) || priority < 1) {
    return 'rulePriority must be a whole number from 1';
  }
  if (!isJsonObject(selection)) return `rule ${priority} has no selection`;
  const selects = parseTagSelection(selection);
  if (typeof selects === 'string') return `rule ${priority}: ${selects}`;
  const count = parseCount(selection);
  if (typeof count === 'string') return `rule ${priority}: ${count}`;
  const type = isJsonObject(action) ? action.type : undefined;
  if (type !== 'expire' && type !== 'transition')
    return `rule ${priority}: action.type must be expire or transition`;
  return { priority, selects, count, action: type === 'expire' ? 'EXPIRE' : 'TRANSITION' };
}

function parseTagSelection({ tagStatus, tagPrefixList, tagPatternList }: JsonObject): TagSelection | string {
  if (tagStatus === 'any' || tagStatus === 'untagged') return { status: tagStatus };
  if (tagStatus !== 'tagged') return 'tagStatus must be tagged, untagged or any';
  const prefixes = textsOf(tagPrefixList);
  const patterns = textsOf(tagPatternList);
  if (prefixes.length + patterns.length === 0) return 'tagged needs a tagPrefixList or a tagPatternList';
  const tooWild = patterns.find((pattern) => pattern.split('*').length - 1 > MOST_STARS);
  if (tooWild !== undefined) return `the pattern ${tooWild} has more than ${MOST_STARS} wildcards`;
  return {
    status: 'tagged',
    matchers: [
      ...prefixes.map(
        (prefix): TagMatcher =>
          (tag) =>
            tag.startsWith(prefix),
      ),
      ...patterns.map(starPattern).map(
        (pattern): TagMatcher =>
          (tag) =>
            pattern.matches(tag),
      ),
    ],
  };
}

function textsOf(json: unknown): readonly string[] {
  return Array.isArray(json) ? json.filter((each) => typeof each === 'string') : [];
}

function parseCount({ countType, countNumber, countUnit }: JsonObject): CountSelection | string {
  if (typeof countNumber !== 'number' || !Number.isInteger(countNumber) || countNumber < 1) {
    return 'countNumber must be a whole number from 1';
  }
  if (countType === 'imageCountMoreThan') return { type: 'more-than', count: countNumber };
  if (countType !== 'sinceImagePushed' && countType !== 'sinceImagePulled') {
    return 'countType must be imageCountMoreThan, sinceImagePushed or sinceImagePulled';
  }
  if (countUnit !== 'days') return `countUnit must be days with ${countType}`;
  return {
    type: countType === 'sinceImagePushed' ? 'days-since-push' : 'days-since-pull',
    days: countNumber,
  };
}
