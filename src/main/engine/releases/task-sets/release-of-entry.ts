import type { Deployment } from '../../../../shared/model/deployment.ts';
import type { JournalEntry } from '../../../../shared/model/journal.ts';
import { revisionNameOf } from '../../aws/arns.ts';

/** What the journal knows of a release with task sets: ECS keeps no history of them. */
export function releaseMembers(
  { at, settledAt, base, why, callerIdentity, taskDefinitionArn: registered }: JournalEntry,
  taskDefinitionArn = registered,
): Omit<Deployment, 'arn' | 'id' | 'status' | 'outcome'> {
  return {
    createdAt: at,
    startedAt: at,
    ...(settledAt === undefined
      ? {}
      : { finishedAt: settledAt, durationMs: Math.max(0, Date.parse(settledAt) - Date.parse(at)) }),
    ...(taskDefinitionArn === undefined
      ? {}
      : { taskDefinitionArn, revision: revisionNameOf(taskDefinitionArn) }),
    ...(base === undefined ? {} : { previousRevision: revisionNameOf(base) }),
    images: [],
    isRollbackTarget: false,
    ...(why === undefined ? {} : { why }),
    ...(callerIdentity === undefined ? {} : { callerIdentity }),
  };
}
