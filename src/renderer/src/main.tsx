import '../../shared/without-eval.ts';
import './ui/mantine.css';
import '@mantine/notifications/styles.css';
import './ui/tokens.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app/app.tsx';
import { LockedOutPage } from './app/locked-out-page.tsx';
import { openFirstPlace } from './app/open-first-place.ts';
import { loadPages, loadServicePage } from './app/pages.ts';
import { createAppRouter } from './app/routes.tsx';
import { connection } from './connect.ts';
import { lendNonceToLibraries } from './lib/csp-nonce.ts';
import { createQueryClient, whenDrawn, whenRead } from './lib/queries.ts';

const LATEST_LOAD_MS = 3000;

const element = document.getElementById('root');
if (!element) throw new Error('The page has no #root element.');

lendNonceToLibraries();
const root = createRoot(element);
const { client, onReconnect, onLockedOut, firstPlace, endHeadStart } = connection;
const queries = createQueryClient();
onReconnect(() => void queries.invalidateQueries());

const router = createAppRouter();
void firstPlace.then((place) => {
  if (place !== undefined) openFirstPlace(place, { client, queries, router });
});

root.render(
  <StrictMode>
    <App client={client} queries={queries} router={router} />
  </StrictMode>,
);
// Last, because a refusal can arrive before this script runs, and the app must not replace its page.
onLockedOut((reason) => root.render(<LockedOutPage reason={reason} />));

// A list of thousands takes seconds to read, and its first rows can be opened at once. Who clicks on and on never leaves the
// window without a question to the engine, so the other pages don't wait for that longer than some seconds.
whenDrawn(queries, 'services.list', () => {
  void loadServicePage().catch(() => undefined);
  setTimeout(() => void loadPages().catch(() => undefined), LATEST_LOAD_MS);
});

// The code of the other pages is loaded once the first one has been shown. Opening a page loads it too, and says so
// when that fails.
whenRead(queries, () => {
  endHeadStart();
  void loadPages().catch(() => undefined);
});
