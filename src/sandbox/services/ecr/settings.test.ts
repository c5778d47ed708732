import * as ecrApi from '@aws-sdk/client-ecr';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestRegistry, type TestRegistry } from '../../testing/registry.ts';
import { createSteppedClock } from '../../testing/stepped-clock.ts';

const clock = createSteppedClock({ start: new Date('2026-01-01T00:00:00Z') });
const HOUR_MS = 60 * 60 * 1000;
let registry: TestRegistry;
let ecr: ecrApi.ECRClient;
beforeAll(async () => {
  registry = await startTestRegistry(
    [
      { repositoryName: 'web', tags: [{ Key: 'team', Value: 'shop' }] },
      { repositoryName: 'scanned', imageScanningConfiguration: { scanOnPush: true } },
      { repositoryName: 'inspected' },
      { repositoryName: 'old' },
      { repositoryName: 'archive' },
    ],
    { clock },
  );
  ecr = registry.ecr;
});
afterAll(() => registry.close());

const failsWith = (name: string): unknown => expect.objectContaining({ name });

describe('scans', () => {
  it('find what the image’s label says, some seconds after the push', async () => {
    const config = Buffer.from(
      JSON.stringify({
        architecture: 'amd64',
        os: 'linux',
        config: { Labels: { 'slipway.sandbox.findings': 'CRITICAL=1, HIGH=2' } },
      }),
    );
    const digest = await registry.pushBlob('scanned', config);
    const manifest = JSON.stringify({
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      config: { mediaType: 'application/vnd.oci.image.config.v1+json', digest, size: config.length },
      layers: [],
    });
    await ecr.send(
      new ecrApi.PutImageCommand({ repositoryName: 'scanned', imageManifest: manifest, imageTag: 'v1' }),
    );
    const imageId = { imageTag: 'v1' };
    const findings = () =>
      ecr.send(
        new ecrApi.DescribeImageScanFindingsCommand({ repositoryName: 'scanned', imageId, maxResults: 2 }),
      );
    expect((await findings()).imageScanStatus?.status).toBe('IN_PROGRESS');
    clock.advance(30_000);
    const { imageScanFindings, nextToken } = await findings();
    expect(imageScanFindings?.findingSeverityCounts).toEqual({ CRITICAL: 1, HIGH: 2 });
    expect(imageScanFindings?.findings?.map(({ severity }) => severity)).toEqual(['CRITICAL', 'HIGH']);
    expect(nextToken).toBeDefined();
    const { imageDetails } = await ecr.send(new ecrApi.DescribeImagesCommand({ repositoryName: 'scanned' }));
    expect(imageDetails?.[0]).toMatchObject({
      imageScanStatus: { status: 'COMPLETE' },
      imageScanFindingsSummary: { findingSeverityCounts: { CRITICAL: 1, HIGH: 2 } },
    });
    const again = ecr.send(new ecrApi.StartImageScanCommand({ repositoryName: 'scanned', imageId }));
    await expect(again).rejects.toThrow(failsWith('LimitExceededException'));
  });

  it('of Inspector name the version with the fix, go on by themselves, and are not started by hand', async () => {
    const scanning: ecrApi.PutRegistryScanningConfigurationCommandInput = {
      scanType: 'ENHANCED',
      rules: [
        {
          scanFrequency: 'CONTINUOUS_SCAN',
          repositoryFilters: [{ filter: 'inspected', filterType: 'WILDCARD' }],
        },
      ],
    };
    await ecr.send(new ecrApi.PutRegistryScanningConfigurationCommand(scanning));
    const labels = {
      'slipway.sandbox.findings': 'HIGH=2',
      'slipway.sandbox.findings-without-fix': 'HIGH=1',
    };
    const repositoryName = 'inspected';
    const config = Buffer.from(
      JSON.stringify({ architecture: 'amd64', os: 'linux', config: { Labels: labels } }),
    );
    const digest = await registry.pushBlob(repositoryName, config);
    const manifest = JSON.stringify({
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      config: { mediaType: 'application/vnd.oci.image.config.v1+json', digest, size: config.length },
      layers: [],
    });
    const imageId = { imageTag: 'v1' };
    await ecr.send(
      new ecrApi.PutImageCommand({ repositoryName, imageManifest: manifest, imageTag: imageId.imageTag }),
    );
    clock.advance(30_000);
    const found = await ecr.send(new ecrApi.DescribeImageScanFindingsCommand({ repositoryName, imageId }));
    expect(found.imageScanStatus?.status).toBe('ACTIVE');
    const { findings, enhancedFindings = [], findingSeverityCounts } = found.imageScanFindings ?? {};
    expect(findings).toBeUndefined();
    expect(findingSeverityCounts).toEqual({ HIGH: 2 });
    expect(
      enhancedFindings.map(({ fixAvailable, packageVulnerabilityDetails: details }) => [
        details?.vulnerabilityId,
        fixAvailable,
        details?.vulnerablePackages?.[0]?.fixedInVersion,
      ]),
    ).toEqual([
      ['CVE-2026-20001', 'NO', 'NotAvailable'],
      ['CVE-2026-20002', 'YES', '3.0.15'],
    ]);
    const start = ecr.send(new ecrApi.StartImageScanCommand({ repositoryName, imageId }));
    await expect(start).rejects.toThrow(failsWith('ValidationException'));
    await ecr.send(new ecrApi.PutRegistryScanningConfigurationCommand({ scanType: 'BASIC', rules: [] }));
  });

  it('do not exist before one was started', async () => {
    await registry.pushImage('web', 'unscanned', 'unscanned');
    const call = ecr.send(
      new ecrApi.DescribeImageScanFindingsCommand({
        repositoryName: 'web',
        imageId: { imageTag: 'unscanned' },
      }),
    );
    await expect(call).rejects.toMatchObject({
      name: 'ScanNotFoundException',
      message: expect.stringContaining("image with '{imageDigest:'null', imageTag:'unscanned'}' in the"),
    });
  });
});

