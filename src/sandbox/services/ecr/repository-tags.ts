import { InvalidTagParameterException$, type Tag, TooManyTagsException$ } from '@aws-sdk/client-ecr';
import { awsError } from '../../aws-api/service.ts';

const MOST_TAGS = 50;

/**
 * The tags of a repository that has some and gets others. Throws InvalidTagParameterException for a key that is empty,
 * given twice or begins with aws:, and TooManyTagsException.
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-using-tags.html (restrictions)
 */
export function withTags(present: readonly Tag[], added: readonly Tag[]): readonly Tag[] {
  if (added.some(({ Key = '' }) => Key === '' || /^aws:/i.test(Key))) {
    throw awsError(InvalidTagParameterException$, 'A tag key must not be empty or begin with aws:');
  }
  const keys = new Set(added.map(({ Key }) => Key));
  if (keys.size < added.length) {
    throw awsError(InvalidTagParameterException$, 'A tag key must not be given twice');
  }
  const tags = [...present.filter(({ Key }) => !keys.has(Key)), ...added];
  if (tags.length > MOST_TAGS) {
    throw awsError(TooManyTagsException$, `The number of tags cannot exceed ${MOST_TAGS}`);
  }
  return tags;
}
