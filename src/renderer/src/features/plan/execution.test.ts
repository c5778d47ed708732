// @vitest-environment node
import { describe, expect, it } from 'vitest';
import { withStep } from './execution.ts';

const at = '2026-11-20T16:00:00Z';

describe('the steps of an execution', () => {
  it('take the answer in place of what was sent', () => {
    const sent = withStep([], { operation: 'RegisterTaskDefinition', state: 'sent', at });
    const done = withStep(sent, { operation: 'RegisterTaskDefinition', state: 'done', at, result: 'web:42' });
    expect(done).toEqual([{ operation: 'RegisterTaskDefinition', state: 'done', at, result: 'web:42' }]);
  });

  it('keep a call that is sent again apart from the one that failed', () => {
    const failed = withStep([], { operation: 'UpdateService', state: 'failed', at });
    const again = withStep(failed, { operation: 'UpdateService', state: 'sent', at });
    expect(again.map(({ state }) => state)).toEqual(['failed', 'sent']);
  });
});