describe('a lifecycle policy', () => {
  const policy = (countNumber: number) =>
    JSON.stringify({
      rules: [
        {
          rulePriority: 1,
          description: 'Keep what is newest of all images in here.',
          selection: { tagStatus: 'any', countType: 'imageCountMoreThan', countNumber },
          action: { type: 'expire' },
        },
      ],
    });

  it('can be previewed, and is then applied', async () => {
    const repositoryName = 'old';
    for (const tag of ['v1', 'v2', 'v3']) {
      await registry.pushImage(repositoryName, tag, tag);
      clock.advance(1000);
    }
    const lifecyclePolicyText = policy(1);
    await ecr.send(new ecrApi.StartLifecyclePolicyPreviewCommand({ repositoryName, lifecyclePolicyText }));
    const preview = () => ecr.send(new ecrApi.GetLifecyclePolicyPreviewCommand({ repositoryName }));
    expect((await preview()).status).toBe('IN_PROGRESS');
    clock.advance(10_000);
    const { status, summary, previewResults = [] } = await preview();
    expect([status, summary?.expiringImageTotalCount]).toEqual(['COMPLETE', 2]);
    expect(previewResults.flatMap(({ imageTags = [] }) => imageTags).toSorted()).toEqual(['v1', 'v2']);

    await ecr.send(new ecrApi.PutLifecyclePolicyCommand({ repositoryName, lifecyclePolicyText }));
    const read = await ecr.send(new ecrApi.GetLifecyclePolicyCommand({ repositoryName }));
    expect(read.lifecyclePolicyText).toBe(lifecyclePolicyText);
    expect(read.lastEvaluatedAt).toEqual(new Date(0));
    const tags = async () =>
      (await ecr.send(new ecrApi.ListImagesCommand({ repositoryName }))).imageIds?.map((id) => id.imageTag);
    expect(await tags()).toHaveLength(3);
    clock.advance(2 * HOUR_MS);
    expect(await tags()).toEqual(['v3']);
    const applied = await ecr.send(new ecrApi.GetLifecyclePolicyCommand({ repositoryName }));
    expect(clock.now().getTime() - (applied.lastEvaluatedAt?.getTime() ?? 0)).toBe(HOUR_MS);
  });

  it('no longer exists once it is deleted', async () => {
    const repositoryName = 'web';
    await ecr.send(new ecrApi.PutLifecyclePolicyCommand({ repositoryName, lifecyclePolicyText: policy(1) }));
    await ecr.send(new ecrApi.DeleteLifecyclePolicyCommand({ repositoryName }));
    await expect(ecr.send(new ecrApi.GetLifecyclePolicyCommand({ repositoryName }))).rejects.toThrow(
      failsWith('LifecyclePolicyNotFoundException'),
    );
  });
});

