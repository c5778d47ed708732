import type { ParameterType } from '@aws-sdk/client-ssm';
import { partitionOf } from '../../core/partition.ts';
import { createTable, KEEPS_NOTHING, type StoredTable, type Table } from '../../storage/table.ts';

export interface ParameterRecord {
  readonly name: string;
  readonly type: ParameterType;
  /** What it says, in the clear. */
  readonly value: string;
  readonly version: number;
  readonly description: string | undefined;
  readonly changedAt: Date;
  readonly changedBy: string;
}

/** The parameters of a region by their names. */
export type Parameters = Table<ParameterRecord>;

export function createParameters(stored: StoredTable = KEEPS_NOTHING): Parameters {
  return createTable<ParameterRecord>(
    ({ name }) => name,
    () => '',
    stored,
  );
}

const ARN = /^arn:aws[a-z-]*:ssm:[^:]+:\d{12}:parameter\/(?<name>.+)$/;

/** The parameter of a name or an ARN; the ARN of one that is not in a hierarchy has no slash of its name. */
export function parameterOf(parameters: Parameters, id: string): ParameterRecord | undefined {
  const { name } = ARN.exec(id)?.groups ?? {};
  if (name === undefined) return parameters.get(id);
  return parameters.get(`/${name}`) ?? parameters.get(name);
}

export function parameterArn(
  name: string,
  { region, accountId }: { readonly region: string; readonly accountId: string },
): string {
  return `arn:${partitionOf(region)}:ssm:${region}:${accountId}:parameter${name.startsWith('/') ? '' : '/'}${name}`;
}
