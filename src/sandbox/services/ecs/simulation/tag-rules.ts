import type { Tag } from '@aws-sdk/client-ecs';
import { invalidParameter } from './errors.ts';

const TAGS_AT_MOST = 50;
const TAG_KEY_LENGTH = 128;
const TAG_VALUE_LENGTH = 256;

/** Throws InvalidParameterException for tags that no resource of ECS can have. */
export function checkTags(tags: readonly Tag[]): void {
  if (tags.length > TAGS_AT_MOST) {
    throw invalidParameter(`The maximum number of tags per resource is ${TAGS_AT_MOST}.`);
  }
  const keys = new Set<string>();
  for (const { key = '', value = '' } of tags) {
    if (key === '' || key.length > TAG_KEY_LENGTH || value.length > TAG_VALUE_LENGTH) {
      throw invalidParameter(
        `Tag keys must have 1 to ${TAG_KEY_LENGTH} characters and tag values at most ${TAG_VALUE_LENGTH}.`,
      );
    }
    if (key.toLowerCase().startsWith('aws:')) throw invalidParameter('Tag keys cannot start with aws:.');
    if (keys.has(key))
      throw invalidParameter('Duplicate tag keys found. Please note that Tag keys are case insensitive.');
    keys.add(key);
  }
}
