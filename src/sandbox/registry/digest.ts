import { createHash } from 'node:crypto';

const DIGEST = /^sha256:[0-9a-f]{64}$/;

/** The registry knows sha256 digests only, as ECR does. */
export function isDigest(text: string): boolean {
  return DIGEST.test(text);
}

/** The digest of these bytes, as `sha256:` and 64 hexadecimal digits. */
export function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}
