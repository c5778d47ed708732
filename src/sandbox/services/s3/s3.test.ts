import { GetObjectCommand, ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../start.ts';

let sandbox: Sandbox;
let denying: Sandbox;
beforeAll(async () => {
  [sandbox, denying] = await Promise.all([
    startSandbox({ scenario: 'declared' }),
    startSandbox({ scenario: 'declared', deniedActions: ['s3:GetObject'] }),
  ]);
});
afterAll(() => Promise.all([sandbox.close(), denying.close()]));

const Bucket = 'acme-terraform-state';
const Key = 'shop/terraform.tfstate';

interface Asked {
  readonly of?: Sandbox;
  readonly input?: { readonly Bucket: string; readonly Key: string };
  readonly accessKeyId?: string;
  readonly clockOffsetMinutes?: number;
}

function client({ of = sandbox, accessKeyId = 'sandbox', clockOffsetMinutes = 0 }: Asked): S3Client {
  return new S3Client({
    endpoint: of.endpoint,
    region: of.region,
    credentials: { accessKeyId, secretAccessKey: 'sandbox' },
    systemClockOffset: clockOffsetMinutes * 60_000,
    maxAttempts: 1,
  });
}

const get = async (asked: Asked = {}): Promise<string | undefined> => {
  const { Body } = await client(asked).send(new GetObjectCommand(asked.input ?? { Bucket, Key }));
  return Body?.transformToString();
};

it('an object of a scenario is read, also by a clock that is 14 minutes wrong', async () => {
  const text = await get();
  expect(JSON.parse(text ?? '')).toMatchObject({ version: 4, serial: 12 });
  for (const clockOffsetMinutes of [-14, 14]) expect(await get({ clockOffsetMinutes })).toBe(text);
});

// https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html#ErrorCodeList
it.each<[string, number, () => Asked]>([
  ['NoSuchKey', 404, () => ({ input: { Bucket, Key: 'none & <none>' } })],
  ['NoSuchBucket', 404, () => ({ input: { Bucket: 'none-of-these', Key } })],
  ['AccessDenied', 403, () => ({ of: denying })],
  ['InvalidAccessKeyId', 403, () => ({ accessKeyId: 'nobody' })],
  ['SignatureDoesNotMatch', 403, () => ({ accessKeyId: 'readonly' })],
  ['RequestTimeTooSkewed', 403, () => ({ clockOffsetMinutes: -16 })],
  ['RequestTimeTooSkewed', 403, () => ({ clockOffsetMinutes: 16 })],
])('a refusal has the name and the status of S3: %s', async (name, httpStatusCode, asked) => {
  await expect(get(asked())).rejects.toMatchObject({ name, $metadata: { httpStatusCode } });
});

it('a refusal for want of a permission names the object', async () => {
  await expect(get({ of: denying })).rejects.toThrow(
    `s3:GetObject on resource: arn:aws:s3:::${Bucket}/${Key}`,
  );
});

it('what the sandbox does not have is refused by name', async () => {
  await expect(client({}).send(new ListBucketsCommand({}))).rejects.toMatchObject({
    name: 'MethodNotAllowed',
  });
});
