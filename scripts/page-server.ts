import { join } from 'node:path';
import react from '@vitejs/plugin-react';
import { createServer, type PluginOption, type ViteDevServer } from 'vite';
import { ROOT } from './checkout.mjs';

/** Serves the page of the sources on loopback with Vite, which replaces modules in open pages when they change. */
export async function startPageServer(
  port: number,
  plugins: readonly PluginOption[] = [],
): Promise<ViteDevServer> {
  const server = await createServer({
    configFile: false,
    root: join(ROOT, 'src', 'renderer'),
    cacheDir: join(ROOT, 'node_modules', '.cache', 'vite-dev'),
    // The gallery is a page of its own.
    optimizeDeps: { entries: ['index.html', 'gallery/index.html'] },
    plugins: [react(), ...plugins],
    logLevel: 'warn',
    server: {
      host: '127.0.0.1',
      port,
      fs: { allow: [join(ROOT, 'src', 'renderer'), join(ROOT, 'src', 'shared'), join(ROOT, 'node_modules')] },
    },
  });
  return server.listen();
}

/** The port that a server got. */
export function portOf(server: ViteDevServer): number {
  const address = server.httpServer?.address();
  if (typeof address !== 'object' || !address) throw new Error('The server of the page does not listen.');
  return address.port;
}
