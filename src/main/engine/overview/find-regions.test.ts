import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request } from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { CreateClusterCommand, ECSClient } from '@aws-sdk/client-ecs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestSandbox, type TestSandbox } from '../../../sandbox/testing/sandbox.ts';
import type { RegionClusters } from '../../../shared/model/overview.ts';
import { REGIONS } from '../../../shared/regions.ts';
import { openSlipwayWithProfiles, type Slipway } from '../testing/slipway.ts';

const CI = 'profile:ci';
/** What AWS answers in regions that have a state of their own. */
const REFUSALS: Readonly<Record<string, readonly [string, string]>> = {
  'eu-south-1': ['UnrecognizedClientException', 'The security token included in the request is invalid.'],
  'sa-east-1': [
    'AccessDeniedException',
    'User: arn:aws:iam::123456789012:user/ci is not authorized to perform: ecs:ListClusters with an explicit deny in a service control policy',
  ],
};

let folder: string;
let sandbox: TestSandbox;
let slipway: Slipway;
/** The regions that were asked, and how many requests were in progress at most. */
let asked: string[];
let most: number;
let refusals: Readonly<Record<string, readonly [string, string]>>;
let closeServer: () => void;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'slipway-regions-'));
  mkdirSync(join(folder, '.aws'));
  sandbox = await startTestSandbox({ scenario: 'demo' });
  asked = [];
  most = 0;
  refusals = REFUSALS;
  const endpoint = await serveRegions();
  const { accessKeyId, secretAccessKey } = sandbox.credentials;
  const keys = `aws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}`;
  writeFileSync(
    join(folder, '.aws', 'config'),
    `[profile ci]\nregion = us-east-1\nendpoint_url = ${endpoint}\n${keys}\n`,
  );
  slipway = await openSlipwayWithProfiles(folder);
});
afterEach(async () => {
  await slipway.close();
  closeServer();
  await sandbox.close();
  rmSync(folder, { recursive: true });
});

/** The sandbox, with regions that refuse. The region of a request is in its signature. */
async function serveRegions(): Promise<string> {
  let inProgress = 0;
  const server = createServer((incoming, outgoing) => {
    void (async () => {
      const { method = 'GET', headers, url = '/' } = incoming;
      const body = await buffer(incoming);
      const region = /Credential=[^/]+\/\d+\/([^/]+)\//.exec(headers.authorization ?? '')?.[1] ?? '';
      if (String(headers['x-amz-target'] ?? '').endsWith('.ListClusters')) {
        asked.push(region);
        inProgress += 1;
        most = Math.max(most, inProgress);
        outgoing.on('close', () => {
          inProgress -= 1;
        });
      }
      const refusal = refusals[region];
      if (refusal !== undefined) {
        outgoing.writeHead(400, { 'content-type': 'application/x-amz-json-1.1' });
        outgoing.end(JSON.stringify({ __type: refusal[0], message: refusal[1] }));
        return;
      }
      const passed = request(new URL(url, sandbox.endpoint), { method, headers }, (answer) => {
        outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(outgoing);
      });
      passed.end(body);
    })();
  });
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', resolve);
  await promise;
  closeServer = () => {
    server.closeAllConnections();
    server.close();
  };
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  return `http://127.0.0.1:${address.port}`;
}

function byRegion(found: readonly RegionClusters[]): ReadonlyMap<string, RegionClusters> {
  return new Map(found.map((each) => [each.region, each]));
}

describe('the regions of an account', () => {
  it('are found with one call for each region of the partition, a few at a time', async () => {
    const { endpoint, credentials } = sandbox;
    const ecs = new ECSClient({ endpoint, credentials, region: 'eu-central-1' });
    await ecs.send(new CreateClusterCommand({ clusterName: 'live' }));
    ecs.destroy();
    const found = byRegion(await slipway.client.call('accounts.regions', { account: CI }));
    expect(found.get('eu-central-1')).toEqual({ region: 'eu-central-1', state: 'clusters', clusters: 1 });
    expect(found.get('us-east-1')?.state).toBe('clusters');
    expect(found.get('eu-west-1')).toEqual({ region: 'eu-west-1', state: 'empty', clusters: 0 });
    expect(found.has('cn-north-1')).toBe(false);
    expect(asked.toSorted()).toEqual([...found.keys()].toSorted());
    expect(most).toBeLessThanOrEqual(6);
  });

  it('that refuse or are not enabled are shown as such, and the credentials are kept', async () => {
    const found = byRegion(await slipway.client.call('accounts.regions', { account: CI }));
    expect(found.get('eu-south-1')).toMatchObject({
      state: 'disabled',
      problem: expect.stringContaining('Enable the region for the account'),
    });
    expect(found.get('sa-east-1')).toMatchObject({
      state: 'refused',
      problem: expect.stringContaining('ecs:ListClusters'),
    });
    const identities = (): number =>
      sandbox.calls().filter(({ operation }) => operation === 'GetCallerIdentity').length;
    expect(identities()).toBe(1);
    await slipway.client.call('clusters.list', { account: CI, region: 'us-east-1' });
    expect(identities()).toBe(1);
  });

  it('are not asked when the credentials are refused in the first one', async () => {
    refusals = { 'us-east-1': ['UnrecognizedClientException', 'The security token is invalid.'] };
    await expect(slipway.client.call('accounts.regions', { account: CI })).rejects.toMatchObject({
      code: 'AUTH_REQUIRED',
    });
    expect(new Set(asked).size).toBeLessThanOrEqual(1);
  });
});

it('the regions are those that the AWS SDK knows, without those of closed partitions', () => {
  const file = createRequire(import.meta.url).resolve('@aws-sdk/core/client');
  const text = readFileSync(file, 'utf8');
  const known = [...text.matchAll(/"(?<name>[a-z]{2,4}(?:-[a-z]+)+-\d)": \{/g)].map(
    ({ groups }) => groups?.name ?? '',
  );
  expect(known.length).toBeGreaterThan(30);
  expect(REGIONS.toSorted()).toEqual(known.filter((name) => !/iso/.test(name)).toSorted());
});
