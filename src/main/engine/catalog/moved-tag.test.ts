import {
  BatchGetImageCommand,
  DescribeImagesCommand,
  ECRClient,
  PutImageCommand,
  PutImageTagMutabilityCommand,
} from '@aws-sdk/client-ecr';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startTestSandbox, type TestSandbox } from '../../../sandbox/testing/sandbox.ts';
import type { ServiceDetail } from '../../../shared/model/service.ts';
import { aCall, openReleaseEngine, type ReleaseEngine } from '../testing/release-engine.ts';

const CLUSTER = 'production';
const SERVICE = 'session';
const REPOSITORY = 'session';

let sandbox: TestSandbox;
let engine: ReleaseEngine;
let ecr: ECRClient;

beforeEach(async () => {
  sandbox = await startTestSandbox({ scenario: 'demo' });
  const { endpoint, region, credentials } = sandbox;
  ecr = new ECRClient({ endpoint, region, credentials });
  engine = await openReleaseEngine(sandbox);
});
afterEach(async () => {
  engine.close();
  ecr.destroy();
  await sandbox.close();
});

function readService(): Promise<ServiceDetail> {
  return engine.catalog['services.get'](engine.service(CLUSTER, SERVICE), aCall());
}

async function setMutability(imageTagMutability: 'MUTABLE' | 'IMMUTABLE'): Promise<void> {
  await ecr.send(new PutImageTagMutabilityCommand({ repositoryName: REPOSITORY, imageTagMutability }));
}

/** Gives the tag that the service runs to another image of its repository. Returns the digests before and after. */
async function moveTag(): Promise<{ readonly running: string; readonly now: string }> {
  const { runs } = await readService();
  const [tag = ''] = runs[0]?.image.split(':').slice(-1) ?? [];
  const running = runs[0]?.digests[0]?.digest ?? '';
  const { imageDetails = [] } = await ecr.send(new DescribeImagesCommand({ repositoryName: REPOSITORY }));
  const now = imageDetails.map(({ imageDigest }) => imageDigest).find((digest) => digest !== running) ?? '';
  const { images = [] } = await ecr.send(
    new BatchGetImageCommand({ repositoryName: REPOSITORY, imageIds: [{ imageDigest: now }] }),
  );
  const imageManifest = images[0]?.imageManifest;
  await setMutability('MUTABLE');
  await ecr.send(new PutImageCommand({ repositoryName: REPOSITORY, imageManifest, imageTag: tag }));
  // A new engine has read no tag yet.
  engine.close();
  engine = await openReleaseEngine(sandbox);
  return { running, now };
}

it('a service whose tag has moved has drifted, on its page and in the list, although all tasks run one image', async () => {
  const { running, now } = await moveTag();
  const { state, problem, runs } = await readService();
  expect(runs[0]?.digests.map(({ digest }) => digest)).toEqual([running]);
  expect([state, problem?.kind]).toEqual(['degraded', 'tag-moved']);
  expect(problem?.sentence).toContain(`tasks run ${running.slice(0, 15)}`);
  expect(problem?.sentence).toContain(`the next deployment runs ${now.slice(0, 15)}`);
  const rows = await engine.catalog['services.list']({ ...engine.scope, cluster: CLUSTER }, aCall());
  expect(rows.find(({ name }) => name === SERVICE)?.problem?.kind).toBe('tag-moved');
});

it('a tag that stands for the running image is no drift', async () => {
  expect((await readService()).problem).toBeUndefined();
});

it('a tag of a repository whose tags cannot move is not asked for', async () => {
  await moveTag();
  await setMutability('IMMUTABLE');
  expect((await readService()).problem).toBeUndefined();
});
