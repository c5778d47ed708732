import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { SlipwayError } from '../../../shared/errors.ts';
import { lazyLooseObject } from '../../../shared/model/lazy-objects.ts';
import { environmentOfCluster, isServiceOf, readCopilot } from '../environments/copilot.ts';
import { readYaml } from '../environments/read-yaml.ts';
import type { CloneReading, Subject } from './clone-declarations.ts';
import { type CloneFiles, textOfFile } from './clone-files.ts';
import { Manifest, type ManifestNetwork, overridden, type Settings } from './copilot-settings.ts';
import { Computed, type Declared, type DeclaredContainerPart, type DeclaredObject } from './declared.ts';

const Text = z.union([z.string(), z.number(), z.boolean()]).transform(String);

type Addons = 'none' | 'some';

/** Where a service is in a Copilot application. */
interface CopilotPlace {
  readonly application: string;
  readonly environment: string;
  readonly name: string;
}

/** The manifest of the service, where the clone is a Copilot application. https://aws.github.io/copilot-cli/docs/manifest/overview/ */
export function copilotManifest({ root }: CloneFiles, { ref, service, running }: Subject): CloneReading {
  const application = applicationIn(root);
  if (application === undefined) return { found: [], notRead: [] };
  if ('problem' in application) return { found: [], notRead: [application.problem] };
  const tag = (key: string): string | undefined => service.tags?.find((each) => each.key === key)?.value;
  const environment = tag('copilot-environment') ?? environmentOfCluster(application.name, ref.cluster);
  const name =
    tag('copilot-service') ??
    application.services.find(
      (each) =>
        environment !== undefined &&
        isServiceOf({ application: application.name, environment }, each, ref.service),
    );
  if (name === undefined || environment === undefined || !application.services.includes(name)) {
    return { found: [], notRead: [] };
  }
  const path = join(root, 'copilot', name, 'manifest.yml');
  const text = textOfFile(path);
  const reading = text === undefined ? undefined : readYaml(text, Manifest);
  if (reading?.state !== 'read') return { found: [], notRead: [`${path} could not be read.`] };
  const { environments, ...common } = reading.value;
  const own = environments?.[environment] ?? {};
  const settings = overridden(common, own);
  const isOwn = own.image?.location !== undefined;
  const count = typeof settings.count === 'number' ? settings.count : undefined;
  const { ephemeral } = settings.storage ?? {};
  const addons = addonsIn(root, name);
  const network = networkOf(settings.network?.vpc ?? {}, groupsOf(running), addons);
  const volumes = volumesOf(settings);
  return {
    found: [
      {
        kind: 'copilot',
        title: `Copilot manifest copilot/${name}/manifest.yml`,
        where: path,
        isOwner: false,
        declared: {
          extent: 'part',
          ...(count === undefined ? {} : { desiredCount: count }),
          ...(network === undefined ? {} : { network }),
          taskDefinition: {
            ...(settings.cpu === undefined ? {} : { cpu: String(settings.cpu) }),
            ...(settings.memory === undefined ? {} : { memory: String(settings.memory) }),
            ...(ephemeral === undefined ? {} : { ephemeralStorage: { sizeInGiB: ephemeral } }),
            ...(volumes.length === 0 ? {} : { volumes }),
          },
          parts: partsOf(settings, { application: application.name, environment, name }, addons),
        },
        notes: [],
        source: {
          kind: 'file',
          root,
          path,
          imagePath: (container) =>
            container === name
              ? [...(isOwn ? ['environments', environment] : []), 'image', 'location']
              : sidecarPath(settings, own, { environment, container }),
        },
      },
    ],
    notRead: [],
  };
}

function applicationIn(
  root: string,
): ReturnType<typeof readCopilot> | { readonly problem: string } | undefined {
  try {
    return readCopilot(root);
  } catch (error) {
    if (!(error instanceof SlipwayError)) throw error;
    return error.code === 'NOT_FOUND' ? undefined : { problem: error.message };
  }
}

/** Stacks beside the service give it variables and secrets by their outputs. https://aws.github.io/copilot-cli/docs/developing/addons/workload/ */
function addonsIn(root: string, name: string): Addons {
  const folders = [join(root, 'copilot', name, 'addons'), join(root, 'copilot', 'environments', 'addons')];
  return folders.some((folder) => existsSync(folder)) ? 'some' : 'none';
}

