import type { GetScheduleCommandOutput, ScheduleGroupSummary } from '@aws-sdk/client-scheduler';
import { createTable, KEEPS_NOTHING, type StoredTable, type Table } from '../../storage/table.ts';

export type Schedule = Omit<GetScheduleCommandOutput, '$metadata'> & {
  readonly Name: string;
  readonly GroupName: string;
};

/** A group that was made; the default one is always there. */
export type ScheduleGroup = ScheduleGroupSummary & { readonly Name: string };

/** The schedules of a region. */
export interface Schedules {
  readonly groups: Table<ScheduleGroup>;
  /** By `group/name`, grouped by their group. */
  readonly schedules: Table<Schedule>;
}

export function createSchedules(stored: (table: string) => StoredTable = () => KEEPS_NOTHING): Schedules {
  return {
    groups: createTable<ScheduleGroup>(
      ({ Name }) => Name,
      () => '',
      stored('schedule-groups'),
    ),
    schedules: createTable<Schedule>(
      ({ GroupName, Name }) => scheduleKey(GroupName, Name),
      ({ GroupName }) => GroupName,
      stored('schedules'),
    ),
  };
}

export function scheduleKey(group: string, name: string): string {
  return `${group}/${name}`;
}
