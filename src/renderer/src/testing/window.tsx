import { createMemoryHistory } from '@tanstack/react-router';
import { render } from '@testing-library/react';
import { createClient } from '../../../shared/client.ts';
import { App } from '../app/app.tsx';
import { createAppRouter } from '../app/routes.tsx';
import { createQueryClient } from '../lib/queries.ts';
import { type Answers, createTestTransport, installMissingBrowserParts } from './engine.tsx';

/** What the frame of the window asks for. */
export const frameAnswers: Answers = {
  'accounts.list': () => ({
    accounts: [
      { id: 'sandbox', name: 'sandbox', kind: 'sandbox', region: 'us-east-1', environment: 'sandbox' },
    ],
  }),
  'accounts.identity': () => ({ accountNumber: '123456789012', arn: 'arn:aws:sts::123456789012:user/ana' }),
  'accounts.budget': () => [],
  'clusters.list': () => [],
  'daemons.list': () => [],
  'environments.of': () => ({
    environment: 'sandbox',
    from: 'name',
    confirm: 'click',
    readOnly: false,
    mutableTags: 'allow',
  }),
  'environments.projects': () => [],
  'docker.status': () => ({ state: 'unavailable', message: 'There is no Docker Engine here.' }),
  'accounts.watch': () => new Promise(() => undefined),
  'prompts.watch': () => new Promise(() => undefined),
  'approvals.watch': () => new Promise(() => undefined),
};

/** Opens the whole window at an address, with an engine in memory below it. */
export function openWindow(address: string, answers: Answers) {
  installMissingBrowserParts();
  const queries = createQueryClient();
  const client = createClient(createTestTransport({ ...frameAnswers, ...answers }));
  const router = createAppRouter(createMemoryHistory({ initialEntries: [address] }));
  render(<App client={client} queries={queries} router={router} />);
  return { queries, router };
}
