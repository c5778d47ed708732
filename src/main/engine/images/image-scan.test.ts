import { UpdateImageStorageClassCommand } from '@aws-sdk/client-ecr';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { withFolder } from '../testing/killed-process.ts';
import { type ImagesSandbox, INDEX, openImagesSandbox, repositoryOf } from '../testing/pushed-images.ts';
import { type RegistryFront, startRegistryFront } from '../testing/registry-front.ts';
import { openSlipwayOf, type Slipway } from '../testing/slipway.ts';

const PLACE = { account: 'staging', region: 'us-east-1', repository: 'shop/web' };

let images: ImagesSandbox;
let front: RegistryFront;
let digest: string;
beforeAll(async () => {
  images = await openImagesSandbox();
  front = await startRegistryFront(images.sandbox.endpoint);
  const repository = repositoryOf(images, 'shop/web');
  await repository.create();
  ({ digest } = await repository.image('amd64', [Buffer.from('layer')], '1.2.0'));
});
afterAll(async () => {
  await front.close();
  images.ecr.destroy();
  await images.sandbox.close();
});
beforeEach(() => front.fail(() => undefined));

async function withClient(use: (client: Slipway['client']) => Promise<void>): Promise<void> {
  await withFolder(async (folder) => {
    const staging = { ...images.sandbox, endpoint: front.endpoint };
    const slipway = await openSlipwayOf({ staging }, folder);
    try {
      await use(slipway.client);
    } finally {
      await slipway.close();
    }
  });
}

function answerScan(body: object): void {
  front.fail((request) =>
    request === 'DescribeImageScanFindings' ? { kind: 'answer', status: 200, body } : undefined,
  );
}

const daysAgo = (days: number): number => Date.now() / 1000 - days * 86_400;

/** A finding of Amazon Inspector. */
function inspected(vulnerabilityId: string, severity: string, fixedInVersion: string) {
  const vulnerablePackages = [{ name: 'openssl', version: '3.0.0', fixedInVersion }];
  return { severity, packageVulnerabilityDetails: { vulnerabilityId, vulnerablePackages } };
}

describe('images.scan', () => {
  it('says of an image that was never scanned that there is no scan', async () => {
    await withClient(async (client) => {
      const scan = await client.call('images.scan', { ...PLACE, image: '1.2.0' });
      expect(scan).toEqual({ state: 'none', isOld: false, findings: [], total: 0 });
    });
  });

  it('lists the worst first, and of these the ones with a fix, with both versions', async () => {
    const enhancedFindings = [
      inspected('CVE-1', 'LOW', '3.0.1'),
      inspected('CVE-2', 'CRITICAL', 'NotAvailable'),
      inspected('CVE-3', 'CRITICAL', '3.0.9'),
    ];
    const imageScanFindings = { imageScanCompletedAt: daysAgo(90), enhancedFindings };
    answerScan({ imageScanStatus: { status: 'ACTIVE' }, imageScanFindings });
    await withClient(async (client) => {
      const scan = await client.call('images.scan', { ...PLACE, image: digest });
      expect(scan).toMatchObject({ state: 'complete', isOld: false, total: 3 });
      expect(scan.findings).toEqual([
        { name: 'CVE-3', severity: 'CRITICAL', component: 'openssl', installed: '3.0.0', fixedIn: '3.0.9' },
        { name: 'CVE-2', severity: 'CRITICAL', component: 'openssl', installed: '3.0.0' },
        { name: 'CVE-1', severity: 'LOW', component: 'openssl', installed: '3.0.0', fixedIn: '3.0.1' },
      ]);
    });
  });

  it('lists 200 findings and counts the others, and says that the scan is old', async () => {
    const findings = Array.from({ length: 250 }, (_, index) => ({ name: `CVE-${index}`, severity: 'HIGH' }));
    const imageScanFindings = { imageScanCompletedAt: daysAgo(31), findings };
    answerScan({ imageScanStatus: { status: 'COMPLETE' }, imageScanFindings });
    await withClient(async (client) => {
      const scan = await client.call('images.scan', { ...PLACE, image: digest });
      expect(scan).toMatchObject({ state: 'complete', isOld: true, total: 250 });
      expect(scan.findings).toHaveLength(200);
    });
  });

  it.each([
    ['IN_PROGRESS', { state: 'running' }],
    ['UNSUPPORTED_IMAGE', { state: 'failed', problem: expect.stringContaining('cannot scan an image') }],
  ])('says what became of a scan that is %s', async (status, expected) => {
    answerScan({ imageScanStatus: { status, description: 'as ECR says' } });
    await withClient(async (client) => {
      expect(await client.call('images.scan', { ...PLACE, image: digest })).toMatchObject(expected);
    });
  });
});

