import { describe, expect, it } from 'vitest';
import type { FailureGroup, LifecycleHook } from '../../../shared/model/deployment.ts';
import { mainCause } from './main-cause.ts';

const CRASH: FailureGroup = { kind: 'crashed', cause: 'exited with code 1', container: 'web', times: 3 };
const ROLLED_BACK = { reason: 'Service deployment rolled back because a lifecycle hook failed.' };

function causeOf(different: Partial<Parameters<typeof mainCause>[0]>) {
  return mainCause({ current: {}, failures: [], hooks: [], ...different });
}

function aHook(different: Partial<LifecycleHook>): LifecycleHook {
  return { id: 'h', target: 'AWS_LAMBDA', status: 'FAILED', waits: false, ...different };
}

describe('the main cause', () => {
  it('is the alarm that ECS acted on, even when tasks failed too', () => {
    const alarms = { status: 'TRIGGERED' as const, triggeredAlarmNames: ['web-5xx', 'web-slow'] };
    expect(causeOf({ current: { alarms }, failures: [CRASH] })).toEqual({
      kind: 'alarm',
      words: 'The alarms web-5xx and web-slow went off',
    });
  });

  it('is what most tasks failed with, before ECS’s own message', () => {
    const statusReason = 'Service deployment rolled back because the circuit breaker threshold was exceeded.';
    expect(causeOf({ current: { statusReason }, failures: [CRASH] })?.words).toBe(
      'web exited with code 1 (3 times)',
    );
  });

  it('is what was read of the tasks before ECS forgot them', () => {
    const statusReason = 'Service deployment rolled back because the circuit breaker threshold was exceeded.';
    expect(causeOf({ current: { statusReason }, known: 'web exited with code 1 (3 times).' })?.words).toBe(
      'web exited with code 1 (3 times)',
    );
  });

  it('is the hook that failed or was not answered', () => {
    const current = { rollback: ROLLED_BACK };
    expect(causeOf({ current, hooks: [aHook({ functionName: 'smoke-test' })] })?.words).toBe(
      'The lifecycle hook smoke-test failed',
    );
    const pause = aHook({ target: 'PAUSE', status: 'TIMED_OUT' });
    expect(causeOf({ current, hooks: [pause] })?.words).toBe(
      'The deployment hook timed out without an answer',
    );
  });

  it('is the person who stopped it', () => {
    const reason = 'Service deployment rolled back because of a StopServiceDeployment request.';
    expect(causeOf({ current: { rollback: { reason } } })?.kind).toBe('stopped');
  });

  it('is unknown while ECS gave no reason', () => {
    expect(causeOf({})).toBeUndefined();
  });
});
