import { useMantineColorScheme } from '@mantine/core';
import { type QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import type { Client } from '../../../shared/client.ts';
import { EngineProvider, useEngine } from '../lib/engine.ts';
import { AppTheme } from './app-theme.tsx';
import { ErrorBoundary } from './error-boundary.tsx';
import type { AppRouter } from './routes.tsx';

interface AppProps {
  readonly client: Client;
  readonly queries: QueryClient;
  readonly router: AppRouter;
}

/** The whole window: the theme, the engine, the cache and the views by their address. */
export function App({ client, queries, router }: AppProps) {
  return (
    <AppTheme>
      <ErrorBoundary>
        <EngineProvider value={client}>
          <NativeTheme />
          <QueryClientProvider client={queries}>
            <RouterProvider router={router} />
          </QueryClientProvider>
        </EngineProvider>
      </ErrorBoundary>
    </AppTheme>
  );
}

/**
 * Gives the theme that was chosen in the page to what the host draws: the title bar and native dialogs. The desktop app
 * remembers it, so that its next start opens in it; a browser tab has nothing to give it to.
 */
function NativeTheme() {
  const client = useEngine();
  const { colorScheme } = useMantineColorScheme();
  const theme = colorScheme === 'auto' ? 'system' : colorScheme;
  // A page that follows the system follows what the host remembers, and has nothing to change about that.
  const known = useRef<typeof theme>('system');
  useEffect(() => {
    if (theme === known.current) return;
    known.current = theme;
    // Without an answer the title bar alone keeps its theme, and what stops the engine is said elsewhere.
    client.call('app.setTheme', { theme }).catch(() => undefined);
  }, [client, theme]);
  return null;
}