it('ECR archives an image, which then cannot be pulled, and restores it', async () => {
  const repositoryName = 'archive';
  const imageDigest = await registry.pushImage(repositoryName, 'v1', 'archived');
  const store = (targetStorageClass: 'ARCHIVE' | 'STANDARD') =>
    ecr.send(
      new ecrApi.UpdateImageStorageClassCommand({
        repositoryName,
        imageId: { imageDigest },
        targetStorageClass,
      }),
    );
  expect((await store('ARCHIVE')).imageStatus).toBe('ARCHIVED');
  expect((await registry.send('GET', '/v2/archive/manifests/v1')).status).toBe(403);
  const listed = await ecr.send(
    new ecrApi.ListImagesCommand({ repositoryName, filter: { imageStatus: 'ARCHIVED' } }),
  );
  expect(listed.imageIds).toEqual([{ imageDigest, imageTag: 'v1' }]);
  expect((await store('STANDARD')).imageStatus).toBe('ACTIVE');
  expect((await registry.send('GET', '/v2/archive/manifests/v1')).status).toBe(200);
});

it('ECR keeps the tags of a repository', async () => {
  const resourceArn = 'arn:aws:ecr:us-east-1:123456789012:repository/web';
  const tagsOf = async () => (await ecr.send(new ecrApi.ListTagsForResourceCommand({ resourceArn }))).tags;
  const tags = [
    { Key: 'team', Value: 'cart' },
    { Key: 'tier', Value: '1' },
  ];
  await ecr.send(new ecrApi.TagResourceCommand({ resourceArn, tags }));
  expect(await tagsOf()).toEqual(tags);
  await ecr.send(new ecrApi.UntagResourceCommand({ resourceArn, tagKeys: ['team'] }));
  expect(await tagsOf()).toEqual([{ Key: 'tier', Value: '1' }]);
  const unknown = new ecrApi.ListTagsForResourceCommand({ resourceArn: `${resourceArn}x` });
  await expect(ecr.send(unknown)).rejects.toThrow(failsWith('RepositoryNotFoundException'));
  const noArn = new ecrApi.ListTagsForResourceCommand({ resourceArn: 'web' });
  await expect(ecr.send(noArn)).rejects.toThrow(
    "Invalid parameter at 'resourceArn' failed to satisfy constraint: 'Invalid ARN'",
  );
});

it('ECR keeps the settings of the registry', async () => {
  const rules = [{ destinations: [{ region: 'eu-west-1', registryId: '123456789012' }] }];
  await ecr.send(new ecrApi.PutReplicationConfigurationCommand({ replicationConfiguration: { rules } }));
  expect((await ecr.send(new ecrApi.DescribeRegistryCommand({}))).replicationConfiguration).toEqual({
    rules,
  });
  await registry.pushImage('web', 'copied', 'copied');
  const status = await ecr.send(
    new ecrApi.DescribeImageReplicationStatusCommand({
      repositoryName: 'web',
      imageId: { imageTag: 'copied' },
    }),
  );
  expect(status.replicationStatuses).toMatchObject([{ region: 'eu-west-1', status: 'COMPLETE' }]);

  await ecr.send(
    new ecrApi.PutRegistryScanningConfigurationCommand({
      scanType: 'BASIC',
      rules: [
        { scanFrequency: 'SCAN_ON_PUSH', repositoryFilters: [{ filter: '*', filterType: 'WILDCARD' }] },
      ],
    }),
  );
  const read = await ecr.send(new ecrApi.GetRegistryScanningConfigurationCommand({}));
  expect(read.scanningConfiguration).toEqual({
    scanType: 'BASIC',
    rules: [{ scanFrequency: 'SCAN_ON_PUSH', repositoryFilters: [{ filter: '*', filterType: 'WILDCARD' }] }],
  });
});

it('ECR refuses to replicate a registry to itself', async () => {
  const rules = [{ destinations: [{ region: 'us-east-1', registryId: '123456789012' }] }];
  const put = new ecrApi.PutReplicationConfigurationCommand({ replicationConfiguration: { rules } });
  await expect(ecr.send(put)).rejects.toThrow('Replication destination cannot be the same');
});

