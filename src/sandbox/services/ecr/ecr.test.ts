import {
  BatchCheckLayerAvailabilityCommand,
  BatchDeleteImageCommand,
  BatchGetImageCommand,
  CompleteLayerUploadCommand,
  CreateRepositoryCommand,
  DeleteRepositoryCommand,
  DescribeImagesCommand,
  DescribeRepositoriesCommand,
  ECRClient,
  GetAuthorizationTokenCommand,
  GetDownloadUrlForLayerCommand,
  InitiateLayerUploadCommand,
  ListImagesCommand,
  PutImageCommand,
  PutImageTagMutabilityCommand,
  UploadLayerPartCommand,
} from '@aws-sdk/client-ecr';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { digestOf } from '../../registry/digest.ts';
import { type Sandbox, startSandbox } from '../../start.ts';

let sandbox: Sandbox;
let ecr: ECRClient;
let repositoryName: string;
let count = 0;

beforeAll(async () => {
  sandbox = await startSandbox({ scenario: 'empty' });
  ecr = clientOf('us-east-1');
});
afterAll(() => sandbox.close());
beforeEach(async () => {
  count += 1;
  repositoryName = `team/app-${count}`;
  await ecr.send(new CreateRepositoryCommand({ repositoryName }));
});

function clientOf(region: string): ECRClient {
  return new ECRClient({ endpoint: sandbox.endpoint, region, credentials: sandbox.credentials });
}

/** Pushes the configuration blob of an image and returns the manifest that names it. */
async function pushConfig(content: object): Promise<string> {
  const bytes = Buffer.from(JSON.stringify(content));
  const { authorizationData } = await ecr.send(new GetAuthorizationTokenCommand({}));
  const url = `${sandbox.endpoint}/v2/${repositoryName}/blobs/uploads/?digest=${digestOf(bytes)}`;
  const authorization = `Basic ${authorizationData?.[0]?.authorizationToken ?? ''}`;
  const response = await fetch(url, { method: 'POST', body: bytes, headers: { authorization } });
  expect(response.status).toBe(201);
  return JSON.stringify({
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: {
      mediaType: 'application/vnd.oci.image.config.v1+json',
      digest: digestOf(bytes),
      size: bytes.length,
    },
    layers: [],
  });
}

async function putImage(imageManifest: string, imageTag?: string): Promise<string> {
  const { image } = await ecr.send(new PutImageCommand({ repositoryName, imageManifest, imageTag }));
  return image?.imageId?.imageDigest ?? '';
}

function indexOf(manifests: readonly string[]): string {
  return JSON.stringify({
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.index.v1+json',
    manifests: manifests.map((manifest) => ({
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      digest: digestOf(Buffer.from(manifest)),
      size: manifest.length,
      platform: { architecture: 'amd64', os: 'linux' },
    })),
  });
}

async function failureOf(call: Promise<unknown>): Promise<string> {
  return call.then(
    () => 'no error',
    (error: unknown) => (error instanceof Error ? error.name : 'no Error'),
  );
}

it('ECR keeps the exact bytes of a manifest, so that it can be put under another tag', async () => {
  const manifest = await pushConfig({ architecture: 'amd64', os: 'linux' });
  const spaced = manifest.replaceAll(',', ',\n ');
  const digest = await putImage(spaced, 'v1');
  expect(digest).toBe(digestOf(Buffer.from(spaced)));

  const imageIds = [{ imageTag: 'v1' }, { imageTag: 'gone' }, { imageDigest: 'sha256:no' }, {}];
  const { images, failures } = await ecr.send(new BatchGetImageCommand({ repositoryName, imageIds }));
  expect(images?.[0]?.imageManifest).toBe(spaced);
  expect(failures?.map((each) => each.failureCode)).toEqual([
    'ImageNotFound',
    'InvalidImageDigest',
    'MissingDigestAndTag',
  ]);

  expect(await putImage(images?.[0]?.imageManifest ?? '', 'v2')).toBe(digest);
  const { imageDetails } = await ecr.send(new DescribeImagesCommand({ repositoryName }));
  expect(imageDetails).toMatchObject([
    { imageDigest: digest, imageTags: ['v1', 'v2'], imageStatus: 'ACTIVE' },
  ]);
  expect(imageDetails?.[0]?.imagePushedAt).toBeInstanceOf(Date);
});

it('ECR moves a tag of a mutable repository and leaves the earlier image untagged', async () => {
  const first = await putImage(await pushConfig({ architecture: 'amd64', os: 'linux', n: 1 }), 'latest');
  const second = await putImage(await pushConfig({ architecture: 'amd64', os: 'linux', n: 2 }), 'latest');

  const list = (tagStatus: 'TAGGED' | 'UNTAGGED') =>
    ecr.send(new ListImagesCommand({ repositoryName, filter: { tagStatus } }));
  expect((await list('TAGGED')).imageIds).toEqual([{ imageDigest: second, imageTag: 'latest' }]);
  expect((await list('UNTAGGED')).imageIds).toEqual([{ imageDigest: first }]);
});

