import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { digestOf } from '../registry/digest.ts';
import { MEDIA_TYPES } from '../registry/manifest.ts';
import { tarWithFile } from '../registry/tar-archive.ts';

/** An OCI layout in a folder, with one image for each architecture, named `multi`. Returns the digest of the index. */
export async function writeLayout(folder: string, architectures: readonly string[]): Promise<string> {
  const blobs = join(folder, 'blobs', 'sha256');
  await mkdir(blobs, { recursive: true });
  const keep = async (mediaType: string, bytes: Buffer) => {
    const digest = digestOf(bytes);
    await writeFile(join(blobs, digest.replace('sha256:', '')), bytes);
    return { mediaType, digest, size: bytes.length };
  };
  const json = (value: object) => Buffer.from(JSON.stringify(value));

  const images: object[] = [];
  for (const architecture of architectures) {
    const archive = tarWithFile('app/platform', Buffer.from(architecture), new Date(0));
    const layer = await keep(MEDIA_TYPES.ociGzipLayer, gzipSync(archive));
    const rootfs = { type: 'layers', diff_ids: [digestOf(archive)] };
    const config = await keep(MEDIA_TYPES.ociConfig, json({ architecture, os: 'linux', config: {}, rootfs }));
    const manifest = json({ schemaVersion: 2, mediaType: MEDIA_TYPES.ociManifest, config, layers: [layer] });
    images.push({
      ...(await keep(MEDIA_TYPES.ociManifest, manifest)),
      platform: { architecture, os: 'linux' },
    });
  }
  const index = await keep(
    MEDIA_TYPES.ociIndex,
    json({ schemaVersion: 2, mediaType: MEDIA_TYPES.ociIndex, manifests: images }),
  );
  const named = { ...index, annotations: { 'org.opencontainers.image.ref.name': 'multi' } };
  await writeFile(join(folder, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
  await writeFile(join(folder, 'index.json'), json({ schemaVersion: 2, manifests: [named] }));
  return index.digest;
}
