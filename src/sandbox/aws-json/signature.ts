import { type AwsError, awsError } from './service.ts';

/** Who signed a request and for which region and service, from its credential scope. */
export interface Signer {
  readonly accessKeyId: string;
  readonly region: string;
}

const AUTHORIZATION =
  /^AWS4-HMAC-SHA256\s+Credential=(?<accessKeyId>[^/\s,]+)\/(?<date>\d{8})\/(?<region>[a-z0-9-]+)\/(?<service>[a-z0-9-]+)\/aws4_request\s*,\s*SignedHeaders=(?<headers>[^,\s]+)\s*,\s*Signature=[0-9a-f]{64}$/;

/**
 * Reads the Signature Version 4 of a request. The form is checked, the digest is not: the sandbox only tells a key
 * that it knows from one that it does not.
 *
 * @throws AwsError `MissingAuthenticationTokenException`, `IncompleteSignatureException` or
 * `UnrecognizedClientException`.
 */
export function readSigner(authorization: string | undefined, knownAccessKeys: ReadonlySet<string>): Signer {
  if (authorization === undefined || authorization === '') throw missingToken();
  const parts = AUTHORIZATION.exec(authorization.trim())?.groups;
  const accessKeyId = parts?.accessKeyId;
  const region = parts?.region;
  if (accessKeyId === undefined || region === undefined) throw incompleteSignature();
  if (!knownAccessKeys.has(accessKeyId)) throw unrecognizedClient();
  return { accessKeyId, region };
}

function missingToken(): AwsError {
  return awsError('MissingAuthenticationTokenException', 'Missing Authentication Token', { status: 403 });
}

function incompleteSignature(): AwsError {
  return awsError(
    'IncompleteSignatureException',
    "The Authorization header must be of the form 'AWS4-HMAC-SHA256 Credential=KEY/DATE/REGION/SERVICE/aws4_request, SignedHeaders=..., Signature=...'.",
  );
}

function unrecognizedClient(): AwsError {
  return awsError('UnrecognizedClientException', 'The security token included in the request is invalid.', {
    status: 403,
  });
}
