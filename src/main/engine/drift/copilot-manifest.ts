import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { SlipwayError } from '../../../shared/errors.ts';
import { environmentOfCluster, isServiceOf, readCopilot } from '../environments/copilot.ts';
import { readYaml } from '../environments/read-yaml.ts';
import type { CloneReading, Subject } from './clone-declarations.ts';
import { type CloneFiles, textOfFile } from './clone-files.ts';
import { Computed, type Declared, type DeclaredContainerPart, type DeclaredObject } from './declared.ts';

const Text = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const Image = z.looseObject({
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
});
const Variables = z.record(z.string(), z.unknown()).optional().catch(undefined);
const Sidecar = z.looseObject({
  image: z.union([z.string(), Image]).optional().catch(undefined),
  essential: z.boolean().optional().catch(undefined),
  variables: Variables,
  secrets: Variables,
});
const Settings = z.looseObject({
  cpu: z.number().optional(),
  memory: z.number().optional(),
  count: z.union([z.number(), z.looseObject({})]).optional(),
  image: Image.optional(),
  variables: Variables,
  secrets: Variables,
  env_file: z.unknown().optional(),
  sidecars: z.record(z.string(), Sidecar.nullable()).optional().catch(undefined),
  storage: z.looseObject({ ephemeral: z.number().optional() }).optional().catch(undefined),
});
type Settings = z.infer<typeof Settings>;
const Manifest = Settings.extend({
  name: z.string(),
  environments: z.record(z.string(), Settings.nullable()).optional(),
});

/** Where a service is in a Copilot application. */
interface CopilotPlace {
  readonly application: string;
  readonly environment: string;
  readonly name: string;
}

/** The manifest of the service, where the clone is a Copilot application. https://aws.github.io/copilot-cli/docs/manifest/overview/ */
export function copilotManifest({ root }: CloneFiles, { ref, service }: Subject): CloneReading {
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
          taskDefinition: {
            ...(settings.cpu === undefined ? {} : { cpu: String(settings.cpu) }),
            ...(settings.memory === undefined ? {} : { memory: String(settings.memory) }),
            ...(ephemeral === undefined ? {} : { ephemeralStorage: { sizeInGiB: ephemeral } }),
          },
          parts: partsOf(
            settings,
            { application: application.name, environment, name },
            addonsIn(root, name),
          ),
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

/** What an environment sets comes before what is common; maps are joined. */
function overridden(common: Settings, own: Settings): Settings {
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
    storage: { ...common.storage, ...own.storage },
    sidecars,
  };
}

function joined<Value>(
  common: Readonly<Record<string, Value>> | undefined,
  own: Readonly<Record<string, Value>> | undefined,
): Record<string, Value> {
  return { ...common, ...own };
}

/** Stacks beside the service give it variables and secrets by their outputs. https://aws.github.io/copilot-cli/docs/developing/addons/workload/ */
function addonsIn(root: string, name: string): 'none' | 'some' {
  const folders = [join(root, 'copilot', name, 'addons'), join(root, 'copilot', 'environments', 'addons')];
  return folders.some((folder) => existsSync(folder)) ? 'some' : 'none';
}

function partsOf(
  { image, variables, secrets, sidecars, env_file: file }: Settings,
  place: CopilotPlace,
  addons: 'none' | 'some',
): ReadonlyMap<string, DeclaredContainerPart> {
  const isOpen = addons === 'some' || file !== undefined;
  const hasOther = (name: string): boolean => isOpen || name.startsWith('COPILOT_');
  const built = new Computed(`Copilot, which builds it from copilot/${place.name}`);
  const main: DeclaredObject = {
    image: image?.location ?? built,
    ...listsOf({ variables, secrets }, place),
    ...(image?.healthcheck === undefined ? {} : { healthCheck: healthCheckOf(image.healthcheck) }),
  };
  const others = Object.entries(sidecars ?? {}).map(([name, sidecar]): [string, DeclaredContainerPart] => {
    const location = typeof sidecar?.image === 'string' ? sidecar.image : sidecar?.image?.location;
    const members: DeclaredObject = {
      image: location ?? new Computed(`Copilot, which builds it for the sidecar ${name}`),
      ...(sidecar?.essential === undefined ? {} : { essential: sidecar.essential }),
      ...listsOf(sidecar ?? {}, place),
    };
    return [name, { members, hasOther: (each) => each.startsWith('COPILOT_') }];
  });
  return new Map([[place.name, { members: main, hasOther }], ...others]);
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

const FromExport = z.looseObject({ from_cfn: z.string() });
const FromSecrets = z.looseObject({ secretsmanager: z.string() });

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
