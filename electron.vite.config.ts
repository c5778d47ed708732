import { resolve } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';
import type { Plugin } from 'vite';
import { dependencies } from './package.json' with { type: 'json' };

/** Pages have addresses with folders in them, so the page's files are named from the root and not beside it. */
const absoluteBase: Plugin = {
  name: 'absolute-base',
  config(config) {
    config.base = '/';
  },
};

export default defineConfig({
  main: {
    build: {
      externalizeDeps: { include: ['dockerode', 'pino'], exclude: Object.keys(dependencies).filter((name) => !['dockerode', 'pino'].includes(name)) },
      rolldownOptions: {
        input: {
          index: resolve('src/main/index.ts'),
          serve: resolve('src/main/serve.ts'),
          cli: resolve('src/main/cli.ts'),
        },
      },
    },
  },
  preload: {
    build: {
      externalizeDeps: false,
      isolatedEntries: true,
      rolldownOptions: {
        input: { index: resolve('src/preload/index.ts') },
        // A sandboxed window loads only CommonJS preloads, and "type": "module" would make it ESM.
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: resolve('src/renderer'),
    plugins: [react(), absoluteBase],
    build: { minify: true, rolldownOptions: { input: { index: resolve('src/renderer/index.html') } } },
  },
});
