import { cleanup, fireEvent, screen, waitFor } from '@testing-library/react';
import { useState } from 'react';
import { afterEach, describe, expect, it } from 'vitest';
import type { Input } from '../../../../shared/contract.ts';
import type { SearchResult } from '../../../../shared/model/search.ts';
import { type Answers, renderWithEngine } from '../../testing/engine.tsx';
import { ServiceFields } from './service-fields.tsx';
import { draftOf, type SideDraft, sideOf } from './side-draft.ts';

afterEach(cleanup);

const SCOPE = { account: 'sandbox', region: 'us-east-1' };

const service = (cluster: string, region = 'us-east-1', account = 'sandbox'): SearchResult => ({
  kind: 'service',
  account,
  region,
  cluster,
  service: 'billing-web',
  readAt: '2026-11-28T10:00:00.000Z',
});

/** The fields with the draft that they change. */
function Fields({ onDraft }: { readonly onDraft: (draft: SideDraft) => void }) {
  const [draft, setDraft] = useState(draftOf(undefined, SCOPE, 'service'));
  const change = (next: SideDraft): void => {
    onDraft(next);
    setDraft(next);
  };
  return <ServiceFields draft={draft} onChange={change} />;
}

function show(answers: Answers, onDraft: (draft: SideDraft) => void = () => undefined) {
  renderWithEngine(<Fields onDraft={onDraft} />, {
    'accounts.list': () => ({ accounts: [] }),
    'clusters.list': () => [],
    'search.refresh': () => [],
    ...answers,
  });
  return screen.getByRole<HTMLInputElement>('combobox', { name: 'Service' });
}

const labels = (): readonly (string | null)[] =>
  screen.getAllByRole('option').map(({ textContent }) => textContent);

describe('the service of a comparison', () => {
  it('is found in clusters of every account, told apart by its place, and fills in the whole place', async () => {
    const asked: Input<'search.find'>[] = [];
    const drafts: SideDraft[] = [];
    const field = show(
      {
        'search.find': (input) => {
          asked.push(input as Input<'search.find'>);
          const results = [service('eu'), service('us', 'us-west-2'), service('eu', 'us-east-1', 'second')];
          return { results, totals: [{ kind: 'service', total: 3 }] };
        },
      },
      (draft) => drafts.push(draft),
    );
    fireEvent.click(field);
    fireEvent.change(field, { target: { value: 'billing' } });
    await waitFor(() =>
      expect(labels()).toEqual([
        'billing-web eu, us-east-1, sandbox',
        'billing-web us, us-west-2, sandbox',
        'billing-web eu, us-east-1, second',
      ]),
    );
    await waitFor(() => expect(asked.at(-1)).toMatchObject({ text: 'billing', kinds: ['service'] }));

    fireEvent.click(screen.getByRole('option', { name: /us-west-2/ }));
    expect(field.value).toBe('billing-web');
    expect(drafts.map(sideOf).at(-1)).toEqual({
      kind: 'service',
      account: 'sandbox',
      region: 'us-west-2',
      cluster: 'us',
      service: 'billing-web',
    });
    // Whoever opens the list again wants to see the others.
    await waitFor(() => expect(asked.at(-1)?.text).toBe(''));
  });

  it('can be typed when search does not find it', async () => {
    const drafts: SideDraft[] = [];
    const field = show({ 'search.find': () => ({ results: [], totals: [] }) }, (draft) => drafts.push(draft));
    fireEvent.change(screen.getByRole('combobox', { name: 'Cluster' }), { target: { value: 'main' } });
    fireEvent.change(field, { target: { value: ' web ' } });
    expect(drafts.map(sideOf).at(-1)).toMatchObject({ cluster: 'main', service: 'web' });
  });

  it('says why the names of its account were not read', async () => {
    show({
      'search.find': () => ({ results: [], totals: [] }),
      'search.refresh': (_input, { emit }) => {
        const place = {
          ...SCOPE,
          state: 'failed',
          problem: 'The login has expired. Sign in again.',
        } as const;
        emit(place);
        return [place];
      },
    });
    expect(await screen.findByText('The login has expired. Sign in again.')).toBeDefined();
  });
});