function partsOf(
  settings: Settings,
  place: CopilotPlace,
  addons: Addons,
): ReadonlyMap<string, DeclaredContainerPart> {
  const { image, variables, secrets, sidecars, env_file: file } = settings;
  const isOpen = addons === 'some' || file !== undefined;
  const hasOther = (name: string): boolean => isOpen || name.startsWith('COPILOT_');
  const built = new Computed(`Copilot, which builds it from copilot/${place.name}`);
  const main: DeclaredObject = {
    image: image?.location ?? built,
    ...listsOf({ variables, secrets }, place),
    ...wordsOf(settings),
    ...mountPoints(
      Object.entries(settings.storage?.volumes ?? {}).map(([source_volume, volume]) => ({
        ...volume,
        source_volume,
      })),
    ),
    ...(image?.healthcheck === undefined ? {} : { healthCheck: healthCheckOf(image.healthcheck) }),
  };
  const others = Object.entries(sidecars ?? {}).map(([name, sidecar]): [string, DeclaredContainerPart] => {
    const location = typeof sidecar?.image === 'string' ? sidecar.image : sidecar?.image?.location;
    const members: DeclaredObject = {
      image: location ?? new Computed(`Copilot, which builds it for the sidecar ${name}`),
      ...(sidecar?.essential === undefined ? {} : { essential: sidecar.essential }),
      ...listsOf(sidecar ?? {}, place),
      ...wordsOf(sidecar ?? {}),
      ...mountPoints(sidecar?.mount_points ?? []),
    };
    return [name, { members, hasOther: (each) => each.startsWith('COPILOT_') }];
  });
  return new Map([[place.name, { members: main, hasOther }], ...others]);
}

