import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { SlipwayError } from '../../../shared/errors.ts';
import { lazyLooseObject } from '../../../shared/model/lazy-objects.ts';
import { readRegularFile, UnusualFile } from '../storage/regular-file.ts';
import { readYaml } from './read-yaml.ts';

/** What a Copilot application says in its manifests. */
export interface CopilotApplication {
  readonly name: string;
  /** Those with a manifest; older applications have none. */
  readonly environments: readonly string[];
  /** Names of what runs as a service of ECS. */
  readonly services: readonly string[];
  /** What does not, with its type: jobs, App Runner services, static sites. */
  readonly others: readonly { readonly name: string; readonly type: string }[];
}

const MAX_BYTES = 256 * 1024;
const MOST_FOLDERS = 500;

/** https://aws.github.io/copilot-cli/docs/manifest/overview/ */
const ECS_TYPES: ReadonlySet<string> = new Set([
  'Load Balanced Web Service',
  'Backend Service',
  'Worker Service',
]);

const Name = z.string().min(1).max(255);
const Workspace = lazyLooseObject(() => ({ application: Name }));
const Manifest = lazyLooseObject(() => ({ name: Name, type: Name }));

/**
 * Reads the folder `copilot` of a repository. Throws NOT_FOUND where there is none, and INVALID_INPUT with the line of a
 * manifest that is not valid.
 */
export function readCopilot(folder: string): CopilotApplication {
  const root = join(folder, 'copilot');
  const workspace = readDocument(join(root, '.workspace'), Workspace);
  if (workspace === undefined) {
    throw new SlipwayError(
      'NOT_FOUND',
      `There is no Copilot application in ${folder}: copilot/.workspace is missing. Run it in the folder of the application.`,
    );
  }
  const workloads = foldersOf(root)
    .filter((name) => name !== 'environments' && name !== 'pipelines')
    .flatMap((name) => readDocument(join(root, name, 'manifest.yml'), Manifest) ?? []);
  const environments = foldersOf(join(root, 'environments'))
    .flatMap((name) => readDocument(join(root, 'environments', name, 'manifest.yml'), Manifest) ?? [])
    .map(({ name }) => name);
  const isService = ({ type }: { readonly type: string }): boolean => ECS_TYPES.has(type);
  return {
    name: workspace.application,
    environments,
    services: workloads.filter(isService).map(({ name }) => name),
    others: workloads.filter((each) => !isService(each)).map(({ name, type }) => ({ name, type })),
  };
}

/** CloudFormation gives a cluster the name APPLICATION-ENVIRONMENT-Cluster-RANDOM; undefined for another cluster. */
export function environmentOfCluster(application: string, cluster: string): string | undefined {
  const prefix = `${application}-`;
  if (!cluster.startsWith(prefix)) return undefined;
  return /^(?<environment>.+)-Cluster-[A-Za-z0-9]+$/.exec(cluster.slice(prefix.length))?.groups?.environment;
}

/** The same for a service: APPLICATION-ENVIRONMENT-NAME-Service-RANDOM. */
export function isServiceOf(
  place: { readonly application: string; readonly environment: string },
  name: string,
  service: string,
): boolean {
  const prefix = `${place.application}-${place.environment}-${name}-Service-`;
  return service.startsWith(prefix) && /^[A-Za-z0-9]+$/.test(service.slice(prefix.length));
}

function foldersOf(folder: string): readonly string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name)
      .toSorted()
      .slice(0, MOST_FOLDERS);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}

/** Undefined for a file that doesn't exist. */
function readDocument<Schema extends z.ZodType>(file: string, schema: Schema): z.output<Schema> | undefined {
  if (!existsSync(file)) return undefined;
  const reading = readYaml(textOf(file), schema);
  if (reading.state === 'read') return reading.value;
  throw new SlipwayError('INVALID_INPUT', `${file} is not valid, line ${reading.line}: ${reading.why}.`);
}

function textOf(file: string): string {
  try {
    return readRegularFile(file, MAX_BYTES);
  } catch (error) {
    if (!(error instanceof UnusualFile)) throw error;
    throw new SlipwayError(
      'INVALID_INPUT',
      `${file} is not valid: ${error.message}. Correct it and try again.`,
    );
  }
}
