import { act, cleanup, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { afterEach, expect, it } from 'vitest';
import type { SearchAnswer, SearchPlace, SearchResult } from '../../../../shared/model/search.ts';
import type { Answers } from '../../testing/engine.tsx';
import { openWindow } from '../../testing/window.tsx';
import { closePalette } from './open-palette.ts';

afterEach(() => {
  act(closePalette);
  cleanup();
});

const scope = { account: 'sandbox', region: 'us-east-1' };
const NOW = new Date().toISOString();

const service = (name: string, cluster: string, readAt = NOW): SearchResult => ({
  kind: 'service',
  ...scope,
  cluster,
  service: name,
  readAt,
});

const answerOf = (results: readonly SearchResult[], total = results.length): SearchAnswer => ({
  results,
  totals: results.length === 0 ? [] : [{ kind: 'service', total }],
});

const list = () => within(screen.getByRole('listbox', { name: 'Results' }));
const options = () => list().getAllByRole('option');
const selected = () => list().getByRole('option', { selected: true });

/** The window at the journal, with the palette open. */
async function openPalette(answers: Answers) {
  const window = openWindow('/journal', {
    'journal.list': () => ({ entries: [] }),
    'search.refresh': () => [],
    'search.find': () => answerOf([]),
    ...answers,
  });
  await screen.findByRole('button', { name: /Search services/ });
  fireEvent.keyDown(document.documentElement, { key: 'k', ctrlKey: true });
  const search = await screen.findByRole('combobox', { name: 'Search' });
  return { ...window, search, type: (value: string) => fireEvent.change(search, { target: { value } }) };
}

const labels = (): readonly (string | null)[] => options().map((option) => option.textContent);

it('the palette takes the letters that follow its key at once, and gives the focus back when it closes', async () => {
  openWindow('/journal', { 'journal.list': () => ({ entries: [] }) });
  const button = await screen.findByRole('button', { name: /Search services/ });
  button.focus();
  fireEvent.keyDown(button, { key: 'k', ctrlKey: true });
  const search = screen.getByRole('combobox', { name: 'Search' });
  expect(document.activeElement, 'no timer has run').toBe(search);

  fireEvent.keyDown(search, { key: 'Escape' });
  await waitFor(() => expect(document.activeElement).toBe(button));
});

it('the palette tells services of one name apart by cluster, region and account, and says how many there are', async () => {
  const { type } = await openPalette({
    'search.find': () => answerOf([service('billing-web', 'eu'), service('billing-web', 'us')], 5),
  });
  type('billing');
  await screen.findByRole('group', { name: 'Services, 2 of 5' });
  expect(labels()).toEqual(['billing-webeu, us-east-1, sandbox☆', 'billing-webus, us-east-1, sandbox☆']);
});

it('a name that was read long ago says its age', async () => {
  const { type } = await openPalette({
    'search.find': () => answerOf([service('web', 'eu', new Date(Date.now() - 7_200_000).toISOString())]),
  });
  type('web');
  expect(await screen.findByRole('option', { name: /read 2 h ago/ })).toBeTruthy();
});

it('a commit finds the services that run it, each with its image and place, and opens the service', async () => {
  const { search, type, router } = await openPalette({
    'search.find': () => ({
      results: [
        {
          kind: 'running',
          ...scope,
          cluster: 'eu',
          service: 'billing',
          container: 'app',
          image: '123456789012.dkr.ecr.us-east-1.amazonaws.com/shop/billing:1.4.2',
          digest: `sha256:${'ab'.repeat(32)}`,
          commit: '3f2c9ab'.padEnd(40, '0'),
          readAt: new Date().toISOString(),
        },
      ],
      totals: [{ kind: 'running', total: 1 }],
    }),
  });
  type('3f2c9ab');
  await screen.findByRole('group', { name: 'Services that run it' });
  expect(labels()[0]).toMatch(/^billingshop\/billing:1\.4\.2, \S+, commit 3f2c9ab, eu, us-east-1, sandbox/);
  fireEvent.keyDown(search, { key: 'Enter' });
  await waitFor(() => expect(router.state.location.pathname).toBe('/a/sandbox/us-east-1/c/eu/s/billing'));
});

it('Enter waits for what was typed, and opens the active result', async () => {
  const asked = Promise.withResolvers<SearchAnswer>();
  const { search, type, router } = await openPalette({
    'search.find': ({ text }) => (text === 'we' ? answerOf([service('wrong', 'eu')]) : asked.promise),
  });
  type('we');
  await screen.findByRole('option', { name: /wrong/ });
  type('web');
  fireEvent.keyDown(search, { key: 'Enter' });
  expect(router.state.location.pathname).toBe('/journal');
  asked.resolve(answerOf([service('web', 'eu')]));
  await waitFor(() => expect(router.state.location.pathname).toBe('/a/sandbox/us-east-1/c/eu/s/web'));
});

it('arrow keys move the active result, from the last one to the first', async () => {
  const { search, type } = await openPalette({
    'search.find': () => answerOf([service('one', 'eu'), service('two', 'eu')]),
  });
  type('o');
  await screen.findByRole('option', { name: /two/ });
  const active = (): string | null => selected().textContent;
  expect(active()).toContain('one');
  fireEvent.keyDown(search, { key: 'ArrowDown' });
  expect(active()).toContain('two');
  expect(search.getAttribute('aria-activedescendant')).toBe(selected().id);
  fireEvent.keyDown(search, { key: 'ArrowUp' });
  fireEvent.keyDown(search, { key: 'ArrowUp' });
  expect(search.getAttribute('aria-activedescendant')).toBe(options().at(-1)?.id);
});

it('names that arrive in the background appear, and the reading is told', async () => {
  const read = Promise.withResolvers<readonly SearchPlace[]>();
  let emit: (place: SearchPlace) => void = () => undefined;
  let found: SearchAnswer = answerOf([]);
  const { type } = await openPalette({
    'search.refresh': (_, call) => {
      emit = call.emit;
      return read.promise;
    },
    'search.find': () => found,
  });
  type('late');
  await screen.findByText('No matches');
  act(() => emit({ ...scope, state: 'reading' }));
  await screen.findByText('Reading names: 0 of 1 accounts and regions read');
  found = answerOf([service('late-web', 'eu')]);
  act(() => emit({ ...scope, state: 'read' }));
  read.resolve([{ ...scope, state: 'read' }]);
  expect(await screen.findByRole('option', { name: /late-web/ })).toBeTruthy();
  expect(await screen.findByText('Names of 1 account and region')).toBeTruthy();
});

it('an account that was not read is named with its problem, and can be opened', async () => {
  const problem = 'The credentials of sandbox have expired. Sign in again.';
  const { router } = await openPalette({
    'search.refresh': (_, { emit }) => {
      emit({ ...scope, state: 'failed', problem });
      return [];
    },
  });
  await screen.findByText(`sandbox: ${problem}`);
  fireEvent.click(screen.getByRole('button', { name: 'Open sandbox' }));
  await waitFor(() => expect(router.state.location.pathname).toBe('/a/sandbox/us-east-1'));
  expect(screen.queryByRole('combobox', { name: 'Search' })).toBeNull();
});

it('favourites and then recent services come first when nothing is typed', async () => {
  const ref = { ...scope, cluster: 'eu' };
  window.localStorage.setItem('slipway.recent', JSON.stringify([{ ...ref, service: 'seen' }]));
  const { search, type } = await openPalette({
    'search.find': () => answerOf([service('loved', 'eu')]),
  });
  type('loved');
  await screen.findByRole('option', { name: /loved/ });
  fireEvent.keyDown(search, { key: 'd', ctrlKey: true });
  expect(screen.getByRole('option', { name: /loved/ }).textContent).toContain('★');
  type('');
  const favourites = await screen.findByRole('group', { name: 'Favourites' });
  expect(within(favourites).getByRole('option').textContent).toContain('loved');
  expect(labels().slice(0, 2)).toEqual(['lovedeu, us-east-1, sandbox★', 'seeneu, us-east-1, sandbox☆']);
});

it('stored favourites that are no services are left out', async () => {
  window.localStorage.setItem('slipway.favourites', '[{"service": 1}]');
  await openPalette({});
  expect(screen.queryByRole('group', { name: 'Favourites' })).toBeNull();
});

it('Escape closes the palette', async () => {
  const { search } = await openPalette({});
  fireEvent.keyDown(search, { key: 'Escape' });
  await waitFor(() => expect(screen.queryByRole('combobox', { name: 'Search' })).toBeNull());
});
