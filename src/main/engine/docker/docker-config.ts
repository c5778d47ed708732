import { validateHeaderName, validateHeaderValue } from 'node:http';
import { join } from 'node:path';
import { isObject } from '../../../shared/is-object.ts';
import { NEVER_ABORTED } from '../aws/retry.ts';
import { readSmallFile } from './small-file.ts';

/** What the rules of the Docker command line need to know of the machine. */
export interface Machine {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  readonly home: string;
}

/** The fields of Docker's config.json that Slipway uses. Those of a wrong type count as missing. */
export interface DockerConfig {
  readonly currentContext?: string;
  /** By registry, as `docker login` writes them without a credential store. Its values are secrets. */
  readonly auths: Readonly<Record<string, unknown>>;
  /** The same of the variable DOCKER_AUTH_CONFIG, which count before all others. */
  readonly authsOfEnvironment?: Readonly<Record<string, unknown>>;
  /** Sent with every request to the Engine. Its values may be secrets. */
  readonly httpHeaders?: Readonly<Record<string, string>>;
  /** The suffix of a `docker-credential-…` program for all registries. */
  readonly credsStore?: string;
  /** The same by registry. */
  readonly credHelpers: Readonly<Record<string, string>>;
  readonly proxies?: unknown;
  readonly cliPluginsExtraDirs: readonly string[];
  /** Why all or a part of the file is not used, as a sentence. */
  readonly problem?: string;
}

/** Logins and contexts of a person are a few KiB, and certificates as well. */
const MOST_BYTES = 4 * 1024 * 1024;

/**
 * The text of a file of the Docker configuration; undefined where there is none. Throws for one that cannot be read, that is
 * no regular file (nobody waits for a pipe) or that is larger than such files are.
 */
export function readDockerFile(path: string): Promise<string | undefined> {
  return readSmallFile(path, MOST_BYTES, NEVER_ABORTED);
}

/** The folder of config.json, contexts and certificates. */
export function dockerConfigFolder({ environment, home }: Machine): string {
  return environment.DOCKER_CONFIG || join(home, '.docker');
}

/**
 * Reads config.json as the Docker command line does: a missing or an empty file has no settings, one that is not JSON
 * is left out with a warning (`problem`), names of fields match in any case, and null is as good as missing.
 * Logins of DOCKER_AUTH_CONFIG are read as well (https://github.com/docker/cli/pull/6008), and headers of
 * DOCKER_CUSTOM_HEADERS.
 * https://docs.docker.com/reference/cli/docker/#docker-cli-configuration-file-configjson-properties
 */
export async function readDockerConfig(machine: Machine): Promise<DockerConfig> {
  const { DOCKER_AUTH_CONFIG, DOCKER_CUSTOM_HEADERS } = machine.environment;
  let config = await readConfigFile(machine);
  const text = DOCKER_AUTH_CONFIG?.trim() ?? '';
  if (text !== '') {
    const value = parseFirstValue(text);
    const authsOfEnvironment = isObject(value) && isObject(value.auths) ? value.auths : undefined;
    config =
      authsOfEnvironment === undefined
        ? withWarning(
            config,
            "The variable DOCKER_AUTH_CONFIG isn't JSON with auths, so its logins aren't used.",
          )
        : { ...config, authsOfEnvironment };
  }
  if (!DOCKER_CUSTOM_HEADERS) return config;
  const httpHeaders = headersOf(DOCKER_CUSTOM_HEADERS);
  if (httpHeaders !== undefined) return { ...config, httpHeaders };
  return withWarning(
    config,
    "The variable DOCKER_CUSTOM_HEADERS isn't a list of name=value pairs with commas between them, so its headers aren't used.",
  );
}

function withWarning(config: DockerConfig, warning: string): DockerConfig {
  return { ...config, problem: config.problem === undefined ? warning : `${config.problem} ${warning}` };
}

