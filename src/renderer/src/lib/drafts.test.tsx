import { act, renderHook } from '@testing-library/react';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { discardDraft, discardSentDrafts, keepDraft, keptDraft, markDraftSent } from './drafts.ts';
import { linesWithoutSecrets, useDraft } from './use-draft.ts';

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

it('what is typed into a form is there when it is opened again, without secrets, until it is sent or as it was', () => {
  const draft = { key: 'hold.web', shape: z.string(), initial: '', stored: linesWithoutSecrets };
  const typed = renderHook(() => useDraft(draft));
  act(() => typed.result.current[1]('MODE=fast\nDB_PASSWORD=swordfish'));
  expect(typed.result.current[0]).toBe('MODE=fast\nDB_PASSWORD=swordfish');
  typed.unmount();
  const again = renderHook(() => useDraft(draft));
  expect(again.result.current[0]).toBe('MODE=fast');
  act(() => again.result.current[2]());
  expect(again.result.current[0]).toBe('MODE=fast');
  expect(keptDraft('hold.web')).toBeUndefined();
  act(() => again.result.current[1]('other'));
  act(() => again.result.current[1](''));
  expect(keptDraft('hold.web')).toBeUndefined();
});

it('a kept draft of another form is not shown', () => {
  keepDraft('hold.web', { of: 'another version' });
  const { result } = renderHook(() => useDraft({ key: 'hold.web', shape: z.string(), initial: 'none' }));
  expect(result.current[0]).toBe('none');
  discardDraft('hold.web');
});
