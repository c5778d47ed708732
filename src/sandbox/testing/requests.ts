import { HttpRequest } from '@smithy/core/protocols';
import { Hash } from '@smithy/core/serde';
import { SignatureV4 } from '@smithy/signature-v4';

/** For tests: a request as the SDK would not send it, but signed as the SDK signs. */
export interface RawRequest {
  readonly endpoint: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly region?: string;
  /** Now, where it is missing. */
  readonly signingDate?: Date;
  readonly credentials?: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken?: string;
  };
}

const SANDBOX_KEY = { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' };

/** The headers of the request with its signature among them. */
export async function signedHeaders(request: RawRequest): Promise<Record<string, string>> {
  const { endpoint, body, headers, region = 'us-east-1', credentials = SANDBOX_KEY, signingDate } = request;
  const url = new URL(endpoint);
  const signer = new SignatureV4({
    credentials,
    region,
    service: 'ecr',
    sha256: Hash.bind(null, 'sha256'),
  });
  const signed = await signer.sign(
    new HttpRequest({
      method: 'POST',
      protocol: url.protocol,
      path: url.pathname,
      headers: { host: url.host, ...headers },
      body,
    }),
    signingDate === undefined ? {} : { signingDate },
  );
  const { host: _host, ...sent } = signed.headers;
  return sent;
}
