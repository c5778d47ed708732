import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

/** For a test that hangs. A test on a busy machine takes its time, and never this long. */
const HANGING_MS = 30 * 60_000;
/** They mock whole modules, or load what must be loaded again, so each file needs modules of its own. */
const WITH_MOCKED_MODULES = [
  'src/main/electron/**/*.test.ts',
  'src/main/index.test.ts',
  'src/preload/**/*.test.ts',
];
const LIMITS = {
  testTimeout: HANGING_MS,
  hookTimeout: HANGING_MS,
  teardownTimeout: HANGING_MS,
  // By default a second.
  expect: { poll: { timeout: HANGING_MS / 3 } },
};

export default defineConfig({
  test: {
    // Most of them wait for a simulated AWS rather than for a core.
    maxWorkers: 4,
    projects: [
      {
        test: {
          name: 'node',
          environment: 'node',
          // Half of the processor time of a file was the loading of the engine, the sandbox and the SDK.
          isolate: false,
          include: [
            'src/*.test.ts',
            'src/{shared,main,sandbox,preload}/**/*.test.ts',
            '{scripts,packaging}/**/*.test.ts',
            // Of the page, what needs no DOM: to make one takes longer than most of these tests.
            'src/renderer/**/*.test.ts',
          ],
          exclude: ['**/*.docker.test.ts', ...WITH_MOCKED_MODULES],
          globalSetup: ['scripts/build-for-tests.ts'],
          ...LIMITS,
        },
      },
      {
        test: {
          name: 'desktop',
          environment: 'node',
          include: WITH_MOCKED_MODULES,
          ...LIMITS,
        },
      },
      {
        test: {
          name: 'docker',
          environment: 'node',
          include: ['{src,packaging}/**/*.docker.test.ts'],
          fileParallelism: false,
          globalSetup: ['scripts/build-for-tests.ts'],
          ...LIMITS,
        },
      },
      {
        plugins: [react()],
        test: {
          name: 'renderer',
          environment: 'jsdom',
          isolate: false,
          include: ['src/renderer/**/*.test.tsx'],
          setupFiles: ['src/renderer/src/testing/setup.ts'],
          ...LIMITS,
        },
      },
    ],
  },
});
