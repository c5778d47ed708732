import { cleanup, screen, waitFor, within } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { afterEach, describe, expect, it } from 'vitest';
import { SlipwayError } from '../../../../shared/errors.ts';
import { type Answers, renderWithEngine } from '../plan/engine.fixture.tsx';
import { RevisionTimeline } from './revision-timeline.tsx';
import { anEntry } from './timeline.fixture.ts';

afterEach(cleanup);

const ENTRIES = [
  { ...anEntry(41), running: true },
  anEntry(40, {
    change: 'same-software',
    before: { image: 'acme/web:1.8.3' },
    after: { image: 'acme/web:rc' },
  }),
  anEntry(39, { change: 'tag-moved' }),
];

function show(answers: Answers = { 'revisions.list': () => ENTRIES }) {
  const view = <RevisionTimeline scope={{ account: 'sandbox', region: 'us-east-1' }} family="web" />;
  return { ...renderWithEngine(view, answers), user: userEvent.setup() };
}

describe('a timeline of revisions', () => {
  it('says in words how the software of each compares with the one before', async () => {
    show();
    const [first, second, third] = await screen.findAllByRole('listitem');
    expect(first?.textContent).toContain('running');
    expect(second?.textContent).toContain('same software');
    expect(third?.textContent).toContain('tag moved');
  });

  it('compares any two, the older one as the one before', async () => {
    const { user, location } = show();
    await user.click(await screen.findByRole('checkbox', { name: 'Choose web:41' }));
    await user.click(screen.getByRole('checkbox', { name: 'Choose web:39' }));
    await user.click(screen.getByRole('button', { name: 'Compare' }));
    await waitFor(() => expect(decodeURIComponent(location())).toContain('before=web:39&after=web:41'));
  });

  it('compares one with the revision before it', async () => {
    const { user, location } = show();
    await user.click(await screen.findByRole('button', { name: 'Compare web:40 with web:39' }));
    await waitFor(() => expect(decodeURIComponent(location())).toContain('before=web:39&after=web:40'));
    expect(screen.queryByRole('button', { name: /Compare web:39 with/ })).toBeNull();
  });

  it('shows what has come so far, and how much is still to come', async () => {
    show({
      'revisions.list': (_, { emit }) => {
        emit({ kind: 'count', count: 3 });
        emit({ kind: 'entries', entries: ENTRIES.slice(0, 1) });
        return new Promise(() => undefined);
      },
    });
    expect(await screen.findByText('Read 1 of 3')).toBeTruthy();
    expect(within(screen.getByRole('list')).getAllByRole('listitem')).toHaveLength(1);
  });

  it('says why it could not be read, in its place', async () => {
    show({
      'revisions.list': () => {
        throw new SlipwayError('THROTTLED', 'AWS has throttled the reads of web. Try again in a minute.');
      },
    });
    expect((await screen.findByRole('alert')).textContent).toContain('throttled');
    expect(screen.getByRole('button', { name: 'Try again' })).toBeTruthy();
  });
});
