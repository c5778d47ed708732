import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

/** For a test that hangs. A test on a busy machine takes its time, and never this long. */
const HANGING_MS = 5 * 60_000;
const LIMITS = { testTimeout: HANGING_MS, hookTimeout: HANGING_MS, teardownTimeout: HANGING_MS };

export default defineConfig({
  test: {
    // Most of them wait for a simulated AWS rather than for a core.
    maxWorkers: 4,
    projects: [
      {
        test: {
          name: 'node',
          environment: 'node',
          include: [
            'src/*.test.ts',
            'src/{shared,main,sandbox,preload}/**/*.test.ts',
            '{scripts,packaging}/**/*.test.ts',
          ],
          exclude: ['**/*.docker.test.ts'],
          globalSetup: ['scripts/build-for-tests.ts'],
          ...LIMITS,
        },
      },
      {
        test: {
          name: 'docker',
          environment: 'node',
          include: ['src/**/*.docker.test.ts'],
          fileParallelism: false,
          ...LIMITS,
        },
      },
      {
        plugins: [react()],
        test: {
          name: 'renderer',
          environment: 'jsdom',
          include: ['src/renderer/**/*.test.{ts,tsx}'],
          setupFiles: ['src/renderer/src/testing/setup.ts'],
          ...LIMITS,
        },
      },
    ],
  },
});
