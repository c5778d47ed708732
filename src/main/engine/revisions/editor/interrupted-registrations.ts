import {
  DescribeTaskDefinitionCommand,
  type ECSClient,
  ListTaskDefinitionsCommand,
  type TaskDefinition,
} from '@aws-sdk/client-ecs';
import type { JournalEntry } from '../../../../shared/model/journal.ts';
import type { Aws } from '../../aws/aws.ts';
import type { Journal } from '../../journal/journal.ts';
import type { Logger } from '../../ports/ports.ts';

interface RecoveryDependencies {
  readonly aws: Pick<Aws, 'ecs' | 'asksForCode'>;
  readonly journal: Pick<Journal, 'entries'>;
  readonly logger: Logger;
}

/** Nobody registers more revisions of a family in a moment. */
const NEWEST = 10;
/** The clocks of this machine and of AWS may differ by this much. */
const CLOCK_SKEW_MS = 2 * 60_000;
const ENDED = 'Slipway quit before this finished';

/**
 * Looks in AWS for the outcome of registrations by hand whose process was ended, in the background. What the task
 * definition said is not kept, so that the first revision that ECS has registered since is named as the likely one.
 */
export function recoverRegistrations(dependencies: RecoveryDependencies): void {
  const { aws, journal, logger } = dependencies;
  for (const entry of journal.entries.interrupted()) {
    const scope = { account: entry.account, region: entry.region };
    if (entry.kind !== 'register' || aws.asksForCode(scope) || !journal.entries.takeOver(entry.id)) continue;
    resolve(dependencies, aws.ecs(scope, 'background'), entry).catch((error: unknown) => {
      journal.entries.release(entry.id);
      logger.warn({ err: error, entry: entry.id }, 'The outcome of a registration is still unknown.');
    });
  }
}

async function resolve(
  { journal: { entries } }: RecoveryDependencies,
  ecs: ECSClient,
  { id, subject: family, at }: JournalEntry,
): Promise<void> {
  const registered = await firstSince(ecs, family, Date.parse(at) - CLOCK_SKEW_MS);
  const arn = registered?.taskDefinitionArn;
  if (arn === undefined) {
    entries.lastStepResolved(id, 'failed', "The request didn't reach ECS: the revision doesn't exist.");
    const sentence = `${ENDED}. No revision was registered; register it again.`;
    entries.update(id, { state: 'failed', sentence });
    return;
  }
  entries.lastStepResolved(id, 'done', arn);
  const sentence = `${ENDED}. ECS has registered ${family}:${registered?.revision} since, most likely by this request.`;
  entries.update(id, { state: 'done', taskDefinitionArn: arn, sentence });
}

async function firstSince(
  ecs: ECSClient,
  familyPrefix: string,
  since: number,
): Promise<TaskDefinition | undefined> {
  const list = new ListTaskDefinitionsCommand({ familyPrefix, sort: 'DESC', maxResults: NEWEST });
  const { taskDefinitionArns = [] } = await ecs.send(list);
  let first: TaskDefinition | undefined;
  for (const taskDefinition of taskDefinitionArns) {
    const described = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition }));
    if ((described.taskDefinition?.registeredAt?.getTime() ?? 0) < since) break;
    first = described.taskDefinition;
  }
  return first;
}
