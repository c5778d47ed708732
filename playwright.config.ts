import { existsSync } from 'node:fs';
import { defineConfig } from '@playwright/test';
import { findElectron } from './e2e/fixtures/electron-binary.ts';

/** The headless shell before Chromium: it has no window to draw, which takes a third of Chromium's processor time. */
const executablePath = [
  process.env.SLIPWAY_TEST_HEADLESS_SHELL,
  process.env.SLIPWAY_TEST_CHROMIUM,
  '/usr/bin/chromium-headless-shell',
  '/usr/bin/chromium',
].find((path) => path !== undefined && existsSync(path));

/**
 * What runs in the simulated Electron beside its own specs: the main job with its releases, and bad input except the tests
 * with the tag `@one-host`. What only looks at the page, or asks the engine what these ask, is tried in the browser host
 * alone.
 */
const SHELL_SPECS = ['bad-input', 'main-job'];

/** One set of specs, three hosts. The Electron project is there when its binary is. */
export default defineConfig({
  testDir: 'e2e/specs',
  // It is emptied at the start. The reports of all tests are beside it.
  outputDir: 'test-results/e2e',
  fullyParallel: false,
  // On two cores: a test waits for the app's answers a fifth of its time.
  workers: 3,
  // A limit ends what hangs. It says nothing about how fast a machine is.
  timeout: 600_000,
  expect: { timeout: 60_000 },
  // A test that passes only the second time is not reliable, and counts as failed.
  retries: 0,
  failOnFlakyTests: true,
  forbidOnly: process.env.CI !== undefined,
  reporter: [['list'], ['json', { outputFile: 'test-results/e2e.json' }]],
  use: {
    viewport: { width: 1280, height: 800 },
    actionTimeout: 60_000,
    // Pictures and copies of the page take a third of the processor time. `npx playwright test --trace on` has them.
    trace: { mode: 'retain-on-failure', screenshots: false, snapshots: false },
    screenshot: 'only-on-failure',
    launchOptions: executablePath === undefined ? {} : { executablePath },
  },
  projects: [
    { name: 'browser' },
    {
      name: 'shell',
      testDir: 'e2e',
      grepInvert: /@one-host/,
      testMatch: ['shell/specs/*.spec.ts', `specs/{${SHELL_SPECS.join(',')}}.spec.ts`],
    },
    // What the browser host alone has: a port, a window that it opens in another browser, and two of one data folder.
    ...(findElectron() === undefined
      ? []
      : [
          {
            name: 'electron',
            testIgnore: ['security', 'other-port', 'app-window', 'offline-start', 'try-sandbox'].map(
              (name) => `**/${name}.spec.ts`,
            ),
          },
        ]),
  ],
});
