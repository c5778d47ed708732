import { QueryClientProvider } from '@tanstack/react-query';
import { createMemoryHistory } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { createClient } from '../../shared/client.ts';
import { App } from '../src/app/app.tsx';
import { AppTheme } from '../src/app/app-theme.tsx';
import { createAppRouter } from '../src/app/routes.tsx';
import { EngineProvider } from '../src/lib/engine.ts';
import { createQueryClient } from '../src/lib/queries.ts';
import { A_SERVICE } from '../src/testing/deploy.ts';
import { type Answers, createTestTransport } from '../src/testing/engine.tsx';
import { Page } from '../src/ui/page.tsx';
import { aCluster, aServiceRow } from './samples.ts';

const never = () => new Promise<never>(() => undefined);

/** What a page asks for beside what its state is about. */
const USUAL: Answers = {
  'app.info': () => ({ version: '0.1.0', host: 'browser', nativeDialogs: false }),
  'app.setTheme': () => ({}),
  'accounts.list': () => ({
    accounts: [
      { id: 'sandbox', name: 'sandbox', kind: 'sandbox', region: 'us-east-1', environment: 'sandbox' },
    ],
  }),
  'accounts.identity': () => ({ accountNumber: '123456789012', arn: 'arn:aws:sts::123456789012:user/ana' }),
  'accounts.budget': () => [],
  'overview.known': () => [],
  'overview.read': () => [],
  'journal.list': () => ({ entries: [] }),
  'clusters.list': () => [aCluster('main')],
  'services.list': () => [aServiceRow('web'), aServiceRow('checkout')],
  'services.get': () => A_SERVICE,
  'services.deployments': () => [],
  'services.tasks': () => [],
  'services.logs': never,
  'environments.projects': () => [],
  'docker.status': () => ({ state: 'unavailable', message: 'There is no Docker Engine here.' }),
  'docker.watch': never,
  'accounts.watch': never,
  'prompts.watch': never,
  'approvals.watch': never,
  'jobs.watch': never,
  'families.list': () => [{ family: 'web' }, { family: 'api' }],
  'cleanup.policy': () => ({}),
  'cleanup.jobs': () => [],
  'cleanup.watch': never,
  'daemons.list': () => [],
};

interface GalleryWindowProps {
  readonly address: string;
  readonly answers: Answers;
}

/** The whole window at an address, with an engine in memory that answers as the state says. */
export function GalleryWindow({ address, answers }: GalleryWindowProps) {
  const [parts] = useState(() => ({
    client: createClient(createTestTransport({ ...USUAL, ...answers })),
    queries: createQueryClient(),
    router: createAppRouter(createMemoryHistory({ initialEntries: [address] })),
  }));
  return <App {...parts} />;
}

interface GalleryDialogProps {
  /** Of the page behind the dialog. */
  readonly title: string;
  readonly answers: Answers;
  readonly children: ReactNode;
}

/** A dialog that no address opens, over an empty page. */
export function GalleryDialog({ title, answers, children }: GalleryDialogProps) {
  const [parts] = useState(() => ({
    client: createClient(createTestTransport({ ...USUAL, ...answers })),
    queries: createQueryClient(),
  }));
  return (
    <AppTheme>
      <EngineProvider value={parts.client}>
        <QueryClientProvider client={parts.queries}>
          <Page title={title}>{children}</Page>
        </QueryClientProvider>
      </EngineProvider>
    </AppTheme>
  );
}