/** Text with quotes is split as a shell does it, which is left to Copilot. */
function wordsOf({ command, entrypoint }: Pick<Settings, 'command' | 'entrypoint'>): DeclaredObject {
  const words = (value: string | readonly string[]): Declared => {
    if (typeof value !== 'string') return value;
    return /["'\\]/.test(value)
      ? new Computed('Copilot, which splits its text like a shell')
      : value.split(' ').filter((word) => word !== '');
  };
  return {
    ...(command === undefined ? {} : { command: words(command) }),
    ...(entrypoint === undefined ? {} : { entryPoint: words(entrypoint) }),
  };
}

interface ManifestMount {
  readonly source_volume?: string | undefined;
  readonly path?: string | undefined;
  readonly read_only?: boolean | undefined;
}

/** Without `read_only`, Copilot mounts a volume for reading only. */
function mountPoints(mounts: readonly ManifestMount[]): DeclaredObject {
  if (mounts.length === 0) return {};
  return {
    mountPoints: mounts.map(({ source_volume: volume = '', path = '', read_only: isReadOnly = true }) => ({
      sourceVolume: volume,
      containerPath: path,
      readOnly: isReadOnly,
    })),
  };
}

/** Those of a file system that exists; one of Copilot's own is its stack's. */
function volumesOf({ storage }: Settings): readonly DeclaredObject[] {
  return Object.entries(storage?.volumes ?? {}).map(([name, { efs }]): DeclaredObject => {
    if (efs === undefined || efs === false) return { name };
    if (efs === true || efs.id === undefined) {
      return { name, efsVolumeConfiguration: new Computed('Copilot, which creates the file system') };
    }
    const { iam, access_point_id: accessPoint } = efs.auth ?? {};
    const authorization = {
      ...(iam === undefined ? {} : { iam: iam ? 'ENABLED' : 'DISABLED' }),
      ...(accessPoint === undefined ? {} : { accessPointId: idOf(accessPoint) }),
    };
    return {
      name,
      efsVolumeConfiguration: {
        fileSystemId: idOf(efs.id),
        ...(efs.root_dir === undefined ? {} : { rootDirectory: efs.root_dir }),
        ...(Object.keys(authorization).length === 0 ? {} : { authorizationConfig: authorization }),
      },
    };
  });
}

function idOf(id: string | { readonly from_cfn: string }): Declared {
  return typeof id === 'string' ? id : new Computed(`the export ${id.from_cfn}`);
}

function groupsOf({ service }: Subject['running']): readonly string[] {
  return service.networkConfiguration?.awsvpcConfiguration?.securityGroups ?? [];
}

/**
 * Only what the manifest names. Subnets that it lists, and those for `private`, get no public address.
 * https://aws.github.io/copilot-cli/docs/manifest/backend-service/#network
 */
function networkOf(
  { placement, security_groups: security }: ManifestNetwork,
  running: readonly string[],
  addons: Addons,
): DeclaredObject | undefined {
  const subnets = typeof placement === 'object' ? placement.subnets : undefined;
  const byTags = new Computed('the tags of subnets');
  const named = security === undefined || Array.isArray(security) ? security : security.groups;
  const isAlone = security !== undefined && !Array.isArray(security) && security.deny_default === true;
  const others = isAlone ? 0 : addons === 'some' ? running.length : 1;
  const network = {
    ...(placement === undefined ? {} : { assignPublicIp: placement === 'public' ? 'ENABLED' : 'DISABLED' }),
    ...(subnets === undefined ? {} : { subnets: Array.isArray(subnets) ? subnets.map(idOf) : byTags }),
    ...(named === undefined ? {} : { securityGroups: withDefaultGroups(named.map(idOf), running, others) }),
  };
  return Object.keys(network).length === 0 ? undefined : network;
}

/** Beside the groups of the manifest, Copilot adds that of the environment, and those of addons. `most`: how many. */
function withDefaultGroups(
  named: readonly Declared[],
  running: readonly string[],
  most: number,
): readonly Declared[] {
  return [...named, ...running.filter((group) => !named.includes(group)).slice(0, most)];
}

type NamedSettings = Pick<Settings, 'variables' | 'secrets'>;

function listsOf({ variables = {}, secrets = {} }: NamedSettings, place: CopilotPlace): DeclaredObject {
  return {
    environment: Object.entries(variables).map(([name, value]) => ({
      name,
      value: variableOf(value, place),
    })),
    secrets: Object.entries(secrets).map(([name, value]) => ({ name, valueFrom: secretOf(value, place) })),
  };
}

const FromExport = lazyLooseObject(() => ({ from_cfn: z.string() }));
const FromSecrets = lazyLooseObject(() => ({ secretsmanager: z.string() }));

function variableOf(value: unknown, place: CopilotPlace): Declared {
  const text = Text.safeParse(value).data;
  if (text !== undefined) return substituted(text, place);
  const exported = FromExport.safeParse(value).data?.from_cfn;
  return new Computed(exported === undefined ? 'Copilot' : `the export ${exported}`);
}

/** The name of an SSM parameter or an ARN; or, of Secrets Manager, a name that ECS takes in an ARN. */
function secretOf(value: unknown, place: CopilotPlace): Declared {
  const secret = FromSecrets.safeParse(value).data?.secretsmanager;
  if (secret === undefined) return variableOf(value, place);
  const name = substituted(secret, place);
  return typeof name === 'string' ? `arn::secretsmanager:::secret:${name}` : name;
}

/** https://aws.github.io/copilot-cli/docs/developing/manifest-env-var/ */
function substituted(text: string, { application, environment }: CopilotPlace): Declared {
  const known = text.replaceAll(/\$\{COPILOT_(?<what>APPLICATION|ENVIRONMENT)_NAME\}/g, (_, what: string) =>
    what === 'APPLICATION' ? application : environment,
  );
  const other = /\$\{(?<name>[^{}]{1,200})\}/.exec(known)?.groups?.name;
  return other === undefined ? known : new Computed(`the variable ${other} of the shell that runs Copilot`);
}

type HealthCheck = NonNullable<NonNullable<Settings['image']>['healthcheck']>;

/** Without a command, Copilot asks curl. What is left out has Copilot's defaults, which are not compared. */
function healthCheckOf({
  command,
  interval,
  timeout,
  start_period: start,
  retries,
}: HealthCheck): DeclaredObject {
  return {
    ...(command === undefined
      ? {}
      : { command: typeof command === 'string' ? ['CMD-SHELL', command] : command }),
    ...(interval === undefined ? {} : { interval: secondsOf(interval) }),
    ...(timeout === undefined ? {} : { timeout: secondsOf(timeout) }),
    ...(start === undefined ? {} : { startPeriod: secondsOf(start) }),
    ...(retries === undefined ? {} : { retries }),
  };
}

/** A duration of Go in seconds: `1m30s` is 90. */
function secondsOf(text: string): Declared {
  const { minutes, seconds } =
    /^(?:(?<minutes>\d{1,4})m)?(?:(?<seconds>\d{1,5})s)?$/.exec(text)?.groups ?? {};
  if (minutes === undefined && seconds === undefined) return new Computed(`the duration ${text}`);
  return Number(minutes ?? 0) * 60 + Number(seconds ?? 0);
}

/** Where the image of a sidecar stands, which is text or an object with a location. */
function sidecarPath(
  settings: Settings,
  own: Settings,
  { environment, container }: { readonly environment: string; readonly container: string },
): readonly string[] | undefined {
  const image = settings.sidecars?.[container]?.image;
  if (image === undefined) return undefined;
  const isOwn = own.sidecars?.[container]?.image !== undefined;
  const start = [...(isOwn ? ['environments', environment] : []), 'sidecars', container, 'image'];
  return typeof image === 'string' ? start : [...start, 'location'];
}
