import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import react from '@vitejs/plugin-react';
import { build, preview } from 'vite';
import { ROOT } from './checkout.mjs';

/**
 * Serves the gallery as a bundle, for tests: a server of the sources sends a thousand modules, and may load an open page
 * again when it finds another one.
 */
const PAGE = 'gallery/index.html';

const outDir = await mkdtemp(join(tmpdir(), 'slipway-gallery-'));
const stop = Promise.withResolvers<void>();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop.resolve());
try {
  const common = { configFile: false, root: join(ROOT, 'src', 'renderer'), logLevel: 'error' } as const;
  await build({
    ...common,
    plugins: [react()],
    build: { outDir, emptyOutDir: true, rolldownOptions: { input: join(common.root, PAGE) } },
  });
  const server = await preview({ ...common, build: { outDir }, preview: { host: '127.0.0.1', port: 0 } });
  process.stdout.write(`The gallery is at ${new URL(PAGE, server.resolvedUrls?.local[0]).href}\n`);
  await stop.promise;
  await server.close();
} finally {
  await rm(outDir, { recursive: true, force: true });
}