describe('a scan rule of the registry', () => {
  const put = (scanFrequency: ecrApi.ScanFrequency, filter: string) =>
    ecr.send(
      new ecrApi.PutRegistryScanningConfigurationCommand({
        scanType: 'BASIC',
        rules: [{ scanFrequency, repositoryFilters: [{ filter, filterType: 'WILDCARD' }] }],
      }),
    );
  const isScanned = async (repositoryName: string, tag: string) => {
    const imageDigest = await registry.pushImage(repositoryName, tag, tag);
    const describeImages = new ecrApi.DescribeImagesCommand({ repositoryName, imageIds: [{ imageDigest }] });
    return (await ecr.send(describeImages)).imageDetails?.[0]?.imageScanStatus !== undefined;
  };

  it('scans what is pushed to the repositories that it names', async () => {
    await put('SCAN_ON_PUSH', 'w*b');
    expect(await isScanned('web', 'by-rule')).toBe(true);
    expect(await isScanned('archive', 'without-rule')).toBe(false);
    const configuration = new ecrApi.BatchGetRepositoryScanningConfigurationCommand({
      repositoryNames: ['web'],
    });
    expect((await ecr.send(configuration)).scanningConfigurations).toMatchObject([
      { scanFrequency: 'SCAN_ON_PUSH', appliedScanFilters: [{ filter: 'w*b', filterType: 'WILDCARD' }] },
    ]);
    await put('SCAN_ON_PUSH', 'rchiv');
    expect(await isScanned('archive', 'name-contains-filter')).toBe(true);
    await put('MANUAL', '*');
    expect(await isScanned('web', 'manual')).toBe(false);
  });

  it('cannot be continuous with basic scanning', async () => {
    await expect(put('CONTINUOUS_SCAN', '*')).rejects.toThrow(failsWith('InvalidParameterException'));
  });
});

describe('a parameter outside of what the API documents is refused', () => {
  const repositoryName = 'web';
  it.each([
    ['a name in capitals', new ecrApi.CreateRepositoryCommand({ repositoryName: 'Web' }), 'repositoryName'],
    ['a name of one letter', new ecrApi.CreateRepositoryCommand({ repositoryName: 'w' }), 'repositoryName'],
    ['a page of nothing', new ecrApi.ListImagesCommand({ repositoryName, maxResults: 0 }), 'maxResults'],
    ['too large a page', new ecrApi.ListImagesCommand({ repositoryName, maxResults: 1001 }), 'maxResults'],
    ['no images', new ecrApi.BatchGetImageCommand({ repositoryName, imageIds: [] }), 'imageIds'],
    [
      'too many images',
      new ecrApi.BatchGetImageCommand({ repositoryName, imageIds: Array(101).fill({ imageTag: 'v1' }) }),
      'imageIds',
    ],
    ['a short account', new ecrApi.ListImagesCommand({ repositoryName, registryId: '123' }), 'registryId'],
    [
      'a digest that is none',
      new ecrApi.PutImageCommand({ repositoryName, imageManifest: '{}', imageDigest: 'abc' }),
      'imageDigest',
    ],
    [
      'a tag that begins with a dash',
      new ecrApi.PutImageCommand({ repositoryName, imageManifest: '{}', imageTag: '-x' }),
      'imageTag',
    ],
    [
      'a policy that is too short',
      new ecrApi.PutLifecyclePolicyCommand({ repositoryName, lifecyclePolicyText: '{}' }),
      'lifecyclePolicyText',
    ],
  ] as const)('%s', async (_what, command, member) => {
    await expect(ecr.send(command as ecrApi.ListImagesCommand)).rejects.toThrow(
      expect.objectContaining({
        name: 'InvalidParameterException',
        message: expect.stringContaining(`Invalid parameter at '${member}' failed to satisfy constraint: `),
      }),
    );
  });
});

it('PutImage refuses a manifest that does not say what it is, unless the request does', async () => {
  const repositoryName = 'untyped';
  await ecr.send(new ecrApi.CreateRepositoryCommand({ repositoryName }));
  const put = {
    repositoryName,
    imageManifest: JSON.stringify({ schemaVersion: 2, manifests: [] }),
    imageTag: 'v1',
  };
  await expect(ecr.send(new ecrApi.PutImageCommand(put))).rejects.toThrow(
    expect.objectContaining({
      name: 'InvalidParameterException',
      message: 'image manifest mediatype not provided in manifest or parameter',
    }),
  );
  const imageManifestMediaType = 'application/vnd.oci.image.index.v1+json';
  const { image } = await ecr.send(new ecrApi.PutImageCommand({ ...put, imageManifestMediaType }));
  expect(image?.imageManifestMediaType).toBe(imageManifestMediaType);
});

