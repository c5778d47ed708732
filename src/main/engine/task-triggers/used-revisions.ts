import { DescribeTaskDefinitionCommand, type ECSClient } from '@aws-sdk/client-ecs';
import { eachOfFew } from '../ecs/batches.ts';
import { type NamedTaskDefinition, namedTaskDefinition, type TaskTrigger } from './task-trigger.ts';
import { unlessGone } from './unless-missing.ts';

/** A revision that something can start tasks of. */
export interface StartedRevision {
  readonly taskDefinitionArn: string;
  /** `the schedule nightly-report runs it`. */
  readonly reason: string;
  /** `the schedule nightly-report`. */
  readonly source: string;
  /** It starts nothing until it is enabled. */
  readonly isDisabled: boolean;
}

interface Read {
  readonly ecs: ECSClient;
  readonly signal: AbortSignal;
}

/**
 * The revisions that task triggers use now, of some families or of all. Who names a family alone means its newest ACTIVE
 * revision, which is asked of ECS each time (DescribeTaskDefinition). A name that no revision has starts nothing.
 */
export async function usedRevisions(
  read: Read,
  taskTriggers: readonly TaskTrigger[],
  families: readonly string[] | undefined,
): Promise<readonly StartedRevision[]> {
  const concerned = taskTriggers.flatMap((taskTrigger) => {
    const named = namedTaskDefinition(taskTrigger.taskDefinition);
    const isWanted = named !== undefined && (families?.includes(named.family) ?? true);
    return isWanted ? [{ taskTrigger, named }] : [];
  });
  const byName = Map.groupBy(concerned, ({ taskTrigger }) => taskTrigger.taskDefinition);
  const perName = await eachOfFew([...byName], async ([name, ofName]) => {
    const arn = await arnOf(read, name, ofName[0]?.named);
    if (arn === undefined) return [];
    return ofName.map(({ taskTrigger, named }) => ({
      taskDefinitionArn: arn,
      reason: reasonOf(taskTrigger, named),
      source: taskTrigger.source,
      isDisabled: taskTrigger.isDisabled,
    }));
  });
  return perName.flat();
}

async function arnOf(
  { ecs, signal }: Read,
  name: string,
  named: NamedTaskDefinition | undefined,
): Promise<string | undefined> {
  if (named?.isArn === true && named.revision !== undefined) return name;
  const command = new DescribeTaskDefinitionCommand({ taskDefinition: name });
  const found = await unlessGone(() => ecs.send(command, { abortSignal: signal }));
  return found?.taskDefinition?.taskDefinitionArn;
}

function reasonOf({ source, isDisabled }: TaskTrigger, { revision }: NamedTaskDefinition): string {
  const what = revision === undefined ? 'the newest of its family' : 'it';
  return isDisabled ? `${source} would run ${what} if it were enabled` : `${source} runs ${what}`;
}
