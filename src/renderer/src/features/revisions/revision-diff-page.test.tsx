import { cleanup, screen, within } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { SlipwayError } from '../../../../shared/errors.ts';
import type { RevisionDiff } from '../../../../shared/model/revision.ts';
import { type Answers, renderWithEngine } from '../plan/engine.fixture.tsx';
import { RevisionDiffPage } from './revision-diff-page.tsx';
import { anEntry } from './timeline.fixture.ts';

afterEach(cleanup);

const DIFF: RevisionDiff = {
  before: anEntry(40).revision,
  after: anEntry(41).revision,
  images: [
    {
      container: 'app',
      change: 'tag-moved',
      before: { image: 'acme/web:1.8.3', digest: `sha256:9f2c41ab${'0'.repeat(56)}` },
      after: { image: 'acme/web:1.8.3', digest: `sha256:c07d5e13${'0'.repeat(56)}` },
    },
  ],
  differences: [
    { container: 'proxy', subject: 'port', name: '8080', kind: 'added', after: '8080/tcp' },
    { subject: 'cpu', name: '', kind: 'changed', before: '256', after: '512' },
    { container: 'proxy', subject: 'environment', name: 'MODE', kind: 'changed', before: '', after: 'fast' },
  ],
  unchanged: 47,
  beforeJson: '{}',
  afterJson: '{}',
};

function show(answers: Answers) {
  const scope = { account: 'sandbox', region: 'us-east-1' };
  renderWithEngine(<RevisionDiffPage scope={scope} before="web:40" after="web:41" />, answers);
}

describe('a comparison of two revisions', () => {
  it('says that a tag has moved, with the digests of both sides', async () => {
    show({ 'revisions.diff': () => DIFF });
    const images = await screen.findByRole('region', { name: 'Images' });
    expect(images.textContent).toContain('tag moved');
    expect(images.textContent).toContain('9f2c41ab → c07d5e13');
  });

  it('puts the other differences together by container, the task as a whole first', async () => {
    show({ 'revisions.diff': () => DIFF });
    const others = await screen.findByRole('region', { name: 'Everything else' });
    const headings = within(others).getAllByRole('heading', { level: 3 });
    expect(headings.map(({ textContent }) => textContent)).toEqual(['The task', 'proxy']);
    expect(others.textContent).toContain('47 members unchanged');
    expect(others.textContent).toContain('MODE = empty');
  });

  it('says why two revisions cannot be compared', async () => {
    show({
      'revisions.diff': () => {
        throw new SlipwayError('NOT_FOUND', 'There is no revision web:40 any more.');
      },
    });
    expect((await screen.findByRole('alert')).textContent).toContain('no revision web:40');
  });
});
