import { type Filter, InvalidParameterException$ } from '@aws-sdk/client-secrets-manager';
import { type AwsError, awsError } from '../../aws-api/service.ts';
import type { SecretRecord } from './secrets.ts';

const MOST_FILTERS = 10;

/**
 * Whether ListSecrets shows a secret: every filter must match it, and of each filter one value. A value after `!` must
 * not match.
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_Filter.html
 *
 * @throws AwsError `InvalidParameterException` for more than 10 filters, or one without a key or values.
 */
export function filterOf(filters: readonly Filter[]): (secret: SecretRecord) => boolean {
  if (filters.length > MOST_FILTERS) throw invalid(`The request has more than ${MOST_FILTERS} filters.`);
  for (const { Key, Values = [] } of filters) {
    if (Key === undefined) throw invalid('Invalid filter key');
    if (Values.length === 0) throw invalid(`Invalid filter values for key: ${Key}`);
  }
  return (secret) => filters.every((filter) => passes(secret, filter));
}

function passes(secret: SecretRecord, { Key, Values = [] }: Filter): boolean {
  const excluded = Values.filter((value) => value.startsWith('!')).map((value) => value.slice(1));
  const wanted = Values.filter((value) => !value.startsWith('!'));
  if (excluded.some((value) => matches(secret, Key, value))) return false;
  return wanted.length === 0 || wanted.some((value) => matches(secret, Key, value));
}

function matches(secret: SecretRecord, key: Filter['Key'], value: string): boolean {
  const { name, description = '', tags } = secret;
  switch (key) {
    case 'name':
      return name.startsWith(value);
    case 'description':
      return description.toLowerCase().startsWith(value.toLowerCase());
    case 'tag-key':
      return tags.some(({ Key = '' }) => Key.startsWith(value));
    case 'tag-value':
      return tags.some(({ Value = '' }) => Value.startsWith(value));
    case 'all':
      return hasWords(secret, value);
    // Secrets of the sandbox are not replicated and belong to no service of AWS.
    default:
      return false;
  }
}

/** "Breaks the filter value string into words and then searches all attributes for matches. Not case-sensitive." */
function hasWords({ name, description = '', tags }: SecretRecord, value: string): boolean {
  const attributes = [name, description, ...tags.flatMap(({ Key = '', Value = '' }) => [Key, Value])];
  const text = attributes.join(' ').toLowerCase();
  const words = value
    .toLowerCase()
    .split(/[\s/_+=.@-]+/)
    .filter((word) => word !== '');
  return words.length > 0 && words.every((word) => text.includes(word));
}

function invalid(message: string): AwsError {
  return awsError(InvalidParameterException$, message);
}
