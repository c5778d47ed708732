import type { EncryptionConfiguration, StateMachineType } from '@aws-sdk/client-sfn';
import { createTable, KEEPS_NOTHING, type StoredTable, type Table } from '../../storage/table.ts';

/** A definition as a version keeps it, and as the machine has it now. */
export interface MachineContent {
  readonly definition: string;
  readonly roleArn: string;
  readonly revisionId: string;
}

export interface MachineVersion extends MachineContent {
  readonly number: number;
  readonly createdAt: Date;
}

export interface Machine extends MachineContent {
  readonly arn: string;
  readonly name: string;
  readonly type: StateMachineType;
  readonly createdAt: Date;
  readonly encryption?: EncryptionConfiguration | undefined;
  /** Oldest first. */
  readonly versions: readonly MachineVersion[];
}

/** The state machines of a region, by ARN. */
export type StateMachines = Table<Machine>;

export function createStateMachines(stored: StoredTable = KEEPS_NOTHING): StateMachines {
  return createTable<Machine>(
    ({ arn }) => arn,
    () => '',
    stored,
  );
}
