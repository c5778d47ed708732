import type { RegisterTaskDefinitionRequest } from '@aws-sdk/client-ecs';
import { describe, expect, it } from 'vitest';
import { withNotes, withoutNotes } from './revision-tags.ts';

const CONTENT = { family: 'web', containerDefinitions: [] };
const tagsOf = (content: RegisterTaskDefinitionRequest) =>
  Object.fromEntries((content.tags ?? []).map(({ key = '', value = '' }) => [key, value]));

describe('the tags of a revision', () => {
  it('keep the revision’s own tags, and drop the notes of the previous release and tags reserved by AWS', () => {
    const tags = [
      { key: 'team', value: '' },
      { key: 'slipway:why', value: 'an earlier reason' },
      { key: 'aws:cloudformation:stack-name', value: 'shop' },
    ];
    expect(tagsOf(withNotes({ ...CONTENT, tags }, { callerIdentity: 'user/ana' }))).toEqual({
      team: '',
      'slipway:who': 'user/ana',
    });
    expect(withoutNotes({ ...CONTENT, tags: tags.slice(1) })).toEqual(CONTENT);
  });

  it('contain only characters that AWS allows, at most 256', () => {
    const why = `fix #12 (rounding); ${'ü'.repeat(300)}`;
    const { 'slipway:why': value = '' } = tagsOf(withNotes(CONTENT, { why }));
    expect(value).toMatch(/^fix 12 rounding ü+\.\.\.$/);
    expect(value).toHaveLength(256);
  });

  it('contain a link unchanged or not at all', () => {
    expect(tagsOf(withNotes(CONTENT, { link: 'https://acme.test/issues/12' }))).toEqual({
      'slipway:link': 'https://acme.test/issues/12',
    });
    expect(withNotes(CONTENT, { link: 'https://acme.test/?issue=12&x' })).toEqual(CONTENT);
  });

  it('are at most 50; notes are dropped first', () => {
    const tags = Array.from({ length: 49 }, (_, index) => ({ key: `tag-${index}`, value: '' }));
    const noted = withNotes(
      { ...CONTENT, tags },
      { why: 'a reason', commit: '4be91d7', callerIdentity: 'ana' },
    );
    expect(noted.tags).toHaveLength(50);
    expect(tagsOf(noted)).toMatchObject({ 'tag-48': '', 'slipway:why': 'a reason' });
  });
});