it('PutImage refuses what it refuses in AWS', async () => {
  const one = await pushConfig({ architecture: 'amd64', os: 'linux', n: 1 });
  const other = await pushConfig({ architecture: 'amd64', os: 'linux', n: 2 });
  await putImage(one, 'v1');
  await ecr.send(new PutImageTagMutabilityCommand({ repositoryName, imageTagMutability: 'IMMUTABLE' }));

  expect(await failureOf(putImage(one, 'v1'))).toBe('ImageAlreadyExistsException');
  expect(await failureOf(putImage(one))).toBe('ImageAlreadyExistsException');
  expect(await failureOf(putImage(other, 'v1'))).toBe('ImageTagAlreadyExistsException');
  expect(await failureOf(putImage(indexOf([other]), 'multi'))).toBe('ReferencedImagesNotFoundException');
  expect(await failureOf(putImage('{}', 'v2'))).toBe('InvalidParameterException');
  const elsewhere = one.replace(/sha256:[0-9a-f]{64}/, `sha256:${'0'.repeat(64)}`);
  expect(await failureOf(putImage(elsewhere, 'v2'))).toBe('LayersNotFoundException');
  const wrong = new PutImageCommand({
    repositoryName,
    imageManifest: one,
    imageDigest: digestOf(Buffer.from('x')),
  });
  expect(await failureOf(ecr.send(wrong))).toBe('ImageDigestDoesNotMatchException');
});

it('ECR deletes tags and images, but no image that an index lists', async () => {
  const manifest = await pushConfig({ architecture: 'amd64', os: 'linux' });
  const digest = await putImage(manifest, 'v1');
  await putImage(manifest, 'v2');
  await putImage(indexOf([manifest]), 'multi');
  const remove = (...imageIds: readonly { imageTag?: string; imageDigest?: string }[]) =>
    ecr.send(new BatchDeleteImageCommand({ repositoryName, imageIds: [...imageIds] }));

  expect((await remove({ imageTag: 'v1' })).imageIds).toEqual([{ imageDigest: digest, imageTag: 'v1' }]);
  expect((await remove({ imageDigest: digest })).failures?.[0]?.failureCode).toBe(
    'ImageReferencedByManifestList',
  );
  await remove({ imageTag: 'multi' });
  expect((await remove({ imageDigest: digest })).imageIds).toEqual([{ imageDigest: digest, imageTag: 'v2' }]);
  expect((await ecr.send(new ListImagesCommand({ repositoryName }))).imageIds).toEqual([]);
});

it('ECR pages contain everything once', async () => {
  const manifest = await pushConfig({ architecture: 'amd64', os: 'linux' });
  const tags = Array.from({ length: 7 }, (_, index) => `v${index}`);
  for (const tag of tags) await putImage(manifest, tag);

  const seen: (string | undefined)[] = [];
  let nextToken: string | undefined;
  do {
    const answer = await ecr.send(new ListImagesCommand({ repositoryName, maxResults: 3, nextToken }));
    seen.push(...(answer.imageIds ?? []).map((each) => each.imageTag));
    nextToken = answer.nextToken;
  } while (nextToken !== undefined);
  expect(seen).toEqual(tags);

  const list = (request: { maxResults?: number; nextToken?: string }) =>
    failureOf(ecr.send(new ListImagesCommand({ repositoryName, ...request })));
  expect(await list({ maxResults: 0 })).toBe('InvalidParameterException');
  expect(await list({ maxResults: 1001 })).toBe('InvalidParameterException');
  expect(await list({ nextToken: 'bm8=' })).toBe('InvalidParameterException');
});

it('ECR names repositories and images that do not exist', async () => {
  const nobody = { repositoryName: 'nobody' };
  expect(await failureOf(ecr.send(new ListImagesCommand(nobody)))).toBe('RepositoryNotFoundException');
  const described = ecr.send(new DescribeImagesCommand({ repositoryName, imageIds: [{ imageTag: 'x' }] }));
  await expect(described).rejects.toThrow("imageTag:'x'} does not exist within the repository");
  expect(await failureOf(ecr.send(new CreateRepositoryCommand({ repositoryName })))).toBe(
    'RepositoryAlreadyExistsException',
  );
  const badName = new CreateRepositoryCommand({ repositoryName: 'Not A Name' });
  expect(await failureOf(ecr.send(badName))).toBe('InvalidParameterException');
});

it('ECR deletes a repository with images only by force', async () => {
  await putImage(await pushConfig({ architecture: 'amd64', os: 'linux' }), 'v1');
  const remove = (force: boolean) => ecr.send(new DeleteRepositoryCommand({ repositoryName, force }));
  expect(await failureOf(remove(false))).toBe('RepositoryNotEmptyException');
  await remove(true);
  const described = ecr.send(new DescribeRepositoriesCommand({ repositoryNames: [repositoryName] }));
  expect(await failureOf(described)).toBe('RepositoryNotFoundException');
});

it('ECR separates the repositories of regions', async () => {
  const { repositories } = await clientOf('eu-west-1').send(new DescribeRepositoriesCommand({}));
  expect(repositories).toEqual([]);
});

