import type { Scope } from '../../../shared/model/account.ts';
import type { CleanupProgress } from '../../../shared/model/cleanup.ts';
import type { Aws, Priority } from '../aws/aws.ts';
import {
  type KnownTaskTriggers,
  noTaskTriggersKnown,
  readTaskTriggers,
  TASK_TRIGGER_SERVICES,
} from '../task-triggers/read-task-triggers.ts';
import { joined, type UnknownTaskTrigger } from '../task-triggers/task-trigger.ts';
import { type StartedRevision, usedRevisions } from '../task-triggers/used-revisions.ts';
import { countClusters, type KnownClusters, mayHaveDaemons } from './known-clusters.ts';
import { listClusters } from './list-clusters.ts';
import { readDaemonUse } from './read-daemons.ts';
import { readPart } from './read-part.ts';
import {
  type KnownTargets,
  type KnownTasks,
  readUse,
  type TouchedClusters,
  type UseWanted,
} from './read-use.ts';
import { graphOfUse, type UseGraph } from './use-graph.ts';

/** What was read before and tells when it has changed, so that looking again before each batch costs few calls. */
export interface KnownUse {
  readonly targets: KnownTargets;
  readonly tasks: KnownTasks;
  readonly taskTriggers: KnownTaskTriggers;
  /** Of previews only: what deletes reads every list again. */
  readonly clusters: KnownClusters | undefined;
}

export function noUseKnown(): KnownUse {
  return { targets: new Map(), tasks: new Map(), taskTriggers: noTaskTriggersKnown(), clusters: undefined };
}

interface Read {
  readonly aws: Pick<Aws, 'ecs' | 'eventRules' | 'schedules' | 'stateMachines'>;
  readonly scope: Scope;
  readonly priority: Priority;
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: CleanupProgress) => void;
}

/** Who uses what, and who may use anything. */
export interface AllUse extends TouchedClusters {
  readonly uses: UseGraph;
  /** They name their task definition only when they run: a person has to look at each. */
  readonly unknown: readonly UnknownTaskTrigger[];
}

/**
 * Everything that may use revisions of the families: ECS itself with its managed daemons, and what starts tasks by itself. Throws when any
 * part cannot be read, naming the part.
 */
export async function readAllUse(read: Read, wanted: UseWanted, known: KnownUse): Promise<AllUse> {
  const { aws, scope, priority, signal, onProgress } = read;
  const ecs = aws.ecs(scope, priority);
  const arns = await readPart('the list of clusters', () => listClusters({ ecs, signal }));
  const counted = await readPart('the counts of clusters', () =>
    countClusters({ ecs, signal }, arns, known.clusters),
  );
  const withDaemons = arns.filter((arn) => {
    const cluster = counted.get(arn);
    return cluster === undefined || mayHaveDaemons(cluster);
  });
  // Side by side: they draw on different buckets.
  const [reading, { started, unknown }, daemons] = await Promise.all([
    readUse({ ecs, signal, onProgress }, wanted, known, { arns, counted }),
    readStarted(read, wanted, known.taskTriggers),
    readDaemonUse({ ecs, signal }, wanted.keepWorked, withDaemons),
  ]);
  return { uses: graphOfUse(reading, started, daemons), unknown, clusters: reading.clusters };
}

async function readStarted(
  read: Read,
  { families }: UseWanted,
  known: KnownTaskTriggers,
): Promise<{
  readonly started: readonly StartedRevision[];
  readonly unknown: readonly UnknownTaskTrigger[];
}> {
  const { aws, scope, priority, signal } = read;
  const readings = await Promise.all(
    TASK_TRIGGER_SERVICES.map((service) =>
      readPart(service, () => readTaskTriggers(read, service, known, signal)),
    ),
  );
  const { taskTriggers, unknown } = joined(readings);
  const started = await readPart('the newest revisions of families named by schedules', () =>
    usedRevisions({ ecs: aws.ecs(scope, priority), signal }, taskTriggers, families),
  );
  return { started, unknown };
}
