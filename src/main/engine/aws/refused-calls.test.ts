import { describe, expect, it } from 'vitest';
import { createRefusedCalls } from './refused-calls.ts';

const SENTENCE =
  'User: arn:aws:iam::123456789012:user/ana is not authorized to perform: ecs:UpdateService on resource: arn:aws:ecs:us-east-1:123456789012:service/tools/web with an explicit deny';
const CALL = { operation: 'UpdateService', target: 'tools/web', accessKeyId: 'AKIAONE' };

function refusals() {
  let now = 0;
  const calls = createRefusedCalls({ now: () => new Date(now) });
  return { calls, later: (minutes: number) => (now += minutes * 60_000) };
}

describe('refused calls', () => {
  it('are those of the last 15 minutes', () => {
    const { calls, later } = refusals();
    calls.add(SENTENCE, CALL);
    expect(calls.list('AKIAONE')).toMatchObject([{ action: 'ecs:UpdateService', target: 'tools/web' }]);
    later(15);
    expect(calls.list('AKIAONE')).toEqual([]);
  });

  it('of other credentials are left out', () => {
    const { calls } = refusals();
    calls.add(SENTENCE, CALL);
    expect(calls.list('AKIATWO')).toEqual([]);
  });

  it('are forgotten by a call that works, and only those of the same target', () => {
    const { calls } = refusals();
    calls.add(SENTENCE, CALL);
    calls.forget({ ...CALL, target: 'tools/api' });
    expect(calls.list('AKIAONE')).toHaveLength(1);
    calls.forget(CALL);
    expect(calls.list('AKIAONE')).toEqual([]);
  });

  it('need a sentence that names the action', () => {
    const { calls } = refusals();
    calls.add('Access denied.', CALL);
    expect(calls.list('AKIAONE')).toEqual([]);
  });
});
