import {
  CreateRepositoryCommand,
  type CreateRepositoryCommandInput,
  ECRClient,
  GetAuthorizationTokenCommand,
} from '@aws-sdk/client-ecr';
import { expect } from 'vitest';
import { digestOf } from '../registry/digest.ts';
import { MEDIA_TYPES } from '../registry/manifest.ts';
import { type Sandbox, type SandboxOptions, startSandbox } from '../start.ts';

/** For tests: a sandbox without a scenario, with HTTP to its registry and a client of its ECR. */
export interface TestRegistry {
  readonly ecr: ECRClient;
  readonly endpoint: string;
  /** `AWS:password`, for clients that are told so. */
  readonly login: string;
  /** With the password that GetAuthorizationToken gives. */
  send(
    method: string,
    path: string,
    body?: Buffer | string,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Response>;
  /** Returns the digest. */
  pushBlob(repository: string, bytes: Buffer): Promise<string>;
  /** Pushes an image whose only blobs are a configuration and a layer made of this text; returns its digest. */
  pushImage(repository: string, tag: string, text: string, more?: object): Promise<string>;
  /** Pushes an index of images that exist; returns its digest. */
  pushIndex(repository: string, tag: string, digests: readonly string[]): Promise<string>;
  close(): Promise<void>;
}

export async function startTestRegistry(
  repositories: readonly CreateRepositoryCommandInput[],
  options: Partial<SandboxOptions> = {},
): Promise<TestRegistry> {
  const sandbox = await startSandbox({ scenario: 'empty', ...options });
  const registry = await openTestRegistry(sandbox, repositories);
  return {
    ...registry,
    async close() {
      await registry.close();
      await sandbox.close();
    },
  };
}

/** The same over a sandbox that exists, which stays when it is closed. */
export async function openTestRegistry(
  { endpoint, credentials, region }: Pick<Sandbox, 'endpoint' | 'credentials' | 'region'>,
  repositories: readonly CreateRepositoryCommandInput[],
): Promise<TestRegistry> {
  const ecr = new ECRClient({ endpoint, credentials, region, maxAttempts: 1 });
  for (const each of repositories) await ecr.send(new CreateRepositoryCommand(each));
  const { authorizationData } = await ecr.send(new GetAuthorizationTokenCommand({}));
  const token = authorizationData?.[0]?.authorizationToken ?? '';
  const authorization = `Basic ${token}`;

  const send: TestRegistry['send'] = (method, path, body, headers = {}) =>
    fetch(new URL(path, endpoint), {
      method,
      headers: { authorization, ...headers },
      ...(body !== undefined && { body }),
    });

  const pushBlob: TestRegistry['pushBlob'] = async (repository, bytes) => {
    const digest = digestOf(bytes);
    const response = await send('POST', `/v2/${repository}/blobs/uploads/?digest=${digest}`, bytes);
    expect(response.status).toBe(201);
    return digest;
  };

  async function pushManifest(
    repository: string,
    tag: string,
    manifest: object,
    type: string,
  ): Promise<string> {
    const body = JSON.stringify({ schemaVersion: 2, mediaType: type, ...manifest });
    const pushed = await send('PUT', `/v2/${repository}/manifests/${tag}`, body, { 'content-type': type });
    expect(pushed.status).toBe(201);
    return pushed.headers.get('docker-content-digest') ?? '';
  }

  return {
    ecr,
    endpoint,
    login: Buffer.from(token, 'base64').toString(),
    send,
    pushBlob,
    async pushImage(repository, tag, text, more = {}) {
      const config = Buffer.from(JSON.stringify({ architecture: 'amd64', os: 'linux', text }));
      const layer = Buffer.from(`layer of ${text}`);
      const descriptor = async (mediaType: string, bytes: Buffer) => ({
        mediaType,
        digest: await pushBlob(repository, bytes),
        size: bytes.length,
      });
      const manifest = {
        config: await descriptor(MEDIA_TYPES.ociConfig, config),
        layers: [await descriptor(MEDIA_TYPES.ociLayer, layer)],
        ...more,
      };
      return pushManifest(repository, tag, manifest, MEDIA_TYPES.ociManifest);
    },
    pushIndex(repository, tag, digests) {
      const manifests = digests.map((digest) => ({ mediaType: MEDIA_TYPES.ociManifest, digest, size: 1 }));
      return pushManifest(repository, tag, { manifests }, MEDIA_TYPES.ociIndex);
    },
    async close() {
      ecr.destroy();
    },
  };
}

/** The status and the code of an answer that is an error of the registry. */
export async function errorOf(response: Response): Promise<string> {
  const { errors } = (await response.json()) as { errors: readonly { code: string; message: string }[] };
  expect(errors[0]?.message).toBeTruthy();
  return `${response.status} ${errors[0]?.code ?? ''}`;
}
