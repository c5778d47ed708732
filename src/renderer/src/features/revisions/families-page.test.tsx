import { cleanup, screen, waitFor, within } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import type { JournalEntry } from '../../../../shared/model/journal.ts';
import type { FamilyFacts } from '../../../../shared/model/revision.ts';
import { type Answers, renderWithEngine } from '../../testing/engine.tsx';
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
const NO_ENTRIES: Answers = { 'journal.list': () => ({ entries: [] }) };

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
    renderWithEngine(<FamiliesPage scope={SCOPE} />, {
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
    renderWithEngine(<FamiliesPage scope={SCOPE} />, {
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
    renderWithEngine(<FamilyPage scope={SCOPE} family="gone" />, {
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
    renderWithEngine(<FamilyPage scope={SCOPE} family="old" />, {
      ...nothing,
      'families.all': () => [{ family: 'old', hasActive: false }],
    });
    expect(await screen.findByText('old has no ACTIVE revisions')).toBeTruthy();
    expect(screen.getByRole('link', { name: 'Clean up…' })).toBeTruthy();
  });
});
