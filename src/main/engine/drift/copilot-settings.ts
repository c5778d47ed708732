import { z } from 'zod';
import { lazyLooseObject } from '../../../shared/model/lazy-objects.ts';

const Image = lazyLooseObject(() => ({
  location: z.string().optional(),
  healthcheck: z
    .looseObject({
      command: z.union([z.string(), z.array(z.string())]).optional(),
      interval: z.string().optional(),
      timeout: z.string().optional(),
      start_period: z.string().optional(),
      retries: z.number().optional(),
    })
    .optional(),
}));
const Variables = z.record(z.string(), z.unknown()).optional().catch(undefined);
/** A list, or text that Copilot splits like a shell. */
const Words = z
  .union([z.string(), z.array(z.string())])
  .optional()
  .catch(undefined);
const MountPoint = lazyLooseObject(() => ({
  source_volume: z.string().optional(),
  path: z.string().optional(),
  read_only: z.boolean().optional(),
}));
const Sidecar = lazyLooseObject(() => ({
  command: Words,
  entrypoint: Words,
  mount_points: z.array(MountPoint).optional().catch(undefined),
  image: z.union([z.string(), Image]).optional().catch(undefined),
  essential: z.boolean().optional().catch(undefined),
  variables: Variables,
  secrets: Variables,
}));
/** Text, or what the export of a stack says. */
const Id = z.union([z.string(), lazyLooseObject(() => ({ from_cfn: z.string() }))]);
/** https://aws.github.io/copilot-cli/docs/developing/storage/ */
const ManifestVolume = lazyLooseObject(() => ({
  path: z.string().optional(),
  read_only: z.boolean().optional(),
  efs: z
    .union([
      z.boolean(),
      z.looseObject({
        id: Id.optional(),
        root_dir: z.string().optional(),
        auth: z.looseObject({ iam: z.boolean().optional(), access_point_id: Id.optional() }).optional(),
      }),
    ])
    .optional(),
}));
export type ManifestVolume = z.infer<typeof ManifestVolume>;
/** https://aws.github.io/copilot-cli/docs/manifest/backend-service/#network */
const Network = lazyLooseObject(() => ({
  placement: z
    .union([
      z.enum(['public', 'private']),
      z.looseObject({ subnets: z.union([z.array(Id), z.looseObject({})]).optional() }),
    ])
    .optional(),
  security_groups: z
    .union([
      z.array(Id),
      z.looseObject({ groups: z.array(Id).optional(), deny_default: z.boolean().optional() }),
    ])
    .optional(),
}));
export type ManifestNetwork = z.infer<typeof Network>;

/** What a manifest says of a service, or of what an environment overrides. */
const Settings = lazyLooseObject(() => ({
  cpu: z.number().optional(),
  memory: z.number().optional(),
  count: z.union([z.number(), z.looseObject({})]).optional(),
  image: Image.optional(),
  variables: Variables,
  secrets: Variables,
  env_file: z.unknown().optional(),
  sidecars: z.record(z.string(), Sidecar.nullable()).optional().catch(undefined),
  command: Words,
  entrypoint: Words,
  network: z.looseObject({ vpc: Network.optional() }).optional().catch(undefined),
  storage: z
    .looseObject({
      ephemeral: z.number().optional(),
      volumes: z.record(z.string(), ManifestVolume).optional().catch(undefined),
    })
    .optional()
    .catch(undefined),
}));
export type Settings = z.infer<typeof Settings>;
export const Manifest = Settings.extend({
  name: z.string(),
  environments: z.record(z.string(), Settings.nullable()).optional(),
});

/** What an environment sets comes before what is common; maps are joined. */
export function overridden(common: Settings, own: Settings): Settings {
  const names = [...Object.keys(common.sidecars ?? {}), ...Object.keys(own.sidecars ?? {})];
  const sidecars = Object.fromEntries(
    names.map((name) => {
      const [one, other] = [common.sidecars?.[name], own.sidecars?.[name]];
      const maps = {
        variables: joined(one?.variables, other?.variables),
        secrets: joined(one?.secrets, other?.secrets),
      };
      return [name, { ...one, ...other, ...maps }];
    }),
  );
  return {
    ...common,
    ...own,
    image: { ...common.image, ...own.image },
    variables: joined(common.variables, own.variables),
    secrets: joined(common.secrets, own.secrets),
    network: { vpc: { ...common.network?.vpc, ...own.network?.vpc } },
    storage: {
      ...common.storage,
      ...own.storage,
      volumes: joined(common.storage?.volumes, own.storage?.volumes),
    },
    sidecars,
  };
}

function joined<Value>(
  common: Readonly<Record<string, Value>> | undefined,
  own: Readonly<Record<string, Value>> | undefined,
): Record<string, Value> {
  return { ...common, ...own };
}
