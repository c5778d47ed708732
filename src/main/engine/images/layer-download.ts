import { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { type ECRClient, GetDownloadUrlForLayerCommand } from '@aws-sdk/client-ecr';
import { httpRequest } from '../network/http-request.ts';
import { releaseReads } from '../network/release-memory.ts';
import type { RequestHandler } from '../network/request-handler.ts';

interface Layer {
  readonly ecr: ECRClient;
  readonly repository: string;
  readonly digest: string;
}

/**
 * Opens a layer or a configuration (GetDownloadUrlForLayer), over the connections of the client, which know the proxies
 * and certificates of its account. Throws an Error without the address, which would let anybody read the layer.
 */
export async function openLayer({ ecr, repository, digest }: Layer, signal: AbortSignal): Promise<Readable> {
  const command = new GetDownloadUrlForLayerCommand({ repositoryName: repository, layerDigest: digest });
  const { downloadUrl = '' } = await ecr.send(command, { abortSignal: signal });
  const address = URL.parse(downloadUrl);
  if (address === null) throw new Error('ECR returned no address to download from.');
  const handler: Pick<RequestHandler, 'handle'> = ecr.config.requestHandler;
  // A large layer takes its time: the connection has a limit for silence.
  const { response } = await handler.handle(httpRequest(address), { abortSignal: signal, requestTimeout: 0 });
  const body: unknown = response.body;
  if (!(body instanceof Readable)) throw new Error('The answer has no body.');
  if (response.statusCode === 200) {
    if (body instanceof IncomingMessage) releaseReads(body);
    return body;
  }
  body.destroy();
  throw new Error(`HTTP ${response.statusCode}`);
}
