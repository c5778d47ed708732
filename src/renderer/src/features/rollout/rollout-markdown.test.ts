import { describe, expect, it } from 'vitest';
import type { Rollout } from '../../../../shared/model/deployment.ts';
import { A_DIAGNOSIS } from '../../testing/diagnosis.ts';
import { rolloutMarkdown } from './rollout-markdown.ts';

const ROLLED_BACK: Rollout = {
  deployment: {
    arn: 'arn:aws:ecs:us-east-1:111111111111:service-deployment/main/web/abc',
    id: 'abc',
    status: 'ROLLBACK_SUCCESSFUL',
    outcome: 'rolled-back',
    revision: 'web:42',
    startedAt: '2026-01-02T15:47:00.000Z',
    callerIdentity: 'deployer',
    images: [],
    isRollbackTarget: false,
  },
  taskGroups: [],
  failures: [],
  events: [],
  sentence: A_DIAGNOSIS.sentence,
  diagnosis: A_DIAGNOSIS,
};

describe('a rollout as Markdown', () => {
  it('has the sentence, the stopped tasks, the last lines and the next steps', () => {
    const text = rolloutMarkdown(ROLLED_BACK);
    expect(text).toContain('### web:42: app exited with 137, out of memory at 512 MiB');
    expect(text).toContain('- Started: 2026-01-02T15:47:00.000Z by deployer');
    expect(text).toContain('| ran out of memory | app | 137 | 3 |  |');
    expect(text).toContain('```\nheap 498 MiB of 512 MiB\nKilled\n```');
    expect(text).toContain('Next steps: Raise the memory');
  });

  it('escapes markup in everything that AWS, people and containers write', () => {
    const { lastLines } = A_DIAGNOSIS;
    if (lastLines === undefined) throw new Error('The sample has last lines.');
    const hostile =
      '\n# Heading ![x](https://evil.example/x.png) <img src=x> | a | \\| b\n\n- item\n```\n\u202e';
    const diagnosis = {
      ...A_DIAGNOSIS,
      help: hostile,
      alarms: [hostile, '- nested', '1. first', '> quoted'],
      gaps: [hostile],
      targets: [{ targetGroup: 'g', target: hostile, state: hostile, reason: hostile }],
      stoppedTasks: [{ cause: hostile, container: hostile, times: 1 }],
      lastLines: { ...lastLines, container: hostile, taskId: hostile, lines: [{ text: hostile }] },
    };
    const deployment = {
      ...ROLLED_BACK.deployment,
      why: hostile,
      callerIdentity: hostile,
      status: hostile,
      arn: hostile,
    };
    const text = rolloutMarkdown({ ...ROLLED_BACK, sentence: hostile, deployment, diagnosis });
    const shape = (markdown: string) => markdown.split('\n').filter((line) => line !== '').length;
    const calm = rolloutMarkdown({
      ...ROLLED_BACK,
      deployment: { ...ROLLED_BACK.deployment, why: 'x' },
      diagnosis: {
        ...diagnosis,
        alarms: ['a', 'b', 'c', 'd'],
        lastLines: { ...lastLines, lines: [{ text: 'x' }] },
      },
    });
    expect(shape(text)).toBe(shape(calm));
    const withoutCode = text.replaceAll(/(`{4,})[^`].*?\1/gs, '');
    expect(withoutCode).not.toMatch(/(?<!\\)!?\[x\]\(|(?<!\\)<img|\u202e/);
    expect(text).toContain(String.raw`- \- nested`);
    expect(text).toContain(String.raw`- 1\. first`);
    expect(text).toContain(String.raw`- \> quoted`);
  });

  it('fences lines that have fences themselves', () => {
    const { lastLines } = A_DIAGNOSIS;
    if (lastLines === undefined) throw new Error('The sample has last lines.');
    const diagnosis = { ...A_DIAGNOSIS, lastLines: { ...lastLines, lines: [{ text: '```' }] } };
    expect(rolloutMarkdown({ ...ROLLED_BACK, diagnosis })).toContain('````\n```\n````');
  });
});