it('ECR returns an address from which a configuration can be read without other credentials', async () => {
  const config = { architecture: 'arm64', os: 'linux' };
  const manifest = JSON.parse(await pushConfig(config)) as { config: { digest: string } };
  const layerDigest = manifest.config.digest;
  const { downloadUrl = '' } = await ecr.send(
    new GetDownloadUrlForLayerCommand({ repositoryName, layerDigest }),
  );
  expect(await (await fetch(downloadUrl)).json()).toEqual(config);
  expect((await fetch(downloadUrl.replace('token=', 'token=1'))).status).toBe(403);
  expect((await fetch(downloadUrl.replace(layerDigest, digestOf(Buffer.from('other'))))).status).toBe(403);
});

it('ECR reports which layers a repository has', async () => {
  const manifest = JSON.parse(await pushConfig({ os: 'linux' })) as {
    config: { digest: string; size: number };
  };
  const { digest, size } = manifest.config;
  const absent = digestOf(Buffer.from('absent'));
  const layerDigests = [digest, absent, 'latest'];
  const answer = await ecr.send(new BatchCheckLayerAvailabilityCommand({ repositoryName, layerDigests }));
  expect(answer.layers).toEqual([
    { layerDigest: digest, layerAvailability: 'AVAILABLE', layerSize: size },
    { layerDigest: absent, layerAvailability: 'UNAVAILABLE' },
  ]);
  expect(answer.failures).toMatchObject([{ layerDigest: 'latest', failureCode: 'InvalidLayerDigest' }]);
});

const PART_BYTES = 5 * 1024 * 1024;

it('ECR accepts a layer in parts, so that an image can be promoted to another repository', async () => {
  const config = JSON.stringify({ architecture: 'amd64', os: 'linux', promoted: true });
  const bytes = Buffer.from(config.padEnd(PART_BYTES + 9));
  const layerDigest = digestOf(bytes);
  const start = async () => (await ecr.send(new InitiateLayerUploadCommand({ repositoryName }))).uploadId;
  const upload = (uploadId: string | undefined, partFirstByte: number, layerPartBlob: Buffer) => {
    const partLastByte = partFirstByte + layerPartBlob.length - 1;
    const part = { repositoryName, uploadId, partFirstByte, partLastByte, layerPartBlob };
    return ecr.send(new UploadLayerPartCommand(part));
  };
  const complete = (uploadId: string | undefined, digest = layerDigest) =>
    ecr.send(new CompleteLayerUploadCommand({ repositoryName, uploadId, layerDigests: [digest] }));

  const uploadId = await start();
  expect(await failureOf(complete(uploadId))).toBe('EmptyUploadException');
  expect(await upload(uploadId, 0, bytes.subarray(0, PART_BYTES))).toMatchObject({
    lastByteReceived: PART_BYTES - 1,
  });
  await expect(upload(uploadId, 20, bytes.subarray(20, 30))).rejects.toMatchObject({
    name: 'InvalidLayerPartException',
    lastValidByteReceived: PART_BYTES - 1,
  });
  await upload(uploadId, PART_BYTES, bytes.subarray(PART_BYTES));
  expect(await complete(uploadId)).toMatchObject({ layerDigest });
  expect(await failureOf(upload(uploadId, 0, bytes))).toBe('UploadNotFoundException');

  const again = await start();
  await upload(again, 0, bytes);
  expect(await failureOf(complete(again))).toBe('LayerAlreadyExistsException');
  const wrong = await start();
  await upload(wrong, 0, Buffer.from('small'));
  expect(await failureOf(complete(wrong, digestOf(Buffer.from('other'))))).toBe('InvalidLayerException');

  const descriptor = {
    mediaType: 'application/vnd.oci.image.config.v1+json',
    digest: layerDigest,
    size: bytes.length,
  };
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: descriptor,
    layers: [],
  });
  expect(await putImage(manifest, 'promoted')).toMatch(/^sha256:/);
});

it('ECR refuses a layer with a part below 5 MiB that is not the last one', async () => {
  const { uploadId } = await ecr.send(new InitiateLayerUploadCommand({ repositoryName }));
  for (const [index, text] of ['a', 'b'].entries()) {
    const layerPartBlob = Buffer.from(text);
    await ecr.send(
      new UploadLayerPartCommand({
        repositoryName,
        uploadId,
        partFirstByte: index,
        partLastByte: index,
        layerPartBlob,
      }),
    );
  }
  const layerDigests = [digestOf(Buffer.from('ab'))];
  const completed = ecr.send(new CompleteLayerUploadCommand({ repositoryName, uploadId, layerDigests }));
  expect(await failureOf(completed)).toBe('LayerPartTooSmallException');
});

it('ECR returns a token for twelve hours and its registry address', async () => {
  const { authorizationData } = await ecr.send(new GetAuthorizationTokenCommand({}));
  const [data] = authorizationData ?? [];
  const hours = ((data?.expiresAt?.getTime() ?? 0) - Date.now()) / 3_600_000;
  expect(hours).toBeCloseTo(12, 1);
  expect(data?.proxyEndpoint).toBe(sandbox.endpoint);
  expect(Buffer.from(data?.authorizationToken ?? '', 'base64').toString()).toMatch(/^AWS:.+/);
});