describe('the encryption of a new repository', () => {
  const KEY = 'arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab';
  const create = async (repositoryName: string, encryptionConfiguration: ecrApi.EncryptionConfiguration) =>
    ecr.send(new ecrApi.CreateRepositoryCommand({ repositoryName, encryptionConfiguration }));
  const shown = async (repositoryName: string) => {
    const command = new ecrApi.DescribeRepositoriesCommand({ repositoryNames: [repositoryName] });
    return (await ecr.send(command)).repositories?.[0]?.encryptionConfiguration;
  };

  it('is kept and shown with its key', async () => {
    await create('dsse', { encryptionType: 'KMS_DSSE', kmsKey: KEY });
    expect(await shown('dsse')).toEqual({ encryptionType: 'KMS_DSSE', kmsKey: KEY });
    await create('by-id', { encryptionType: 'KMS', kmsKey: '1234abcd-12ab-34cd-56ef-1234567890ab' });
    expect(await shown('by-id')).toEqual({ encryptionType: 'KMS', kmsKey: KEY });
    await create('managed-key', { encryptionType: 'KMS' });
    expect((await shown('managed-key'))?.kmsKey).toMatch(/^arn:aws:kms:us-east-1:123456789012:key\//);
    expect(await shown('web')).toEqual({ encryptionType: 'AES256' });
  });

  it.each([
    ['has a known type', { encryptionType: 'ROT13' as 'KMS' }, 'InvalidParameterException'],
    ['has no key when it is AES256', { encryptionType: 'AES256', kmsKey: KEY }, 'InvalidParameterException'],
    [
      'has a key of its own region',
      { encryptionType: 'KMS', kmsKey: KEY.replace('us-east-1', 'eu-west-1') },
      'KmsException',
    ],
  ] as const)('%s', async (_what, encryptionConfiguration, error) => {
    await expect(create('refused', encryptionConfiguration)).rejects.toThrow(failsWith(error));
  });
});

describe('a policy of a repository or of the registry', () => {
  const STATEMENT = {
    Sid: 'Pull',
    Effect: 'Allow',
    Principal: { AWS: ['arn:aws:iam::210987654321:root'] },
    Action: ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
  };
  const put = async (statement: object) => {
    const policyText = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
    await ecr.send(new ecrApi.SetRepositoryPolicyCommand({ repositoryName: 'web', policyText }));
    await ecr.send(new ecrApi.PutRegistryPolicyCommand({ policyText }));
    return policyText;
  };

  it('is kept when its statements name an effect, a principal and actions of ECR', async () => {
    const policyText = await put(STATEMENT);
    const ofRepository = new ecrApi.GetRepositoryPolicyCommand({ repositoryName: 'web' });
    expect((await ecr.send(ofRepository)).policyText).toBe(policyText);
    expect((await ecr.send(new ecrApi.GetRegistryPolicyCommand({}))).policyText).toBe(policyText);
  });

  it.each([
    ['an unknown effect', { ...STATEMENT, Effect: 'Maybe' }],
    ['no principal', { ...STATEMENT, Principal: undefined }],
    ['a principal of an unknown kind', { ...STATEMENT, Principal: { Robot: '*' } }],
    ['no action', { ...STATEMENT, Action: undefined }],
    ['an action of another service', { ...STATEMENT, Action: 's3:GetObject' }],
    ['an action that is a number', { ...STATEMENT, Action: [1] }],
    ['the same Sid in two statements', [STATEMENT, { ...STATEMENT, Effect: 'Deny' }]],
  ])('is refused with %s', async (_what, statement) => {
    const policyText = JSON.stringify({ Version: '2012-10-17', Statement: statement });
    const message = /Invalid parameter at 'PolicyText' failed to satisfy constraint: 'Invalid re/;
    const ofRepository = new ecrApi.SetRepositoryPolicyCommand({ repositoryName: 'web', policyText });
    await expect(ecr.send(ofRepository)).rejects.toThrow(message);
    await expect(ecr.send(new ecrApi.PutRegistryPolicyCommand({ policyText }))).rejects.toThrow(message);
  });
});
