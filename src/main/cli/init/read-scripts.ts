import { existsSync, readdirSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { z } from 'zod';
import { SlipwayError } from '../../../shared/errors.ts';
import { parseImageReference } from '../../../shared/model/image-reference.ts';
import { lazyLooseObject } from '../../../shared/model/lazy-objects.ts';
import { ProjectEnvironment, ProjectEnvironmentName } from '../../../shared/model/project.ts';
import { ecrHost } from '../../engine/aws/partitions.ts';
import { readYaml } from '../../engine/environments/read-yaml.ts';
import { readRegularFile, UnusualFile } from '../../engine/storage/regular-file.ts';
import { readMakefileFacts } from './makefile-facts.ts';
import { readScriptFacts, type ScriptFact, UNKNOWN } from './script-facts.ts';
import { readYamlFacts } from './yaml-facts.ts';

/** What the deploy scripts of a repository say, as far as they can be read. */
interface ScriptReading {
  readonly environments: Readonly<Record<string, ProjectEnvironment>>;
  /** What was read, each with its file and line. */
  readonly found: readonly string[];
  /** What could not be read, and why. */
  readonly missing: readonly string[];
}

const MAX_BYTES = 256 * 1024;
const MOST_FILES = 100;
const MOST_RELEASES = 100;

/** Where repositories have their deploy scripts. */
const FOLDERS = [
  '.',
  'scripts',
  'script',
  'bin',
  'ci',
  '.ci',
  'deploy',
  'deployment',
  '.github/workflows',
  '.circleci',
];
const SCRIPT =
  /(?:\.sh|\.bash)$|^(?:Jenkinsfile.*|deploy|release|buildspec.*\.ya?ml|\.gitlab-ci\.yml|bitbucket-pipelines\.yml|\.travis\.yml|config\.yml)$/;
const MAKEFILE = /(?:^|\/)(?:GNUmakefile|[Mm]akefile)$|\.mk$/;
const WORKFLOW = /\.ya?ml$/;
const COMPOSE = /^(?:docker-)?compose.*\.ya?ml$/;

/** A fact with its file. */
type PlacedFact = ScriptFact & { readonly file: string };

/**
 * Reads the deploy scripts of a folder: shell scripts, GitHub workflows, buildspecs, Jenkinsfiles and the like, with the task
 * definitions that they name, and the images of docker-compose. Runs nothing, and asks no AWS. Throws NOT_FOUND where none names
 * a service of ECS.
 *
 * @param name of the environment; undefined for that of the cluster
 */
export function readScripts(folder: string, name: string | undefined): ScriptReading {
  const found: string[] = [];
  const missing: string[] = [];
  const images = readCompose(folder, missing);
  const environments: Record<string, ProjectEnvironment> = {};
  for (const file of scriptsOf(folder)) {
    const text = textOf(folder, file, missing);
    const facts = factsOf(file, text ?? '', missing).map((fact) => ({ ...fact, file }));
    const containers = new Map([...images, ...containersOf(folder, facts, missing)]);
    for (const release of releasesOf(facts, missing)) {
      const environment = environmentOf(facts, release, { containers, found, missing });
      const key = ProjectEnvironmentName.safeParse(name ?? release.cluster.slice(0, 64));
      if (!key.success) {
        throw new SlipwayError(
          'INVALID_INPUT',
          `${name ?? release.cluster} ${key.error.issues[0]?.message}. Choose one with --name.`,
        );
      }
      const known = environments[key.data];
      const isOther = known !== undefined && known.region !== environment.region;
      const unique = isOther ? `${key.data}-${environment.region ?? 'other'}` : key.data;
      const earlier = environments[unique];
      environments[unique] = {
        ...earlier,
        ...environment,
        services: { ...earlier?.services, ...environment.services },
      };
    }
  }
  if (Object.keys(environments).length > 0)
    return { environments, found: [...new Set(found)], missing: [...new Set(missing)] };
  const why = missing.map((sentence) => ` ${sentence}`).join('');
  throw new SlipwayError(
    'NOT_FOUND',
    `No script of ${folder} names a service of ECS that could be read.${why} Use \`slipway init -c CLUSTER\` for what runs.`,
  );
}

function scriptsOf(folder: string): readonly string[] {
  const files = FOLDERS.flatMap((name) => {
    const path = join(folder, name);
    if (!existsSync(path)) return [];
    const patterns = name === '.github/workflows' ? [WORKFLOW] : [SCRIPT, MAKEFILE];
    return readdirSync(path, { withFileTypes: true })
      .filter((entry) => entry.isFile() && patterns.some((each) => each.test(entry.name)))
      .map((entry) => (name === '.' ? entry.name : `${name}/${entry.name}`))
      .toSorted();
  });
  return files.slice(0, MOST_FILES);
}

function factsOf(file: string, text: string, missing: string[]): readonly ScriptFact[] {
  if (MAKEFILE.test(file)) return readMakefileFacts(text);
  if (!WORKFLOW.test(file)) return readScriptFacts(text);
  const reading = readYamlFacts(text);
  if (reading.state === 'read') return reading.facts;
  missing.push(`${file}:${reading.line} is left out: ${reading.why}.`);
  return [];
}

function textOf(folder: string, file: string, missing: string[]): string | undefined {
  try {
    return readRegularFile(join(folder, file), MAX_BYTES);
  } catch (error) {
    const why = error instanceof UnusualFile ? error.message : 'it cannot be read';
    missing.push(`${file} is left out: ${why}.`);
    return undefined;
  }
}

interface Release {
  readonly cluster: string;
  readonly service: string;
  /** The place of the service in the facts. */
  readonly at: number;
}

/** A service with the cluster that the same command or step names; without one it is the cluster `default`. */
function releasesOf(facts: readonly PlacedFact[], missing: string[]): readonly Release[] {
  const releases: Release[] = [];
  facts.forEach((fact, at) => {
    if (fact.kind !== 'service') return;
    const cluster = facts.find(({ kind, step }) => kind === 'cluster' && step === fact.step);
    const unread = [fact, cluster].find((each) => each?.value.includes(UNKNOWN));
    if (unread !== undefined) {
      missing.push(
        `${placeOf(unread)}: the ${unread.kind} is only known when the script runs (${shown(unread.value)}).`,
      );
    } else if (releases.length < MOST_RELEASES) {
      releases.push({ cluster: cluster?.value ?? 'default', service: fact.value, at });
    }
  });
  return releases;
}

interface Around {
  /** Repositories by the container that they are for. */
  readonly containers: ReadonlyMap<string, string>;
  readonly found: string[];
  readonly missing: string[];
}

/** What a file says of a release. Only values that slipway.yml takes are used. */
function environmentOf(
  facts: readonly PlacedFact[],
  { cluster, service, at }: Release,
  { containers: known, found, missing }: Around,
): ProjectEnvironment {
  const fact = facts[at];
  if (fact !== undefined) found.push(`${placeOf(fact)}: the service ${service} of the cluster ${cluster}.`);
  const nearest = (kind: ScriptFact['kind']): PlacedFact | undefined =>
    facts.slice(0, at + 1).findLast((each) => each.kind === kind) ?? facts.find((each) => each.kind === kind);
  const settings: Record<string, string> = {};
  for (const kind of ['region', 'profile', 'role'] as const) {
    const each = nearest(kind);
    if (each === undefined) continue;
    if (each.value.includes(UNKNOWN) || !ProjectEnvironment.shape[kind].safeParse(each.value).success) {
      missing.push(`${placeOf(each)}: the ${kind} ${shown(each.value)} could not be read.`);
      continue;
    }
    settings[kind] = each.value;
    found.push(`${placeOf(each)}: the ${kind} ${each.value}.`);
  }
  const images = facts
    .filter(({ kind }) => kind === 'image')
    .map((each) => ({ each, image: imageOf(each.value) }));
  const account = images.flatMap(({ image }) => ecrHost(image?.registry ?? '')?.account ?? [])[0];
  if (account !== undefined) settings.account = account;
  const repositories = new Map(
    images.flatMap(({ each, image }) => (image === undefined ? [] : [[repositoryOf(image), each] as const])),
  );
  const containers = new Map(known);
  const named = facts.filter(({ kind, value }) => kind === 'container' && !value.includes(UNKNOWN));
  const [only, ...others] = repositories;
  if (only !== undefined && others.length === 0) {
    for (const { value } of named) containers.set(value, only[0]);
    if (containers.size === 0) {
      missing.push(
        `${placeOf(only[1])}: no container is named for the repository ${only[0]}, so it is left out.`,
      );
    }
  }
  for (const [repository, each] of repositories)
    found.push(`${placeOf(each)}: the repository ${repository}.`);
  const parsed = ProjectEnvironment.safeParse({
    ...settings,
    cluster,
    services: {
      [service]: {
        containers: Object.fromEntries([...containers].map(([name, repository]) => [name, { repository }])),
      },
    },
  });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new SlipwayError(
    'INVALID_INPUT',
    `${fact === undefined ? '' : `${placeOf(fact)}: `}${shown(String(issue?.path.at(-1)))} is not valid: ${issue?.message}.`,
  );
}

/** An image whose registry or tag is only known at run time: its repository is what stays. */
function imageOf(value: string): ReturnType<typeof parseImageReference> {
  const name = value.lastIndexOf('/') + 1;
  const [tag] = /[:@].*/s.exec(value.slice(name)) ?? [''];
  const withoutTag = tag.includes(UNKNOWN) ? value.slice(0, -tag.length) : value;
  const image = withoutTag.startsWith(`${UNKNOWN}/`) ? withoutTag.slice(2) : withoutTag;
  return image.includes(UNKNOWN) ? undefined : parseImageReference(image);
}

/** Without the registry where it is an ECR, which is that of the account. */
function repositoryOf({
  registry,
  repository,
}: {
  readonly registry?: string;
  readonly repository: string;
}): string {
  return registry === undefined || ecrHost(registry) !== undefined ? repository : `${registry}/${repository}`;
}

const TaskDefinition = lazyLooseObject(() => ({
  containerDefinitions: z.array(z.looseObject({ name: z.string(), image: z.string() })).max(50),
}));

/** The containers of the task definitions that a script names, in files of the repository. */
function containersOf(
  folder: string,
  facts: readonly PlacedFact[],
  missing: string[],
): ReadonlyMap<string, string> {
  const containers = new Map<string, string>();
  for (const fact of facts.filter(({ kind, value }) => kind === 'file' && value.endsWith('.json'))) {
    const { value: file } = fact;
    if (file.includes(UNKNOWN) || isAbsolute(file) || file.split(/[\\/]/).includes('..')) {
      missing.push(`${placeOf(fact)}: the task definition ${shown(file)} is not a file of the folder.`);
      continue;
    }
    const text = textOf(folder, file, missing);
    if (text === undefined) continue;
    const parsed = TaskDefinition.safeParse(jsonOf(text));
    for (const { name, image } of parsed.success ? parsed.data.containerDefinitions : []) {
      const reference = parseImageReference(image);
      if (reference !== undefined) containers.set(name, repositoryOf(reference));
    }
    if (!parsed.success) missing.push(`${file} is left out: it is not a task definition.`);
  }
  return containers;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const Compose = lazyLooseObject(() => ({
  services: z.record(z.string(), z.looseObject({ image: z.string().optional() }).nullable()),
}));

/** The images of ECR in docker-compose, whose services are usually named like the containers. */
function readCompose(folder: string, missing: string[]): ReadonlyMap<string, string> {
  const containers = new Map<string, string>();
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (!entry.isFile() || !COMPOSE.test(entry.name)) continue;
    const reading = readYaml(textOf(folder, entry.name, missing) ?? '', Compose);
    if (reading.state === 'invalid') {
      missing.push(`${entry.name}:${reading.line}: ${reading.why}.`);
      continue;
    }
    for (const [name, service] of Object.entries(reading.value.services)) {
      const image = parseImageReference((service?.image ?? '').replace(/\$\{[^{}]*\}$/, 'tag'));
      if (image?.registry !== undefined && ecrHost(image.registry) !== undefined)
        containers.set(name, image.repository);
    }
  }
  return containers;
}

function placeOf({ file, line }: PlacedFact): string {
  return `${file}:${line}`;
}

function shown(value: string): string {
  return value.replaceAll(UNKNOWN, '…').slice(0, 100);
}
