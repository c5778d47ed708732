import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test as base, expect, type Page } from '@playwright/test';
import type { CallAnswer, Transport } from '../../../src/shared/transport.ts';
import { secretsLeftBehind, secretsOfText } from '../../fixtures/marker-secrets.ts';
import { createUserData, type UserData } from '../../fixtures/running-app.ts';
import { launchShell, type Shell } from '../shell.ts';

export { expect };

export interface StartOptions {
  /** What the AWS config file of the user says; without it there is a sandbox. */
  readonly awsConfig?: string;
  readonly args?: readonly string[];
  /** An ended start, whose user this is again. */
  readonly after?: Started;
  /** Further variables of the environment. */
  readonly environment?: Readonly<Record<string, string>>;
  /** An app of its own: file names and texts. */
  readonly app?: Readonly<Record<string, string>>;
}

export interface Started extends Shell {
  readonly user: UserData;
}

interface ShellFixtures {
  /** Starts the app, of a fresh user unless one is given. What it started ends with the test. */
  readonly start: (options?: StartOptions) => Promise<Started>;
}

export const test = base.extend<ShellFixtures>({
  start: async ({ browser }, use) => {
    const endings: (() => Promise<void>)[] = [];
    await use(async ({ awsConfig, app, args = [], environment, after } = {}) => {
      const user = after?.user ?? (await createUserData(awsConfig));
      const folder = app === undefined ? undefined : await writeApp(app);
      const found: string[] = [];
      const variables = { ...user.environment, ...environment };
      const shell = launchShell(browser, {
        args,
        environment: variables,
        onDelivered: (message) => void found.push(...secretsOfText('a message to the page', message)),
        ...(folder !== undefined && { folder }),
        ...(after !== undefined && { storage: await after.chromium.storage() }),
      });
      endings.unshift(async () => {
        await shell.close();
        found.push(...(await secretsLeftBehind(variables, shell.output())));
        if (after === undefined) await user.remove();
        if (folder !== undefined) await rm(folder, { recursive: true });
        expect(found, 'places where a secret of the user is').toEqual([]);
      });
      return { ...shell, user };
    });
    for (const end of endings) await end();
  },
});

async function writeApp(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-app-'));
  const facts = { name: 'small-app', version: '1.0.0', type: 'module', main: 'main.js' };
  await writeFile(join(folder, 'package.json'), JSON.stringify(facts));
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  return folder;
}

type WindowOfPage = Window & { readonly slipway: Transport };

/** Calls a method of the engine as the page does. */
export function callFromPage(page: Page, method: string, input: unknown = {}): Promise<CallAnswer> {
  return page.evaluate(
    (request) => (window as unknown as WindowOfPage).slipway.call({ id: crypto.randomUUID(), ...request }),
    { method, input },
  );
}
