import { Table } from '@mantine/core';
import { cleanup, screen } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { afterEach, expect, it } from 'vitest';
import type { JournalEntry } from '../../../../shared/model/journal.ts';
import { A_DIAGNOSIS } from '../../testing/diagnosis.ts';
import { renderWithEngine } from '../../testing/engine.tsx';
import { ServiceJournal } from './journal-page.tsx';
import { JournalRow } from './journal-row.tsx';

afterEach(cleanup);

const ROLLED_BACK: JournalEntry = {
  id: '0b8f8d4e-3d0c-4a68-9b5c-0f0c7b0f9a01',
  at: '2026-01-02T15:47:00.000Z',
  account: 'sandbox',
  region: 'us-east-1',
  cluster: 'main',
  subject: 'web',
  kind: 'deploy',
  title: 'Deploy acme/web:1.9.0 to web',
  why: 'SHOP-1182',
  link: 'https://git.acme.test/shop/pull/7',
  commit: '4be91d7c0ffee4be91d7c0ffee4be91d7c0ffee0',
  callerIdentity: 'mira',
  approvedBy: 'jo in the window, for some-agent 2.1',
  base: 'arn:aws:ecs:us-east-1:111111111111:task-definition/web:41',
  calls: [
    { operation: 'DescribeTaskDefinition', target: 'web:41' },
    { operation: 'RegisterTaskDefinition', target: 'web' },
    { operation: 'UpdateService', target: 'main/web' },
  ],
  steps: [
    { operation: 'RegisterTaskDefinition', state: 'done', at: '2026-01-02T15:47:01.000Z', result: 'web:42' },
  ],
  overrides: [{ rule: 'movement', result: 'fail', message: 'The deployment cannot move' }],
  state: 'failed',
  outcome: 'rolled-back',
  sentence: A_DIAGNOSIS.sentence,
  evidence: { failures: A_DIAGNOSIS.stoppedTasks, events: [], diagnosis: A_DIAGNOSIS },
};

it('a change of the journal tells its link, its commit, what was overridden, the calls and the evidence', async () => {
  renderWithEngine(
    <Table>
      <Table.Tbody>
        <JournalRow entry={ROLLED_BACK} />
      </Table.Tbody>
    </Table>,
    {},
  );
  expect(screen.getByRole('link', { name: 'git.acme.test' }).getAttribute('href')).toBe(ROLLED_BACK.link);
  await userEvent.setup().click(screen.getByText('Details'));
  expect(screen.getByText('jo in the window, for some-agent 2.1')).toBeTruthy();
  expect(screen.getByText('4be91d7c0ffe')).toBeTruthy();
  expect(screen.getByText('The deployment cannot move')).toBeTruthy();
  expect(screen.getByText('web:42')).toBeTruthy();
  const unsent = screen.getByRole('region', { name: 'Not sent' }).textContent;
  expect(unsent).toContain('UpdateService');
  expect(unsent).not.toContain('DescribeTaskDefinition');
  expect(screen.getByRole('table', { name: 'Failures by cause' }).textContent).toContain('137');
  expect(screen.getByRole('list', { name: 'Last lines of app' }).textContent).toContain('Killed');
});

it('the changes of a service continue in the team ledger, with one request for each click', async () => {
  const service = { account: 'sandbox', region: 'us-east-1', cluster: 'main', service: 'web' };
  const hold: JournalEntry = { ...ROLLED_BACK, kind: 'hold', title: 'Put main/web on hold' };
  const older = { ...hold, id: '0b8f8d4e-3d0c-4a68-9b5c-0f0c7b0f9a02', title: 'End the hold of main/web' };
  let pages = 0;
  renderWithEngine(<ServiceJournal service={service} />, {
    'journal.list': () => ({ entries: pages === 0 ? [hold] : [hold, older] }),
    'ledger.sync': () => ({ table: 'ledger', received: 1, waiting: 0, older: true }),
    'ledger.older': () => {
      pages += 1;
      return { table: 'ledger', received: 1, waiting: 0, older: false };
    },
  });
  await userEvent.setup().click(await screen.findByRole('button', { name: 'Show older entries' }));
  expect(await screen.findByText('End the hold of main/web')).toBeTruthy();
  expect(screen.queryByRole('button', { name: 'Show older entries' })).toBeNull();
  expect(pages).toBe(1);
});

it('a page of the team ledger whose entries are all here already says so', async () => {
  const service = { account: 'sandbox', region: 'us-east-1', cluster: 'main', service: 'web' };
  renderWithEngine(<ServiceJournal service={service} />, {
    'journal.list': () => ({ entries: [ROLLED_BACK] }),
    'ledger.sync': () => ({ table: 'ledger', received: 0, waiting: 0, older: true }),
    'ledger.older': () => ({ table: 'ledger', received: 0, known: 250, waiting: 0, older: true }),
  });
  await userEvent.setup().click(await screen.findByRole('button', { name: 'Show older entries' }));
  expect(await screen.findByText(/^The next 250 entries of the ledger are in this journal/)).toBeTruthy();
  expect(screen.getByRole('button', { name: 'Show older entries' })).toBeTruthy();
});

it('a service without changes says that there are none yet, and not that a search found none', async () => {
  const service = { account: 'sandbox', region: 'us-east-1', cluster: 'main', service: 'web' };
  renderWithEngine(<ServiceJournal service={service} />, {
    'journal.list': () => ({ entries: [] }),
    'ledger.sync': () => ({ received: 0, waiting: 0 }),
  });
  expect(await screen.findByText('No changes yet')).toBeDefined();
});
