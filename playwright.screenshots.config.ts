import { defineConfig } from '@playwright/test';
import tests from './playwright.config.ts';

/**
 * Pictures of every page and state, see CONTRIBUTING.md. They are no tests: fonts differ from machine to machine.
 */
export default defineConfig({
  ...tests,
  testDir: 'e2e/screenshots',
  outputDir: 'test-results/screenshots',
  snapshotPathTemplate: `${process.env.SLIPWAY_SCREENSHOTS ?? 'screenshots'}/{arg}{ext}`,
  reporter: [['list'], ['html', { outputFolder: 'test-results/screenshots-report', open: 'never' }]],
  // The time on a page differs from run to run by a few pixels.
  expect: { ...tests.expect, toHaveScreenshot: { maxDiffPixelRatio: 0.005 } },
  projects: [{ name: 'browser' }],
});
