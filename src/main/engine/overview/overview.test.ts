import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startTestSandbox, type TestSandbox } from '../../../sandbox/testing/sandbox.ts';
import type { Client } from '../../../shared/client.ts';
import type { PlaceOverview } from '../../../shared/model/overview.ts';
import { openSlipwayWithProfiles } from '../testing/slipway.ts';

const cleanUps: (() => unknown)[] = [];
let home: string;
let demo: TestSandbox;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'overview-'));
  cleanUps.push(() => rm(home, { recursive: true }));
  await mkdir(join(home, '.aws'));
  demo = await startTestSandbox({ scenario: 'demo' });
  cleanUps.push(() => demo.close());
});
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});

async function engineWith(...profiles: readonly string[]): Promise<Client> {
  await writeFile(join(home, '.aws', 'config'), profiles.join('\n'));
  const slipway = await openSlipwayWithProfiles(home);
  cleanUps.push(() => slipway.close());
  return slipway.client;
}

const profile = (name: string, endpoint: string): string =>
  [
    `[profile ${name}]`,
    'region = us-east-1',
    'aws_access_key_id = sandbox',
    'aws_secret_access_key = sandbox',
    `endpoint_url = ${endpoint}`,
    '',
  ].join('\n');

it('an overview of all accounts reads every cluster, and says why an account fails or is not read', async () => {
  const client = await engineWith(
    profile('demo', demo.endpoint),
    profile('far', 'http://127.0.0.1:1'),
    '[profile process]\nregion = us-east-1\ncredential_process = /bin/false\n',
  );
  const events: PlaceOverview[] = [];
  const places = await client.call('overview.read', {}, { onEvent: (place) => void events.push(place) });

  expect(places.map(({ account, state }) => [account, state])).toEqual([
    ['profile:demo', 'read'],
    ['profile:far', 'failed'],
    ['profile:process', 'sign-in'],
  ]);
  expect(places[1]?.problem).toContain("Couldn't reach 127.0.0.1:1");
  const [read] = places;
  expect(read?.clusters.map(({ name, services }) => [name, services])).toEqual([
    ['production', 7],
    ['staging', 3],
    ['tools', 2],
  ]);
  const production = read?.clusters[0];
  // What was rolled back runs as it should: neither failing nor degraded.
  expect(production?.counts).toMatchObject({ failing: 0, degraded: 0, rolledBack: 1, deploying: 1 });
  expect(production?.rows.map(({ name }) => name)).toContain('pricing');
  // Clusters come before the services of the last one.
  const first = events.find(({ account, clusters }) => account === 'profile:demo' && clusters.length > 0);
  expect(first?.state).toBe('reading');
  expect(first?.clusters.every(({ counts }) => counts === undefined)).toBe(true);
});

it('an overview asks nothing for an account that has no region, until a region is named', async () => {
  const withoutRegion = profile('demo', demo.endpoint).replace('region = us-east-1\n', '');
  const client = await engineWith(withoutRegion);
  const { accounts } = await client.call('accounts.list', {});
  expect(accounts.map(({ id, region }) => [id, region])).toEqual([['profile:demo', undefined]]);
  expect(await client.call('overview.read', {})).toEqual([]);
  expect(await client.call('search.refresh', {})).toEqual([]);
  const [place] = await client.call('overview.read', { account: 'profile:demo', region: 'us-east-1' });
  expect(place?.state).toBe('read');
});

it('what a person has listed is known without another request', async () => {
  const client = await engineWith(profile('demo', demo.endpoint));
  const scope = { account: 'profile:demo', region: 'us-east-1' };
  expect(await client.call('overview.known', {})).toEqual([]);
  await client.call('clusters.list', scope);
  await client.call('services.list', { ...scope, cluster: 'staging' });

  const [place] = await client.call('overview.known', {});
  expect(place?.state).toBe('read');
  const counted = place?.clusters.filter(({ counts }) => counts !== undefined);
  expect(counted?.map(({ name }) => name)).toEqual(['staging']);
});

it('an account that fails to list its clusters is known as failed', async () => {
  const client = await engineWith(profile('far', 'http://127.0.0.1:1'));
  const scope = { account: 'profile:far', region: 'us-east-1' };
  await expect(client.call('clusters.list', scope)).rejects.toThrow("Couldn't reach");
  const [place] = await client.call('overview.known', {});
  expect([place?.state, place?.problem]).toEqual(['failed', expect.stringContaining("Couldn't reach")]);
});

it('an overview asks nobody to sign in, also where a sign-in looks as if it could be renewed', async () => {
  const cache = join(home, '.aws', 'sso', 'cache');
  await mkdir(cache, { recursive: true });
  const hour = 3_600_000;
  const token = {
    startUrl: `${demo.endpoint}/start`,
    region: 'us-east-1',
    accessToken: 'ended',
    expiresAt: new Date(Date.now() - hour).toISOString(),
    refreshToken: 'revoked',
    clientId: 'client',
    clientSecret: 'secret',
    registrationExpiresAt: new Date(Date.now() + hour).toISOString(),
  };
  await writeFile(
    join(cache, `${createHash('sha1').update('corp').digest('hex')}.json`),
    JSON.stringify(token),
  );
  const role =
    'sso_session = corp\nsso_account_id = 123456789012\nsso_role_name = Developer\nregion = us-east-1';
  const client = await engineWith(
    `[profile shop]\n${role}\nendpoint_url = ${demo.endpoint}\n`,
    `[sso-session corp]\nsso_start_url = ${demo.endpoint}/start\nsso_region = us-east-1\n`,
  );
  const asked: unknown[] = [];
  const end = new AbortController();
  const watching = client.call(
    'prompts.watch',
    {},
    {
      signal: end.signal,
      onEvent(prompt) {
        asked.push(prompt);
        end.abort();
      },
    },
  );
  const reading = { signal: end.signal, onEvent: () => undefined };
  const places = await client.call('overview.read', {}, reading);
  end.abort();
  await expect(watching).rejects.toMatchObject({ code: 'CANCELLED' });
  expect(places.map(({ account, state }) => [account, state])).toEqual([['profile:shop', 'sign-in']]);
  expect(asked).toEqual([]);
});