describe('images.referrers', () => {
  it('lists what refers to an image by its kind, with digest, type and size', async () => {
    const subject = { mediaType: 'application/vnd.oci.image.manifest.v1+json', digest, size: 1 };
    const signature = await repositoryOf(images, 'shop/web').image(
      '',
      [Buffer.from('s')],
      undefined,
      subject,
    );
    await withClient(async (client) => {
      expect(await client.call('images.referrers', { ...PLACE, digest })).toEqual({
        referrers: [
          {
            digest: signature.digest,
            kind: 'signature',
            artifactType: 'application/vnd.example.signature',
            sizeBytes: signature.size,
            status: 'ACTIVE',
          },
        ],
        isCut: false,
      });
    });
  });

  it.each([
    ['application/spdx+json', undefined, 'sbom'],
    ['application/vnd.in-toto+json', undefined, 'attestation'],
    ['application/vnd.dev.sigstore.bundle.v0.3+json', 'https://sigstore.dev/cosign/sign/v1', 'signature'],
    ['application/vnd.dev.sigstore.bundle.v0.3+json', 'https://spdx.dev/Document', 'sbom'],
    ['application/vnd.dev.sigstore.bundle.v0.3+json', 'https://slsa.dev/provenance/v1', 'attestation'],
    ['application/vnd.example', undefined, 'other'],
  ])('tells the kind of %s with the predicate %s: %s', async (artifactType, predicate, kind) => {
    const annotations = predicate === undefined ? {} : { 'dev.sigstore.bundle.predicateType': predicate };
    const body = { referrers: [{ digest, mediaType: 'x', size: 9, artifactType, annotations }] };
    front.fail((request) =>
      request === 'ListImageReferrers' ? { kind: 'answer', status: 200, body } : undefined,
    );
    await withClient(async (client) => {
      const { referrers } = await client.call('images.referrers', { ...PLACE, digest });
      expect(referrers).toMatchObject([{ kind }]);
    });
  });
});

describe('images.referrers of an index', () => {
  it('lists those of its platforms too, and what is under a tag of cosign', async () => {
    const repository = repositoryOf(images, 'shop/many');
    await repository.create();
    const amd64 = await repository.image('amd64', [Buffer.from('a')]);
    const arm64 = await repository.image('arm64', [Buffer.from('b')]);
    const manifests = [
      { ...amd64, platform: { os: 'linux', architecture: 'amd64' } },
      { ...arm64, platform: { os: 'linux', architecture: 'arm64', variant: 'v8' } },
    ];
    const index = await repository.put({ schemaVersion: 2, mediaType: INDEX, manifests }, INDEX, '1.0.0');
    const tag = `${index.digest.replace(':', '-')}.sig`;
    const tagged = await repository.image('unknown', [Buffer.from('c')], tag);
    const signature = 'application/vnd.cncf.notary.signature';
    const signed = await repository.image('unknown', [Buffer.from('d')], undefined, arm64, signature);
    await withClient(async (client) => {
      const place = { ...PLACE, repository: 'shop/many' };
      expect(await client.call('images.referrers', { ...place, digest: index.digest })).toEqual({
        referrers: [
          { digest: tagged.digest, kind: 'signature', tag, sizeBytes: tagged.size, status: 'ACTIVE' },
          {
            digest: signed.digest,
            kind: 'signature',
            artifactType: signature,
            platform: 'linux/arm64/v8',
            sizeBytes: signed.size,
            status: 'ACTIVE',
          },
        ],
        isCut: false,
      });
    });
  });
});

describe('images.restore', () => {
  const place = { ...PLACE, image: '1.2.0' };

  it('restores an archived image, which is active then, and writes it to the journal', async () => {
    await images.ecr.send(
      new UpdateImageStorageClassCommand({
        repositoryName: 'shop/web',
        imageId: { imageDigest: digest },
        targetStorageClass: 'ARCHIVE',
      }),
    );
    await withClient(async (client) => {
      const statusOf = async () =>
        (await client.call('images.list', PLACE)).find((image) => image.digest === digest)?.status;
      expect(await statusOf()).toBe('ARCHIVED');
      expect(await client.call('images.restore', place)).toEqual({ status: 'ACTIVE' });
      expect(await statusOf()).toBe('ACTIVE');
      const { entries } = await client.call('journal.list', { limit: 5 });
      expect(entries).toMatchObject([
        {
          state: 'done',
          title: 'Restore shop/web:1.2.0 from the archive',
          steps: [{ operation: 'UpdateImageStorageClass', state: 'done' }],
        },
      ]);
    });
  });

  it('returns ACTIVATING while ECR restores it, and says what to look at where ECR refuses', async () => {
    const answer = (status: number, body: object) =>
      front.fail((request) =>
        request === 'UpdateImageStorageClass' ? { kind: 'answer', status, body } : undefined,
      );
    await withClient(async (client) => {
      answer(200, { imageStatus: 'ACTIVATING' });
      expect(await client.call('images.restore', place)).toEqual({ status: 'ACTIVATING' });
      answer(400, { __type: 'ImageStorageClassUpdateNotSupportedException', message: 'no' });
      await expect(client.call('images.restore', place)).rejects.toMatchObject({
        code: 'CONFLICT',
        message: expect.stringContaining('only an archived image can be restored'),
      });
    });
  });
});

it('repositories.makeImmutable refuses to move tags from then on, and is in the journal', async () => {
  const repository = repositoryOf(images, 'moving');
  await repository.create();
  await repository.image('amd64', [Buffer.from('one')], 'latest');
  await withClient(async (client) => {
    expect(await client.call('repositories.makeImmutable', { ...PLACE, repository: 'moving' })).toEqual({});
    await expect(repository.image('arm64', [Buffer.from('two')], 'latest')).rejects.toThrow(/immutable/);
    const { entries } = await client.call('journal.list', { limit: 1 });
    expect(entries).toMatchObject([{ state: 'done', title: 'Make the tags of moving immutable' }]);
    const listed = await client.call('repositories.list', { account: PLACE.account, region: PLACE.region });
    expect(listed.find(({ name }) => name === 'moving')).toMatchObject({ tagMutability: 'IMMUTABLE' });
  });
});
