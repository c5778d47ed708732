import { createHash } from 'node:crypto';
import {
  BatchGetImageCommand,
  CompleteLayerUploadCommand,
  CreateRepositoryCommand,
  ECRClient,
  InitiateLayerUploadCommand,
  ListImageReferrersCommand,
  PutImageCommand,
  UploadLayerPartCommand,
} from '@aws-sdk/client-ecr';
import { startTestSandbox, type TestSandbox } from '../../../sandbox/testing/sandbox.ts';

const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
export const INDEX = 'application/vnd.oci.image.index.v1+json';
const CONFIG = 'application/vnd.oci.image.config.v1+json';
const LAYER = 'application/vnd.oci.image.layer.v1.tar';
const REGION = 'us-east-1';

/** A sandbox with images and a client of its ECR. */
export interface ImagesSandbox {
  readonly sandbox: TestSandbox;
  readonly ecr: ECRClient;
}

export async function openImagesSandbox(): Promise<ImagesSandbox> {
  const sandbox = await startTestSandbox({ scenario: 'empty' });
  const { endpoint, credentials } = sandbox;
  return { sandbox, ecr: new ECRClient({ endpoint, region: REGION, credentials }) };
}

function digestOf(bytes: Buffer | string): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

/** Blobs and manifests as a pipeline pushes them. */
export function repositoryOf({ ecr }: Pick<ImagesSandbox, 'ecr'>, repositoryName: string) {
  async function blob(bytes: Buffer, mediaType: string) {
    const { uploadId } = await ecr.send(new InitiateLayerUploadCommand({ repositoryName }));
    await ecr.send(
      new UploadLayerPartCommand({
        repositoryName,
        uploadId,
        partFirstByte: 0,
        partLastByte: bytes.length - 1,
        layerPartBlob: bytes,
      }),
    );
    const digest = digestOf(bytes);
    await ecr
      .send(new CompleteLayerUploadCommand({ repositoryName, uploadId, layerDigests: [digest] }))
      .catch((error: unknown) => {
        if (!(error instanceof Error) || error.name !== 'LayerAlreadyExistsException') throw error;
      });
    return { mediaType, digest, size: bytes.length };
  }

  async function put(content: object, mediaType: string, imageTag?: string) {
    const imageManifest = JSON.stringify(content);
    await ecr.send(
      new PutImageCommand({ repositoryName, imageManifest, imageManifestMediaType: mediaType, imageTag }),
    );
    return { mediaType, digest: digestOf(imageManifest), size: imageManifest.length };
  }

  return {
    create: (immutable = false) =>
      ecr.send(
        new CreateRepositoryCommand({
          repositoryName,
          imageTagMutability: immutable ? 'IMMUTABLE' : 'MUTABLE',
        }),
      ),
    put,
    async image(
      architecture: string,
      layers: readonly Buffer[],
      tag?: string,
      subject?: object,
      artifactType = 'application/vnd.example.signature',
    ) {
      const config = await blob(Buffer.from(JSON.stringify({ os: 'linux', architecture, at: tag })), CONFIG);
      const described = [];
      for (const layer of layers) described.push(await blob(layer, LAYER));
      return put(
        {
          schemaVersion: 2,
          mediaType: MANIFEST,
          config,
          layers: described,
          ...(subject === undefined ? {} : { subject, artifactType }),
        },
        MANIFEST,
        tag,
      );
    },
    async manifest(image: { imageTag: string } | { imageDigest: string }) {
      const { images = [] } = await ecr.send(
        new BatchGetImageCommand({
          repositoryName,
          imageIds: [image],
          acceptedMediaTypes: [MANIFEST, INDEX],
        }),
      );
      return images[0];
    },
    referrersOf: async (imageDigest: string) => {
      const { referrers = [] } = await ecr.send(
        new ListImageReferrersCommand({ repositoryName, subjectId: { imageDigest } }),
      );
      return referrers.map(({ digest }) => digest);
    },
  };
}
