import type { Service } from '@aws-sdk/client-ecs';
import { pause, withRetry } from '../../aws/retry.ts';
import { taskSetsOf } from '../../ecs/service-task-sets.ts';
import type { Execution } from '../execution/execution.ts';
import { readAnyService } from '../model/service-reading.ts';

/** A call may still arrive after the first poll. */
const ATTEMPTS = 3;

/** The ARN of the set that a release has created, of those of a service: its external id is that of the entry. */
export function createdSetOf(service: Service, entry: string): string | undefined {
  return taskSetsOf(service).find(({ externalId }) => externalId === entry)?.taskSetArn;
}

/** The same, asked of ECS a few times. Throws NOT_FOUND when the service is gone. */
export async function findCreatedSet({
  ecs,
  plan,
  entry,
  signal,
}: Pick<Execution, 'ecs' | 'plan' | 'entry' | 'signal'>): Promise<string | undefined> {
  for (let attempt = 1; ; attempt += 1) {
    const service = await withRetry(signal, () => readAnyService(ecs, plan.service, signal));
    const created = createdSetOf(service, entry);
    if (created !== undefined || attempt === ATTEMPTS) return created;
    await pause(attempt + 1, signal);
  }
}
