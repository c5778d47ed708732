import { createHash, timingSafeEqual } from 'node:crypto';
import { HttpRequest } from '@smithy/core/protocols';
import { Hash } from '@smithy/core/serde';
import { SignatureV4 } from '@smithy/signature-v4';
import type { ChecksumConstructor } from '@smithy/types';
import type { AccessKey, AccessKeys } from './access-keys.ts';
import type { ApiRequest } from './protocol.ts';
import { type AwsError, awsError } from './service.ts';

/** Who signed a request and for which region. */
export interface Signer {
  readonly key: AccessKey;
  readonly region: string;
}

const AUTHORIZATION =
  /^AWS4-HMAC-SHA256\s+Credential=(?<accessKeyId>[^/\s,]+)\/(?<date>\d{8})\/(?<region>[a-z0-9-]+)\/(?<service>[a-z0-9-]+)\/aws4_request\s*,\s*SignedHeaders=(?<headers>[^,\s]+)\s*,\s*Signature=(?<signature>[0-9a-f]{64})$/;

/**
 * Verifies the Signature Version 4 of a request: the form, the key, whether its session is valid, the digest over the
 * request, and its age.
 *
 * @param times the sandbox's time, by which sessions end, and that of the wall, by which signatures lapse.
 * @throws AwsError `MissingAuthenticationTokenException`, `IncompleteSignatureException`,
 * `UnrecognizedClientException`, `ExpiredTokenException`, `InvalidSignatureException` or `RequestTimeTooSkewed` (S3).
 */
export async function verifySigner(
  request: ApiRequest,
  keys: AccessKeys,
  { now, wall }: { readonly now: Date; readonly wall: Date },
): Promise<Signer> {
  const authorization = readAuthorization(request);
  const key = keys.find(authorization.accessKeyId);
  if (key === undefined) throw unrecognizedClient();
  if (key.expiresAt !== undefined && key.expiresAt <= now) throw expiredToken();
  if (key.sessionToken !== undefined && request.headers['x-amz-security-token'] !== key.sessionToken) {
    throw unrecognizedClient();
  }
  const expected = await signatureOf(request, authorization, key);
  if (!timingSafeEqual(Buffer.from(expected), Buffer.from(authorization.signature))) throw wrongSignature();
  requireRecent(authorization, wall);
  return { key, region: authorization.region };
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_aws-signing.html: within five minutes of its time stamp. */
const VALID_MINUTES = 5;

/** https://docs.aws.amazon.com/AmazonS3/latest/API/RESTAuthentication.html: within 15 minutes of the time of S3. */
const VALID_MINUTES_S3 = 15;

/** Compares whole seconds, as AWS writes them into its sentence. */
function requireRecent({ signedAt, service }: Authorization, wall: Date): void {
  if (service === 's3') {
    if (Math.abs(wall.getTime() - signedAt.getTime()) <= VALID_MINUTES_S3 * 60_000) return;
    const sentence = 'The difference between the request time and the current time is too large.';
    throw awsError('RequestTimeTooSkewed', sentence, { status: 403 });
  }
  const now = new Date(Math.floor(wall.getTime() / 1000) * 1000);
  const oldest = new Date(now.getTime() - VALID_MINUTES * 60_000);
  const newest = new Date(now.getTime() + VALID_MINUTES * 60_000);
  if (signedAt < oldest) {
    const sentence = `Signature expired: ${stamp(signedAt)} is now earlier than ${stamp(oldest)} (${stamp(now)} - ${VALID_MINUTES} min.)`;
    throw awsError('InvalidSignatureException', sentence, { status: 403 });
  }
  if (signedAt > newest) {
    const sentence = `Signature not yet current: ${stamp(signedAt)} is still later than ${stamp(newest)} (${stamp(now)} + ${VALID_MINUTES} min.)`;
    throw awsError('InvalidSignatureException', sentence, { status: 403 });
  }
}

/** For example `20261120T231500Z`. */
function stamp(time: Date): string {
  return time.toISOString().replaceAll(/[-:]|\.\d+/g, '');
}

interface Authorization {
  readonly accessKeyId: string;
  readonly region: string;
  readonly service: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  readonly signedAt: Date;
}

function readAuthorization({ headers }: ApiRequest): Authorization {
  const text = headers.authorization?.trim() ?? '';
  if (text === '') {
    throw awsError('MissingAuthenticationTokenException', 'Missing Authentication Token', { status: 403 });
  }
  const { accessKeyId, region, service, headers: names, signature } = AUTHORIZATION.exec(text)?.groups ?? {};
  const signedAt = readSigningDate(headers['x-amz-date']);
  if (
    accessKeyId === undefined ||
    region === undefined ||
    service === undefined ||
    names === undefined ||
    signature === undefined ||
    signedAt === undefined
  ) {
    throw incompleteSignature();
  }
  return { accessKeyId, region, service, signedHeaders: names.split(';'), signature, signedAt };
}

/** For example `20261120T231500Z`. */
function readSigningDate(header: string | readonly string[] | undefined): Date | undefined {
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(String(header));
  if (parts === null) return undefined;
  const [, year, month, day, hour, minute, second] = parts;
  const date = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

const Sha256: ChecksumConstructor = Hash.bind(null, 'sha256');

/** The signature that the holder of the key gives this request. */
async function signatureOf(
  request: ApiRequest,
  { region, service, signedHeaders, signedAt }: Authorization,
  { accessKeyId, secretAccessKey, sessionToken }: AccessKey,
): Promise<string> {
  const { method, target, body, headers } = request;
  const credentials = { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) };
  const signer = new SignatureV4({
    credentials,
    region,
    service,
    sha256: Sha256,
    applyChecksum: false,
    // The path of an object is signed as it is sent.
    uriEscapePath: service !== 's3',
  });
  const signed = await signer.sign(
    new HttpRequest({
      method,
      protocol: 'http:',
      path: target.pathname,
      query: Object.fromEntries(target.searchParams),
      headers: Object.fromEntries(signedHeaders.map((name) => [name, headerOf(headers, name)])),
      body,
    }),
    { signingDate: signedAt, signableHeaders: new Set(signedHeaders) },
  );
  const claimedHash = headers['x-amz-content-sha256'];
  if (claimedHash !== undefined && claimedHash !== createHash('sha256').update(body).digest('hex')) {
    throw wrongSignature();
  }
  return AUTHORIZATION.exec(String(signed.headers.authorization))?.groups?.signature ?? ''.padEnd(64);
}

function headerOf(headers: ApiRequest['headers'], name: string): string {
  return Object.hasOwn(headers, name) ? String(headers[name]) : '';
}

function incompleteSignature(): AwsError {
  return awsError(
    'IncompleteSignatureException',
    "A request needs an X-Amz-Date header, and an Authorization header of the form 'AWS4-HMAC-SHA256 Credential=KEY/DATE/REGION/SERVICE/aws4_request, SignedHeaders=..., Signature=...'.",
  );
}

function unrecognizedClient(): AwsError {
  return awsError('UnrecognizedClientException', 'The security token included in the request is invalid.', {
    status: 403,
  });
}

function expiredToken(): AwsError {
  return awsError('ExpiredTokenException', 'The security token included in the request is expired', {
    status: 403,
  });
}

function wrongSignature(): AwsError {
  return awsError(
    'InvalidSignatureException',
    'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
    { status: 403 },
  );
}
