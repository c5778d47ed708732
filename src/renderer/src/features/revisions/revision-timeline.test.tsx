import { cleanup, screen, waitFor, within } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { afterEach, describe, expect, it } from 'vitest';
import { SlipwayError } from '../../../../shared/errors.ts';
import { parseRevisionsSearch } from '../../lib/search.ts';
import { type Answers, renderAtAddress } from '../../testing/engine.tsx';
import { anEntry } from '../../testing/timeline.ts';
import { RevisionTimeline } from './revision-timeline.tsx';

afterEach(cleanup);

const ENTRIES = [
  { ...anEntry(41), running: true },
  anEntry(40, {
    change: 'same-image',
    before: { image: 'acme/web:1.8.3' },
    after: { image: 'acme/web:rc' },
  }),
  anEntry(39, { change: 'tag-moved' }),
];

const FAMILY = 'arn:aws:ecs:us-east-1:111111111111:task-definition/web:';
const LISTED = [
  { status: 'ACTIVE' as const, family: FAMILY, numbers: [41, 40, 39], listedAt: '2026-11-20T10:00:00.000Z' },
];
const NO_USE = {
  uses: [],
  unknown: [],
  notRead: [],
  readAt: '2026-11-20T10:00:00.000Z',
  notChecked: ['EventBridge Pipes'],
};
const ANSWERS: Answers = {
  'journal.list': () => ({ entries: [] }),
  'families.use': () => NO_USE,
  'revisions.names': () => ({ listed: LISTED }),
  'revisions.rows': ({ rows }) =>
    ENTRIES.filter(({ revision }) => rows.some((row) => row.revision === revision.arn)),
};

function show(answers: Answers = ANSWERS, address?: string) {
  const view = (search: Readonly<Record<string, unknown>>) => (
    <RevisionTimeline
      scope={{ account: 'sandbox', region: 'us-east-1' }}
      family="web"
      search={parseRevisionsSearch(search)}
    />
  );
  return { ...renderAtAddress(view, answers, address), user: userEvent.setup() };
}

