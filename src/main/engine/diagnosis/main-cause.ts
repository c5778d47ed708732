import type { ServiceDeployment } from '@aws-sdk/client-ecs';
import type { FailureGroup, FailureKind, LifecycleHook } from '../../../shared/model/deployment.ts';
import { mainFailure } from '../task-failures/failure-groups.ts';

/** What made a deployment fail: the beginning of its sentence. */
export interface MainCause {
  readonly kind: FailureKind;
  /** Without a full stop: `web exited with code 1 (3 times)`. */
  readonly words: string;
}

interface Seen {
  readonly current: ServiceDeployment;
  readonly failures: readonly FailureGroup[];
  readonly hooks: readonly LifecycleHook[];
  /** What was seen of it when the tasks were still there, as a sentence. */
  readonly known?: string;
}

/**
 * The cause of a failure, undefined when nothing says that anything went wrong. What ECS itself says it acted on goes
 * first: an alarm that went off, then the tasks, as they are or as they were once seen, then a hook, then ECS's own
 * messages.
 */
export function mainCause({ current, failures, hooks, known }: Seen): MainCause | undefined {
  if (current.alarms?.status === 'TRIGGERED') return ofAlarms(current.alarms.triggeredAlarmNames ?? []);
  const [failure] = failures;
  const words = mainFailure(failures);
  if (failure !== undefined && words !== undefined) return { kind: failure.kind ?? 'other', words };
  if (known !== undefined) return { kind: 'other', words: withoutStop(known) };
  const hook = hooks.find(({ status }) => status === 'FAILED' || status === 'TIMED_OUT');
  const said = current.rollback?.reason ?? current.statusReason;
  if (said !== undefined && BY_REQUEST.test(said)) return { kind: 'stopped', words: withoutStop(said) };
  if (hook !== undefined && current.rollback !== undefined) return ofHook(hook);
  return said === undefined ? undefined : { kind: 'other', words: withoutStop(said) };
}

/** Messages of ECS when a person, or a tool for them, wanted the deployment to end. */
const BY_REQUEST = /StopServiceDeployment|ContinueServiceDeployment|requested by|deletion of the service/i;

function ofAlarms(names: readonly string[]): MainCause {
  if (names.length === 0) return { kind: 'alarm', words: 'An alarm went off' };
  const list = new Intl.ListFormat('en').format(names);
  return { kind: 'alarm', words: `The alarm${names.length === 1 ? '' : 's'} ${list} went off` };
}

function ofHook({ functionName, status, target }: LifecycleHook): MainCause {
  if (target === 'PAUSE') {
    return {
      kind: 'hook',
      words:
        status === 'TIMED_OUT'
          ? 'The deployment hook timed out without an answer'
          : 'The deployment hook was answered with a rollback',
    };
  }
  const name = functionName === undefined ? '' : ` ${functionName}`;
  return {
    kind: 'hook',
    words: `The lifecycle hook${name} ${status === 'TIMED_OUT' ? 'gave no answer in time' : 'failed'}`,
  };
}

function withoutStop(text: string): string {
  return text.replace(/\.\s*$/, '');
}
