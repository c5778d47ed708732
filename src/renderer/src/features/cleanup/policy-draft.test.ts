import { expect, it } from 'vitest';
import { draftOf, keepsTheSame, policyOf } from './policy-draft.ts';

const SAVED = {
  keepNewest: 5,
  keepDays: 30,
  keepWorked: 2,
  keepTagged: { key: 'schedule', value: 'at=noon' },
  deletePermanently: true,
};

it('the cleanup policy survives the form, except that permanent deletion is chosen again each time', () => {
  const draft = draftOf(SAVED);
  expect(draft.tag).toBe('schedule=at=noon');
  const policy = policyOf(draft);
  expect(policy).toEqual({ ...SAVED, deletePermanently: false });
  expect(policy && keepsTheSame(policy, SAVED)).toBe(true);
});

it('takes a key without a value, and no tag at all', () => {
  expect(policyOf({ ...draftOf(SAVED), tag: ' keep ' })?.keepTagged).toEqual({ key: 'keep' });
  expect(policyOf({ ...draftOf(SAVED), tag: '' })).not.toHaveProperty('keepTagged');
});

it('is no policy while a number is missing', () => {
  expect(policyOf({ ...draftOf(undefined), keepDays: '' })).toBeUndefined();
});
