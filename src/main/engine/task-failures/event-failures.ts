import type { FailureGroup } from '../../../shared/model/deployment.ts';
import type { ServiceEvent } from '../../../shared/model/service.ts';
import { type Normalized, normalize } from './failure-meanings.ts';

/** Events that say that a task could not even be made. What fails later shows at the stopped task. */
const NO_TASK =
  /unable to place a task|unable to (?:stop or start|start or stop) tasks during a deployment|failed to launch a task|unable to assume the role/i;

/**
 * Failures that leave no stopped task behind, only an event of the service: no capacity, percentages that
 * allow no replacement, or a role that is missing.
 */
export function eventFailures(events: readonly ServiceEvent[]): readonly FailureGroup[] {
  const groups = new Map<string, FailureGroup>();
  for (const { at, message } of events) {
    const meaning = NO_TASK.test(message) ? normalize(message) : undefined;
    if (meaning !== undefined)
      groups.set(meaning.kind, withEvent(groups.get(meaning.kind), meaning, at, message));
  }
  return [...groups.values()];
}

function withEvent(
  group: FailureGroup | undefined,
  { kind, cause }: Normalized,
  at: string,
  reason: string,
): FailureGroup {
  if (group === undefined) return { kind, cause, times: 1, firstAt: at, lastAt: at, reason };
  const { firstAt = at, lastAt = at } = group;
  return {
    ...group,
    times: group.times + 1,
    firstAt: at < firstAt ? at : firstAt,
    lastAt: at > lastAt ? at : lastAt,
  };
}
