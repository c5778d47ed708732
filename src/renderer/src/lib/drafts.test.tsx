import { expect, it } from 'vitest';
import { discardDraft, discardSentDrafts, keepDraft, keptDraft, markDraftSent } from './drafts.ts';

const PLAN = '7ff1b9ec-2a06-4b9b-9a51-62ad2a3c3b0e';

it('a draft that a plan sends is kept until AWS has accepted the plan', () => {
  keepDraft('deploy.web', { image: '1.9.0' });
  markDraftSent('deploy.web', PLAN);
  expect(keptDraft('deploy.web')?.content).toEqual({ image: '1.9.0' });
  discardSentDrafts(new Set(['another plan']));
  expect(keptDraft('deploy.web')).toBeDefined();
  discardSentDrafts(new Set([PLAN]));
  expect(keptDraft('deploy.web')).toBeUndefined();
});

it('a draft that was changed after it was sent is kept when AWS accepts what was sent', () => {
  keepDraft('deploy.web', { image: '1.9.0' });
  markDraftSent('deploy.web', PLAN);
  keepDraft('deploy.web', { image: '1.9.1' });
  discardSentDrafts(new Set([PLAN]));
  expect(keptDraft('deploy.web')?.content).toEqual({ image: '1.9.1' });
});

it('a draft that is not there is not made by sending it', () => {
  markDraftSent('deploy.web', PLAN);
  expect(keptDraft('deploy.web')).toBeUndefined();
  discardDraft('deploy.web');
});
