import { describe, expect, it } from 'vitest';
import { familyNamesFolding, toggleChoice } from './family-names.ts';

const family = 'arn:aws:ecs:us-east-1:111111111111:task-definition/web:';
const { initial, event, output } = familyNamesFolding;

describe('the names of a family', () => {
  it('stand newest first, whatever their status and whenever they came', () => {
    const active = event(initial, { status: 'ACTIVE', family, numbers: [9, 8, 3] });
    const both = event(active, { status: 'INACTIVE', family, numbers: [7, 4] });
    expect(both.revisions.map(({ name, status }) => `${name} ${status}`)).toEqual([
      'web:9 ACTIVE',
      'web:8 ACTIVE',
      'web:7 INACTIVE',
      'web:4 INACTIVE',
      'web:3 ACTIVE',
    ]);
  });

  it('have lost what was deregistered once the whole answer is there', () => {
    const before = event(initial, { status: 'ACTIVE', family, numbers: [2, 1] });
    const listed = [
      { status: 'ACTIVE' as const, family, numbers: [2], listedAt: '2026-11-20T10:00:00.000Z' },
    ];
    const after = output(before, { listed });
    expect(after.revisions.map(({ number }) => number)).toEqual([2]);
    expect(after.listedAt).toBe('2026-11-20T10:00:00.000Z');
  });
});

describe('the choice of two revisions', () => {
  it('gives up the older choice for a third one, and a choice that is made again', () => {
    const two = toggleChoice(toggleChoice([], 'web:1'), 'web:2');
    expect(toggleChoice(two, 'web:3')).toEqual(['web:2', 'web:3']);
    expect(toggleChoice(two, 'web:1')).toEqual(['web:2']);
  });
});
