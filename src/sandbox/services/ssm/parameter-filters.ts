import {
  type DescribeParametersCommandInput,
  InvalidFilterKey$,
  InvalidFilterOption$,
  type ParameterStringFilter,
  type ParametersFilter,
} from '@aws-sdk/client-ssm';
import { awsError } from '../../aws-api/service.ts';
import type { ParameterRecord } from './parameters.ts';

/** The key of every SecureString. */
export const KEY_ID = 'alias/aws/ssm';

/**
 * What DescribeParameters shows, by `ParameterFilters` or by the older `Filters`; one must hold them all.
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DescribeParameters.html
 *
 * @throws AwsError `InvalidFilterKey` or `InvalidFilterOption`, `ValidationException` for filters of both kinds.
 */
export function filterOf(
  request: Pick<DescribeParametersCommandInput, 'Filters' | 'ParameterFilters'>,
): (parameter: ParameterRecord) => boolean {
  const { ParameterFilters: filters = [], Filters: older = [] } = request;
  if (filters.length > 0 && older.length > 0) {
    const message = 'You can use either Filters or ParameterFilters in a single request.';
    throw awsError('ValidationException', message);
  }
  const all = [...filters, ...older.map(inNewForm)];
  return (parameter) => all.every((filter) => passes(parameter, filter));
}

/** The older filters look for the beginning of a name, and otherwise for the value itself. */
function inNewForm({ Key, Values }: ParametersFilter): ParameterStringFilter {
  return { Key, Values, Option: Key === 'Name' ? 'BeginsWith' : 'Equals' };
}

function passes(
  { name, type }: ParameterRecord,
  { Key = '', Option, Values = [] }: ParameterStringFilter,
): boolean {
  if (Key === 'Path') return Values.some((path) => isBelow(name, path, Option));
  const texts = new Map([
    ['Name', name],
    ['Type', type],
    ['KeyId', type === 'SecureString' ? KEY_ID : ''],
    // Every parameter of the sandbox has these.
    ['Tier', 'Standard'],
    ['DataType', 'text'],
  ]);
  const text = texts.get(Key);
  if (text === undefined) {
    const keys = [...texts.keys(), 'Path'].join(', ');
    throw awsError(InvalidFilterKey$, `The filter key ${Key} is not one that this sandbox has: ${keys}.`);
  }
  switch (Option) {
    case undefined:
    case 'Equals':
      return Values.includes(text);
    case 'BeginsWith':
      return Values.some((value) => text.startsWith(value));
    case 'Contains':
      return Values.some((value) => text.includes(value));
    default:
      throw notAnOption(Option);
  }
}

/**
 * Whether a parameter is in a hierarchy: only in its first level unless the option is Recursive.
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_ParameterStringFilter.html
 */
function isBelow(name: string, path: string, option = 'OneLevel'): boolean {
  if (option !== 'OneLevel' && option !== 'Recursive') throw notAnOption(option);
  const start = path.endsWith('/') ? path : `${path}/`;
  if (!name.startsWith(start)) return false;
  return option === 'Recursive' || !name.slice(start.length).includes('/');
}

function notAnOption(option: string): Error {
  return awsError(InvalidFilterOption$, `The filter option ${option} is not valid.`);
}