describe('the revisions of a family', () => {
  it('show how the image of each differs from the one before', async () => {
    show();
    const [, second, third] = await screen.findAllByRole('listitem');
    await waitFor(() => expect(second?.textContent).toContain('same image'));
    expect(third?.textContent).toContain('tag moved');
  });

  it('leave the reason to the window when AWS cannot be reached', async () => {
    const message = "Couldn't reach AWS: connection refused.";
    const unreachable = new SlipwayError('UNAVAILABLE', message, { detail: { unreachable: 'network' } });
    show({
      ...ANSWERS,
      'families.use': () => ({ ...NO_USE, problem: message }),
      'revisions.rows': () => {
        throw unreachable;
      },
    });
    expect((await screen.findAllByText(/No connection to AWS\./)).length).toBeGreaterThan(0);
    await waitFor(() => expect(screen.queryByText(/Couldn't reach/)).toBeNull());
  });

  it('name what uses them, and what was not checked', async () => {
    const arn = `${FAMILY}40`;
    const uses = [{ arn, reasons: ['runs in main/web', 'in a deployment of main/web'] }];
    show({ ...ANSWERS, 'families.use': () => ({ ...NO_USE, uses }) });
    expect(await screen.findByText('runs in main/web +1')).toBeTruthy();
    expect(screen.getByText(/Not checked: EventBridge Pipes/)).toBeTruthy();
  });

  it('name the uses that could not be read, and what may use any of them', async () => {
    const notRead = [{ part: 'EventBridge Scheduler', reason: 'Its policies do not allow it.' }];
    const unknown = [{ source: 'the state machine month-end', reason: 'computes it when it runs' }];
    show({ ...ANSWERS, 'families.use': () => ({ ...NO_USE, notRead, unknown }) });
    const note = await screen.findByText(/EventBridge Scheduler couldn't be read/);
    expect(note.textContent).toContain('Its policies do not allow it.');
    expect(screen.getByText(/the state machine month-end, which computes it when it runs/)).toBeTruthy();
  });

  it('compare any two, the older one as the one before', async () => {
    const { user, location } = show();
    await user.click(await screen.findByRole('checkbox', { name: 'Select web:41' }));
    await user.click(screen.getByRole('checkbox', { name: 'Select web:39' }));
    await user.click(screen.getByRole('button', { name: 'Compare' }));
    await waitFor(() => expect(decodeURIComponent(location())).toContain('before=web:39&after=web:41'));
  });

  it('compare one with the revision before it', async () => {
    const { user, location } = show();
    await user.click(await screen.findByRole('button', { name: 'Compare web:40 with web:39' }));
    await waitFor(() => expect(decodeURIComponent(location())).toContain('before=web:39&after=web:40'));
    expect(screen.queryByRole('button', { name: /Compare web:39 with/ })).toBeNull();
  });

  it('compare one with a running service, the one of the page or another one', async () => {
    const { user, location } = show();
    await user.click(await screen.findByRole('checkbox', { name: 'Select web:40' }));
    await user.click(screen.getByRole('button', { name: 'Compare with a running service' }));
    await waitFor(() => expect(decodeURIComponent(location())).toContain('/diff?before=&after=web:40'));
  });

  it('are listed again, and their usage is checked again, on request', async () => {
    const asked: unknown[] = [];
    const { user } = show({
      ...ANSWERS,
      'revisions.names': ({ whole }) => {
        if (whole) asked.push('names');
        return {
          listed: LISTED.map((each) => ({ ...each, numbers: whole ? [42, ...each.numbers] : each.numbers })),
        };
      },
      'families.use': ({ refresh }) => {
        if (refresh) asked.push('use');
        return refresh ? { ...NO_USE, problem: 'Nothing was found.' } : NO_USE;
      },
    });
    await user.click(await screen.findByRole('button', { name: 'Refresh list' }));
    await user.click(await screen.findByRole('button', { name: 'Refresh usage' }));
    expect(await screen.findByText(/Nothing was found/)).toBeTruthy();
    expect(asked).toEqual(['names', 'use']);
  });

  it('show their names as they come, before anything else is read', async () => {
    show({
      'families.use': () => NO_USE,
      'revisions.names': (_, { emit }) => {
        emit({ status: 'ACTIVE', family: FAMILY, numbers: [41] });
        return new Promise(() => undefined);
      },
    });
    expect(await screen.findByText('1 loaded so far')).toBeTruthy();
    expect(within(screen.getByRole('list')).getAllByRole('listitem')).toHaveLength(1);
  });

  it('are searched by what has been read, and it says how far that is', async () => {
    const { user } = show({
      ...ANSWERS,
      'revisions.search': (_, { emit }) => {
        emit({ revisions: ENTRIES.slice(0, 2).map(({ revision }) => revision) });
        return new Promise(() => undefined);
      },
    });
    await user.type(await screen.findByRole('textbox', { name: 'Search revisions' }), 'web:40');
    expect(await screen.findByText('1 of 3, 2 searched')).toBeTruthy();
    expect(screen.getAllByRole('listitem').map((item) => item.textContent)).toEqual([
      expect.stringContaining('web:40'),
    ]);
  });

  it('point to those that were deregistered when none is active', async () => {
    show({
      'families.use': () => NO_USE,
      'revisions.names': () => ({ listed: LISTED.map((each) => ({ ...each, numbers: [] })) }),
    });
    expect(await screen.findByText('web has no ACTIVE revisions')).toBeTruthy();
    expect(screen.getByRole('radio', { name: 'Inactive' })).toBeTruthy();
  });

  it('say why they could not be read, in their place', async () => {
    show({
      'families.use': () => NO_USE,
      'revisions.names': () => {
        throw new SlipwayError('THROTTLED', 'AWS has throttled the reads of web. Try again in a minute.');
      },
    });
    expect((await screen.findByRole('alert')).textContent).toContain('throttled');
    expect(screen.getByRole('button', { name: 'Try again' })).toBeTruthy();
  });
});
