import { z } from 'zod';
import { lazyObject } from '../../../shared/model/lazy-objects.ts';

/** The address in the configuration of what `count` and `for_each` make several of. */
export function withoutIndexes(address: string): string {
  return address.replaceAll(/\[[^[\]]{0,200}\]/g, '');
}

/** What `lifecycle { ignore_changes }` of a service's resource names in the .tf files: Terraform doesn't put that back. */
export function ignoredChanges(texts: readonly string[], address: string): ReadonlySet<string> {
  const resource = withoutIndexes(address);
  const name = resource.slice(resource.lastIndexOf('.') + 1);
  for (const text of texts) {
    const at = text.indexOf(`resource "aws_ecs_service" "${name}"`);
    if (at === -1) continue;
    const end = text.indexOf('\nresource ', at);
    const block = text.slice(at, end === -1 ? undefined : end);
    const start = block.indexOf('ignore_changes');
    if (start === -1) continue;
    const list = block.slice(start, start + 2_000);
    if (/^ignore_changes[ \t]*=[ \t]*all\b/.test(list)) return new Set(['task_definition', 'desired_count']);
    return new Set(/^ignore_changes[ \t]*=[ \t]*\[([^\]]*)\]/.exec(list)?.[1]?.match(/[a-z_]+/g) ?? []);
  }
  return new Set();
}

const BackendConfig = lazyObject(() => ({
  backend: z.object({
    type: z.literal('s3'),
    config: z.object({
      bucket: z.string().min(1).max(255),
      key: z.string().min(1).max(1024),
      region: z.string().max(64).nullish(),
      workspace_key_prefix: z.string().max(1024).nullish(),
    }),
  }),
}));

/** Where a state is in S3. */
export interface S3Address {
  readonly bucket: string;
  readonly key: string;
  readonly region?: string;
}

/**
 * The backend that `terraform init` has written down in `.terraform/terraform.tfstate`, for a workspace (the file
 * `.terraform/environment`). https://developer.hashicorp.com/terraform/language/backend/s3
 */
export function initializedBackend(text: string, workspace: string): S3Address | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return undefined;
  }
  const config = BackendConfig.safeParse(json).data?.backend.config;
  if (config === undefined) return undefined;
  return withWorkspace(config, workspace);
}

/** The same from `backend "s3" { … }` of a .tf file, which has only text in it. */
export function writtenBackend(text: string): S3Address | undefined {
  const at = /\bbackend\s{1,20}"s3"\s{0,20}\{/.exec(text)?.index;
  if (at === undefined) return undefined;
  const block = text.slice(at, at + 4_000).split('}')[0] ?? '';
  const value = (name: string): string | undefined =>
    new RegExp(`(?:^|\\n)[ \\t]*${name}[ \\t]*=[ \\t]*"([^"\\n$]{1,1024})"`).exec(block)?.[1];
  const [bucket, key, region] = [value('bucket'), value('key'), value('region')];
  if (bucket === undefined || key === undefined) return undefined;
  return { bucket, key, ...(region === undefined ? {} : { region }) };
}

function withWorkspace(
  config: z.infer<typeof BackendConfig>['backend']['config'],
  workspace: string,
): S3Address {
  const { bucket, key, region, workspace_key_prefix: prefix } = config;
  const isDefault = workspace === '' || workspace === 'default';
  return {
    bucket,
    key: isDefault ? key : `${prefix ?? 'env:'}/${workspace}/${key}`,
    ...(region === undefined || region === null ? {} : { region }),
  };
}
