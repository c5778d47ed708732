import { cleanup, screen, waitFor, within } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { afterEach, describe, expect, it } from 'vitest';
import { SlipwayError } from '../../../../shared/errors.ts';
import type { Comparison } from '../../../../shared/model/revision.ts';
import { type Answers, renderWithEngine } from '../../testing/engine.tsx';
import { anEntry } from '../../testing/timeline.ts';
import { RevisionDiffPage } from './revision-diff-page.tsx';

afterEach(cleanup);

const DIFF: Comparison = {
  titles: { before: 'web:40', after: 'web:41' },
  findings: [],
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

function show(answers: Answers, after = 'web:41') {
  const scope = { account: 'sandbox', region: 'us-east-1' };
  const view = <RevisionDiffPage scope={scope} before="web:40" after={after} />;
  return { ...renderWithEngine(view, answers), user: userEvent.setup() };
}

describe('a comparison of two revisions', () => {
  it('says that a tag has moved, with the digests of both sides', async () => {
    show({ 'revisions.compare': () => DIFF });
    const images = await screen.findByRole('region', { name: 'Images' });
    expect(images.textContent).toContain('tag moved');
    expect(images.textContent).toContain('9f2c41ab → c07d5e13');
  });

  it('puts the other differences together by container, the task as a whole first', async () => {
    show({ 'revisions.compare': () => DIFF });
    const others = await screen.findByRole('region', { name: 'Other changes' });
    const headings = within(others).getAllByRole('heading', { level: 3 });
    expect(headings.map(({ textContent }) => textContent)).toEqual(['Task', 'proxy']);
    expect(others.textContent).toContain('47 settings unchanged');
    expect(others.textContent).toContain('MODE = empty');
  });

  it('says why two revisions cannot be compared', async () => {
    show({
      'revisions.compare': () => {
        throw new SlipwayError('NOT_FOUND', 'There is no revision web:40 any more.');
      },
    });
    expect((await screen.findByRole('alert')).textContent).toContain('no revision web:40');
  });

  it('swaps the sides', async () => {
    const { user, location } = show({ 'revisions.compare': () => DIFF });
    await user.click(await screen.findByRole('button', { name: 'Swap sides' }));
    await waitFor(() => expect(decodeURIComponent(location())).toContain('before=web:41&after=web:40'));
  });

  it('has the service where both sides are of one, and the findings of the scans', async () => {
    const finding = { name: 'CVE-2026-1', severity: 'HIGH', component: 'zlib' };
    const whole: Comparison = {
      ...DIFF,
      service: {
        differences: [{ subject: 'network', name: 'subnets', kind: 'changed', before: 'a', after: 'b' }],
        unchanged: 3,
      },
      findings: [{ container: 'app', came: [finding], went: [], same: 2 }],
    };
    show({ 'revisions.compare': () => whole }, 'service:main/web');
    expect((await screen.findByRole('region', { name: 'Service' })).textContent).toContain('subnets');
    const findings = screen.getByRole('region', { name: 'Scan findings' });
    expect(findings.textContent).toContain('1 new, 0 resolved, 2 unchanged');
    expect(findings.textContent).toContain('CVE-2026-1');
  });

  it('asks what to compare when a side is missing', async () => {
    const { user, location } = show(
      { 'accounts.list': () => ({ accounts: [] }), 'families.list': () => [] },
      '',
    );
    const [, after] = await screen.findAllByRole('group');
    if (!after) throw new Error('There is no second side.');
    await user.type(within(after).getByLabelText('Revision (family:number)', { selector: 'input' }), 'api:7');
    await user.click(screen.getByRole('button', { name: 'Compare' }));
    await waitFor(() => expect(decodeURIComponent(location())).toContain('before=web:40&after=api:7'));
  });
});
