import { Notifications } from '@mantine/notifications';
import { type QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import type { Client } from '../../../shared/client.ts';
import { EngineProvider } from '../lib/engine.ts';
import { AppTheme } from './app-theme.tsx';
import { ErrorBoundary } from './error-boundary.tsx';
import { NativeTheme } from './native-theme.tsx';
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
            {/* Not on the right: the buttons of a plan are there. */}
            <Notifications position="bottom-left" />
            <RouterProvider router={router} />
          </QueryClientProvider>
        </EngineProvider>
      </ErrorBoundary>
    </AppTheme>
  );
}