/** A line of CSV whose fields are `name=value`. They stand in the place of those of config.json. */
function headersOf(line: string): Record<string, string> | undefined {
  const fields = line.match(/(?<=^|,)(?:"(?:[^"]|"")*"|[^",]*)(?=,|$)/g) ?? [];
  const pairs = fields.map((field) => {
    const text = field.startsWith('"') ? field.slice(1, -1).replaceAll('""', '"') : field;
    const [, name = '', value] = /^([^=]*)=(.*)$/s.exec(text) ?? [];
    return [name.trim(), value] as const;
  });
  const isWhole = fields.join(',') === line;
  const headers = Object.fromEntries(pairs);
  return isWhole && pairs.every(([name]) => name !== '') && isHeaders(headers)
    ? withoutUserAgent(headers)
    : undefined;
}

async function readConfigFile(machine: Machine): Promise<DockerConfig> {
  const file = join(dockerConfigFolder(machine), 'config.json');
  let text: string | undefined;
  try {
    text = await readDockerFile(file);
  } catch {
    return withProblem("can't be read");
  }
  if (text === undefined || text.trim() === '') return NO_SETTINGS;
  const value = parseFirstValue(text);
  if (value === null) return NO_SETTINGS;
  return isObject(value) ? configOf(value) : withProblem("isn't a JSON object");
}

const NO_SETTINGS: DockerConfig = { auths: {}, credHelpers: {}, cliPluginsExtraDirs: [] };

function withProblem(reason: string): DockerConfig {
  return { ...NO_SETTINGS, problem: `Docker's config.json ${reason}, so its settings aren't used.` };
}

/** Go's decoder takes the first value of a file and leaves out what follows. Undefined where there is none. */
function parseFirstValue(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch (error) {
    const [, end] = /position (\d+)/.exec(error instanceof Error ? error.message : '') ?? [];
    return end === undefined ? undefined : parseUpTo(text, Number(end));
  }
}

function parseUpTo(text: string, end: number): unknown {
  try {
    const value: unknown = JSON.parse(text.slice(0, end));
    return value;
  } catch {
    return undefined;
  }
}

function configOf(file: Readonly<Record<string, unknown>>): DockerConfig {
  const wrong: string[] = [];
  /** A field by its name in any case, if it is of its type. */
  function field<T>(name: string, isType: (value: unknown) => value is T): T | undefined {
    const key = Object.keys(file).findLast((each) => each.toLowerCase() === name.toLowerCase());
    const value = key === undefined ? undefined : file[key];
    if (value === undefined || value === null) return undefined;
    if (isType(value)) return value;
    wrong.push(name);
    return undefined;
  }

  const currentContext = field('currentContext', isString);
  const credsStore = field('credsStore', isString);
  const httpHeaders = field('HttpHeaders', isHeaders);
  const config: DockerConfig = {
    ...(httpHeaders === undefined ? {} : { httpHeaders: withoutUserAgent(httpHeaders) }),
    ...(currentContext ? { currentContext } : {}),
    auths: field('auths', isObject) ?? {},
    ...(credsStore ? { credsStore } : {}),
    credHelpers: field('credHelpers', isTextMap) ?? {},
    proxies: field('proxies', isObject),
    cliPluginsExtraDirs: field('cliPluginsExtraDirs', isTextList) ?? [],
  };
  if (wrong.length === 0) return config;
  return {
    ...config,
    problem: `Docker's config.json has ${wrong.join(', ')} of a wrong type, left out here.`,
  };
}

function isString(value: unknown): value is string {
  return typeof value === 'string';
}

function isTextMap(value: unknown): value is Record<string, string> {
  return isObject(value) && Object.values(value).every(isString);
}

/** What Node would refuse to send is left out with the warning. */
function isHeaders(value: unknown): value is Record<string, string> {
  if (!isTextMap(value)) return false;
  try {
    for (const [name, text] of Object.entries(value)) {
      validateHeaderName(name);
      validateHeaderValue(name, text);
    }
    return true;
  } catch {
    return false;
  }
}

/** The Docker command line sets that one itself. */
function withoutUserAgent(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => name.toLowerCase() !== 'user-agent'));
}

function isTextList(value: unknown): value is string[] {
  return Array.isArray(value) && value.every(isString);
}
