import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { startTestSandbox, type TestSandbox } from '../../../sandbox/testing/sandbox.ts';
import { eventually } from '../../../shared/testing/eventually.ts';
import { openSlipway, type Slipway } from '../testing/slipway.ts';
import { startWebhookServer, type WebhookServer } from '../testing/webhook-server.ts';

let folder: string;
let sandbox: TestSandbox;
let server: WebhookServer;
let slipway: Slipway;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'settings-'));
  sandbox = await startTestSandbox({ scenario: 'demo' });
  server = await startWebhookServer();
  slipway = await openSlipway(sandbox, folder);
});
afterEach(async () => {
  await slipway.close();
  await server.close();
  await sandbox.close();
  rmSync(folder, { recursive: true });
});

describe('the settings', () => {
  it('are the defaults without a file, and keep what is not changed', async () => {
    const { client } = slipway;
    const { notifications } = await client.call('settings.read', {});
    expect(notifications).toEqual({
      desktop: 'all',
      webhook: 'all',
      webhookPlaces: 'all',
      desktopAvailable: false,
    });
    await client.call('settings.change', { webhookPlaces: 'production' });
    const changed = await client.call('settings.change', { desktop: 'off' });
    expect(changed.notifications).toMatchObject({ desktop: 'off', webhookPlaces: 'production' });
    expect(statSync(changed.file).mode & 0o777).toBe(0o600);
  });

  it.each(['{', '{"notifications":{"desktop":"loud"}}', '[]', '{"more":1}'])(
    'of the file %j are the defaults, and are not overwritten',
    async (text) => {
      const { client } = slipway;
      const file = join(folder, 'settings.json');
      writeFileSync(file, text);
      expect((await client.call('settings.read', {})).problem).toContain(`${file} is not valid`);
      await expect(client.call('settings.change', { desktop: 'off' })).rejects.toMatchObject({
        code: 'CONFLICT',
      });
      expect(readFileSync(file, 'utf8')).toBe(text);
    },
  );
});

describe('what new repositories of an account get', () => {
  it('is set, read by other windows and removed', async () => {
    const { client } = slipway;
    const defaults = { tags: 'immutable' as const, scanOnPush: true };
    const set = await client.call('settings.setNewRepositories', { account: 'sandbox', defaults });
    expect(set.newRepositories).toEqual({ sandbox: defaults });
    await client.call('settings.setNewRepositories', { account: 'sandbox' });
    expect((await client.call('settings.read', {})).newRepositories).toEqual({});
  });
});

it('what names the images of a service is remembered, and a service that is chosen again counts as new', async () => {
  const { client } = slipway;
  const service = { account: 'sandbox', region: 'us-east-1', cluster: 'staging', service: 'web' };
  await client.call('settings.setPinned', { service, pinned: 'tag' });
  await client.call('settings.setPinned', { service, pinned: 'digest' });
  const { pinned } = await client.call('settings.read', {});
  expect(pinned).toEqual({ 'sandbox/us-east-1/staging/web': 'digest' });
});

it('what the tags of a repository are made of is remembered, and another source than one of Slipway is refused', async () => {
  const { client } = slipway;
  const repository = { account: 'sandbox', region: 'us-east-1', repository: 'shop/web' };
  await client.call('settings.setTagFrom', { ...repository, tagFrom: 'git' });
  await client.call('settings.setTagFrom', { ...repository, tagFrom: 'env:BUILD_NUMBER' });
  const { tagFrom } = await client.call('settings.read', {});
  expect(tagFrom).toEqual({ 'sandbox/us-east-1/shop/web': 'env:BUILD_NUMBER' });
  await expect(
    client.call('settings.setTagFrom', { ...repository, tagFrom: 'file:/etc/passwd' }),
  ).rejects.toMatchObject({ code: 'INVALID_INPUT' });
});

describe('the address of the webhook', () => {
  it('is kept in a private file and never shown in full', async () => {
    const { client } = slipway;
    const answers = [
      await client.call('settings.setWebhook', { address: ` ${server.address.href} ` }),
      await client.call('settings.read', {}),
    ];
    expect(answers[1]?.notifications.webhookAddress).toEqual({
      host: server.address.host,
      ending: 'WXYZ',
    });
    expect(JSON.stringify(answers)).not.toContain('SECRET');
    expect(statSync(join(folder, 'webhook.key')).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(folder, 'webhook.key'), 'utf8')).toBe(`${server.address.href}\n`);
    const removed = await client.call('settings.removeWebhook', {});
    expect(removed.notifications.webhookAddress).toBeUndefined();
    await expect(client.call('settings.testWebhook', {})).rejects.toThrow('No webhook is set up');
  });

  it('of another process is used, and a test says why it was refused', async () => {
    writeFileSync(join(folder, 'webhook.key'), server.address.href);
    server.answerWith({ status: 403, body: 'invalid_token' });
    await expect(slipway.client.call('settings.testWebhook', {})).rejects.toThrow(
      `${server.address.host} did not take the message (HTTP 403, invalid_token).`,
    );
    const { notifications } = await slipway.client.call('settings.read', {});
    expect(notifications.webhookFailure?.sentence).toContain('HTTP 403');
    await slipway.client.call('settings.testWebhook', {});
    expect((await slipway.client.call('settings.read', {})).notifications.webhookFailure).toBeUndefined();
  });

  it.each(['hooks.slack.com/services/very-secret', 'http://hooks.slack.com/very-secret', 'ftp://a/b'])(
    'is not %s, which the error does not repeat',
    async (address) => {
      const refused = await slipway.client
        .call('settings.setWebhook', { address })
        .catch((error: unknown) => String(error));
      expect(refused).toContain('This is not the address of a webhook.');
      expect(refused).not.toContain('secret');
    },
  );
});

it('a webhook gets what was deployed where, when a release has ended', async () => {
  const { client } = slipway;
  await client.call('settings.setWebhook', { address: server.address.href });
  const service = { account: 'sandbox', region: 'us-east-1', cluster: 'tools', service: 'dashboard' };
  const image = `${new URL(sandbox.endpoint).host}/dashboard:5.2.1`;
  const plan = await client.call('releases.plan', {
    service,
    change: { images: [{ container: 'app', image }] },
  });
  await client.call('releases.execute', { plan: plan.id, why: 'a <fix>' });
  const posted = eventually(() => expect(server.posted).toHaveLength(1));
  await sandbox.clock.runUntil(posted);
  const [message] = server.posted;
  expect(z.object({ text: z.string() }).parse(message?.body).text.split('\n')).toEqual([
    `Succeeded: ${plan.title}`,
    expect.stringContaining('dashboard'),
    'sandbox / us-east-1 / tools / dashboard',
    expect.stringMatching(/^Revision dashboard:\d+$/),
    expect.stringContaining('dashboard'),
    expect.stringMatching(/^By /),
    'Reason: a &lt;fix&gt;',
  ]);
});
