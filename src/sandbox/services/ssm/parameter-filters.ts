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
  { Key = '', Option = 'Equals', Values = [] }: ParameterStringFilter,
): boolean {
  const texts = new Map([
    ['Name', name],
    ['Type', type],
    ['KeyId', type === 'SecureString' ? KEY_ID : ''],
  ]);
  const text = texts.get(Key);
  if (text === undefined) {
    const keys = [...texts.keys()].join(', ');
    throw awsError(InvalidFilterKey$, `The filter key ${Key} is not one that this sandbox has: ${keys}.`);
  }
  switch (Option) {
    case 'Equals':
      return Values.includes(text);
    case 'BeginsWith':
      return Values.some((value) => text.startsWith(value));
    case 'Contains':
      return Values.some((value) => text.includes(value));
    default:
      throw awsError(InvalidFilterOption$, `The filter option ${Option} is not valid.`);
  }
}
