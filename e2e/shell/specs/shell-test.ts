import { test as base } from '@playwright/test';
import { createUserData, type UserData } from '../../fixtures/running-app.ts';
import { launchShell, type Shell } from '../shell.ts';

export { expect } from '@playwright/test';

interface StartOptions {
  /** What the AWS config file of the user says; without it there is a sandbox. */
  readonly awsConfig?: string;
  readonly args?: readonly string[];
  /** A folder with another app. */
  readonly folder?: string;
}

interface ShellFixtures {
  /** Starts the app of a fresh user. What it started ends with the test. */
  readonly start: (options?: StartOptions) => Promise<Shell>;
}

export const test = base.extend<ShellFixtures>({
  start: async ({ browser }, use) => {
    const started: { readonly shell: Shell; readonly data: UserData }[] = [];
    await use(async ({ awsConfig, ...options } = {}) => {
      const data = await createUserData(awsConfig);
      const shell = await launchShell(browser, { ...options, environment: data.environment });
      started.push({ shell, data });
      return shell;
    });
    for (const { shell, data } of started) {
      await shell.close();
      await data.remove();
    }
  },
});
