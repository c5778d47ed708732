import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

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
          // Some start processes of their own, which takes its time beside others on two cores.
          testTimeout: 20_000,
          hookTimeout: 20_000,
        },
      },
      {
        test: {
          name: 'docker',
          environment: 'node',
          include: ['src/**/*.docker.test.ts'],
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        plugins: [react()],
        test: { name: 'renderer', environment: 'jsdom', include: ['src/renderer/**/*.test.{ts,tsx}'] },
      },
    ],
  },
});
