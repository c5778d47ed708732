import '../../shared/without-eval.ts';
import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import './ui/tokens.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app/app.tsx';
import { LockedOutPage } from './app/locked-out-page.tsx';
import { openFirstPlace } from './app/open-first-place.ts';
import { loadPages } from './app/pages.ts';
import { createAppRouter } from './app/routes.tsx';
import { connection } from './connect.ts';
import { lendNonceToLibraries } from './lib/csp-nonce.ts';
import { createQueryClient, whenRead } from './lib/queries.ts';

const element = document.getElementById('root');
if (!element) throw new Error('The page has no #root element.');

lendNonceToLibraries();
const root = createRoot(element);
const { client, onReconnect, onLockedOut, firstPlace, endHeadStart } = connection;
const queries = createQueryClient();
onReconnect(() => void queries.invalidateQueries());

onLockedOut((reason) => root.render(<LockedOutPage reason={reason} />));

const router = createAppRouter();
void firstPlace.then((place) => {
  if (place !== undefined) openFirstPlace(place, { client, queries, router });
});

root.render(
  <StrictMode>
    <App client={client} queries={queries} router={router} />
  </StrictMode>,
);

// The code of the other pages is loaded once the first one has been shown. Opening a page loads it too, and says so
// when that fails.
whenRead(queries, () => {
  endHeadStart();
  void loadPages().catch(() => undefined);
});
