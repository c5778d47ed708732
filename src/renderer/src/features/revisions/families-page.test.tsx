import { cleanup, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import type { JournalEntry } from '../../../../shared/model/journal.ts';
import type { FamilyFacts } from '../../../../shared/model/revision.ts';
import { parseFilterSearch } from '../../lib/search.ts';
import { type Answers, renderAtAddress, renderWithEngine } from '../../testing/engine.tsx';
import { FamiliesPage } from './families-page.tsx';
import { FamilyPage } from './family-page.tsx';

afterEach(cleanup);

const SCOPE = { account: 'sandbox', region: 'us-east-1' };
const ROLLED_BACK: JournalEntry = {
  ...SCOPE,
  id: '0b8f8d4e-3d0c-4a68-9b5c-0f0c7b0f9a01',
  at: '2026-11-20T10:00:00.000Z',
  cluster: 'main',
  subject: 'web',
  kind: 'deploy',
  title: 'Deploy web:41 to web',
  calls: [],
  steps: [],
  state: 'failed',
  outcome: 'rolled-back',
  sentence: 'ECS rolled back.',
  taskDefinitionArn: 'arn:aws:ecs:us-east-1:111111111111:task-definition/web:41',
};
const NO_ENTRIES: Answers = {
  'journal.list': () => ({ entries: [] }),
  'families.services': () => ({ services: [], clusters: [] }),
};

function factsOf(family: string, changed: Partial<FamilyFacts> = {}): FamilyFacts {
  return {
    family,
    revisions: 12,
    hasMore: false,
    newest: { name: `${family}:41`, registeredAt: '2026-11-20T10:00:00.000Z' },
    ...changed,
  };
}

describe('the list of task definitions', () => {
  it('shows the newest revision, how many are active and when it was registered, as they are read', async () => {
    const asked: (readonly string[])[] = [];
    renderWithEngine(<FamiliesPage scope={SCOPE} search={{}} />, {
      ...NO_ENTRIES,
      'families.all': () => [
        { family: 'api', hasActive: true },
        { family: 'old', hasActive: false },
        { family: 'web', hasActive: true },
      ],
      'families.facts': async ({ families }, { emit }) => {
        asked.push(families);
        emit(factsOf('api', { revisions: 100, hasMore: true }));
        return await new Promise(() => undefined);
      },
    });
    const [api, old, web] = await screen.findAllByRole('listitem');
    await waitFor(() => expect(api?.textContent).toContain(':41'));
    expect(api?.textContent).toContain('100+');
    expect(old?.textContent).toContain('no active revision');
    expect(web?.textContent.trim()).toBe('web');
    expect(asked).toEqual([['api', 'web']]);
  });

  it('marks a family whose newest revision failed in its last release', async () => {
    renderWithEngine(<FamiliesPage scope={SCOPE} search={{}} />, {
      'families.all': () => [{ family: 'web', hasActive: true }],
      'families.facts': (_input, { emit }) => {
        emit(factsOf('web'));
        return [factsOf('web')];
      },
      'journal.list': () => ({ entries: [ROLLED_BACK] }),
    });
    const row = within(await screen.findByRole('listitem'));
    expect((await row.findByText('failed')).closest('[title]')?.getAttribute('title')).toContain(
      'ECS rolled back.',
    );
  });
});

describe('the services that use a family', () => {
  const list: Answers = {
    ...NO_ENTRIES,
    'families.all': () => [
      { family: 'api', hasActive: false },
      { family: 'web', hasActive: false },
    ],
    'families.facts': () => [],
  };
  const readAt = new Date(Date.now() - 3 * 3_600_000).toISOString();

  it('are named with their clusters, and the page says which clusters were read and when', async () => {
    renderWithEngine(<FamiliesPage scope={SCOPE} search={{}} />, {
      ...list,
      'families.services': () => ({
        services: [
          { family: 'web', cluster: 'staging', service: 'web' },
          { family: 'web', cluster: 'main', service: 'web' },
        ],
        clusters: [{ cluster: 'main', readAt }, { cluster: 'staging', readAt }, { cluster: 'tools' }],
      }),
    });
    const [api, web] = await screen.findAllByRole('listitem');
    await waitFor(() => expect(web?.textContent).toContain('main/web +1'));
    expect(api?.textContent).not.toContain('/');
    expect(screen.getByText(/^Used by:/).textContent).toBe(
      'Used by: the services of 2 of 3 clusters (not read: tools), read 3 h ago. Open a family to see every use.',
    );
  });

  it('are no empty column where no cluster was read', async () => {
    renderWithEngine(<FamiliesPage scope={SCOPE} search={{}} />, list);
    expect(await screen.findByText(/^Open a cluster to see which of its services/)).toBeDefined();
    expect(screen.queryByText('Used by')).toBeNull();
  });
});

it('the search of the list is in the address, so that Back from a family shows what was found', async () => {
  const { location } = renderAtAddress(
    (search) => <FamiliesPage scope={SCOPE} search={parseFilterSearch(search)} />,
    {
      ...NO_ENTRIES,
      'families.all': () => [
        { family: 'api', hasActive: true },
        { family: 'web', hasActive: true },
      ],
      'families.facts': () => new Promise(() => undefined),
    },
    '/?q=we',
  );
  expect((await screen.findAllByRole('listitem')).map(({ textContent }) => textContent)).toEqual([
    expect.stringContaining('web'),
  ]);
  fireEvent.change(screen.getByDisplayValue('we'), { target: { value: '' } });
  await waitFor(() => expect(screen.getAllByRole('listitem')).toHaveLength(2));
  expect(location()).toBe('/');
});

describe('the page of a family', () => {
  const nothing: Answers = {
    ...NO_ENTRIES,
    'families.use': () => ({
      uses: [],
      unknown: [],
      notRead: [],
      readAt: '2026-11-20T10:00:00.000Z',
      notChecked: [],
    }),
    'revisions.names': () => ({
      listed: [{ status: 'ACTIVE', family: '', numbers: [], listedAt: '2026-11-20T10:00:00.000Z' }],
    }),
  };

  it('that does not exist says so, and leads to those that do', async () => {
    renderWithEngine(<FamilyPage scope={SCOPE} family="gone" search={{}} />, {
      ...nothing,
      'families.all': () => [{ family: 'web', hasActive: true }],
    });
    expect(await screen.findByText('No task definition family named gone')).toBeTruthy();
    expect(screen.getByRole('link', { name: 'All task definitions' }).getAttribute('href')).toBe(
      '/a/sandbox/us-east-1/families',
    );
    expect(screen.queryByRole('link', { name: 'Clean up…' })).toBeNull();
  });

  it('that has only inactive revisions says so, and keeps its actions', async () => {
    renderWithEngine(<FamilyPage scope={SCOPE} family="old" search={{}} />, {
      ...nothing,
      'families.all': () => [{ family: 'old', hasActive: false }],
    });
    expect(await screen.findByText('old has no ACTIVE revisions')).toBeTruthy();
    expect(screen.getByRole('link', { name: 'Clean up…' })).toBeTruthy();
  });
});
