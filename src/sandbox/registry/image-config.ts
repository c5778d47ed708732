import { isJsonObject, parseJson } from '../core/json.ts';

/** What the sandbox reads from an image's configuration; the members that OCI and Docker have in common. */
export interface ImageConfig {
  readonly labels: Readonly<Record<string, string>>;
  readonly architecture: string;
  readonly os: string;
  readonly createdAt?: Date;
}

/** Reads a configuration blob. Undefined: the blob is no image configuration, as with other OCI artifacts. */
export function parseImageConfig(bytes: Uint8Array): ImageConfig | undefined {
  const json = parseJson(Buffer.from(bytes).toString('utf8'));
  if (!isJsonObject(json)) return undefined;
  const { architecture, os, created } = json;
  if (typeof architecture !== 'string' || typeof os !== 'string') return undefined;
  const labels = isJsonObject(json.config) && isJsonObject(json.config.Labels) ? json.config.Labels : {};
  const createdAt = typeof created === 'string' ? new Date(created) : undefined;
  return {
    labels: Object.fromEntries(
      Object.entries(labels).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
    ),
    architecture,
    os,
    ...(createdAt !== undefined && !Number.isNaN(createdAt.getTime()) && { createdAt }),
  };
}
