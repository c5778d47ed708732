import { homedir } from 'node:os';
import { join } from 'node:path';
import { loadRegularFile, UnusualFile } from '../storage/regular-file.ts';
import { type IniSection, type IniValue, readIni, shellWordsIn } from './ini-file.ts';

export type Variables = Readonly<Record<string, string | undefined>>;

/** Where the two shared AWS files are: AWS SDKs and Tools Reference Guide, "Location of the shared files". */
export interface SharedFilePaths {
  readonly configFilepath: string;
  readonly filepath: string;
}

/** A setting with its place, such as `line 4 of /home/ana/.aws/config`. */
export interface Setting extends IniValue {
  readonly place: string;
  /** Whether it is of the credentials file. */
  readonly isOfCredentialsFile?: true;
}

export interface SharedSection {
  readonly name: string;
  readonly place: string;
  readonly settings: ReadonlyMap<string, Setting>;
  /** What stands between the brackets. */
  readonly header?: string;
  /** Where it comes a second time in the same file with another value of a setting, in words. */
  readonly contradiction?: string;
}

/** The shared AWS files as the AWS CLI reads them. */
export interface SharedConfig {
  /** The credentials file counts before the config file. */
  readonly profiles: ReadonlyMap<string, SharedSection>;
  readonly ssoSessions: ReadonlyMap<string, SharedSection>;
  readonly services: ReadonlyMap<string, SharedSection>;
  /** What of the files cannot be read, a sentence each with file and line. No value is quoted: it can be a key. */
  readonly problems: readonly string[];
}

/** The paths of the shared config and credentials files, as absolute paths. */
export function sharedFilePaths(environment: Variables): SharedFilePaths {
  const home = environment.HOME || environment.USERPROFILE || homedir();
  const resolve = (path: string): string =>
    path
      .replace(/^~(?=$|[/\\])/, home)
      .replaceAll(/\$(?:\{(\w+)\}|(\w+))/g, (all, braced, plain) => environment[braced ?? plain] ?? all);
  return {
    configFilepath: resolve(environment.AWS_CONFIG_FILE || join(home, '.aws', 'config')),
    filepath: resolve(environment.AWS_SHARED_CREDENTIALS_FILE || join(home, '.aws', 'credentials')),
  };
}

/** Reads both files. What is missing is empty; nothing is thrown. */
export async function readSharedConfig(environment: Variables): Promise<SharedConfig> {
  const paths = sharedFilePaths(environment);
  const [config, credentials] = await Promise.all([
    readSections(paths.configFilepath),
    readSections(paths.filepath),
  ]);
  const problems = [...config.problems, ...credentials.problems];
  const named = { profile: collection(), 'sso-session': collection(), services: collection() };
  const ofCredentials = collection();

  for (const section of config.sections) {
    const [kind, name, ...others] = shellWordsIn(section.header) ?? [];
    if (/^\s|^default\s+$/.test(section.header)) {
      problems.push(
        `The section at ${section.place} is not read, because of a space beside its bracket. Remove it.`,
      );
    } else if (section.header === 'default')
      problems.push(...add(named.profile, 'profile', 'default', section));
    else if (kind === 'profile' || kind === 'sso-session' || kind === 'services') {
      if (name !== undefined && others.length === 0) problems.push(...add(named[kind], kind, name, section));
      else problems.push(badHeader(kind, section));
    } else if (kind === undefined) {
      problems.push(
        `The section at ${section.place} is not read, because a quote in its name is not closed. Close it.`,
      );
    } else if (looksLikeProfile(section)) {
      problems.push(
        `The section at ${section.place} is not read, because names of profiles follow the word profile in this file. Write [profile NAME].`,
      );
    }
  }
  for (const section of credentials.sections) {
    if (/^(?:profile|sso-session|services)\s/.test(section.header)) {
      problems.push(
        `The section at ${section.place} is not read: in this file a section is the name of a profile alone. Write [NAME].`,
      );
    } else problems.push(...add(ofCredentials, 'profile', section.header, section));
  }
  for (const [name, section] of ofCredentials) {
    const before = named.profile.get(name);
    const ofFile = [...section.settings].map(
      ([key, setting]) => [key, { ...setting, isOfCredentialsFile: true as const }] as const,
    );
    const hasKeys = (section.settings.get('aws_access_key_id')?.text ?? '') !== '';
    const ofConfig = [...(before?.settings ?? [])].filter(([key]) => !hasKeys || !OF_KEYS.has(key));
    const settings = new Map([...ofConfig, ...ofFile]);
    named.profile.set(name, { ...section, ...before, settings });
  }
  for (const [name, profile] of named.profile)
    named.profile.set(name, { ...profile, settings: withSessionToken(profile.settings) });
  return {
    profiles: named.profile,
    ssoSessions: named['sso-session'],
    services: named.services,
    problems,
  };
}

/** The settings of a section by name; nested ones have the outer name and a dot in front. */
export function plainSettings(section: SharedSection | undefined): Variables {
  const settings: [string, string][] = [];
  for (const [name, { text, nested }] of section?.settings ?? []) {
    if (nested.size === 0 && text !== '') settings.push([name, text]);
    for (const [inner, value] of nested) settings.push([`${name}.${inner}`, value]);
  }
  return Object.fromEntries(settings);
}

/**
 * The section whose settings count in every section of its file that has none of its own, as in Python's RawConfigParser.
 * https://docs.python.org/3/library/configparser.html#configparser.ConfigParser
 */
const OF_ALL = 'DEFAULT';

/** 10,000 profiles have about three megabytes. */
const MOST_BYTES = 8 * 1024 * 1024;

/** Of a file that is something else, the first lines tell enough. */
const MOST_DAMAGED_LINES = 3;

const SECTION_LABELS = { profile: 'profile', 'sso-session': 'SSO session', services: 'services section' };

interface PlacedSection extends Omit<IniSection, 'settings'> {
  readonly place: string;
  readonly settings: ReadonlyMap<string, Setting>;
}

interface FileSections {
  readonly sections: readonly PlacedSection[];
  readonly problems: readonly string[];
}

async function readSections(path: string): Promise<FileSections> {
  let text: string;
  try {
    text = await loadRegularFile(path, MOST_BYTES);
  } catch (error) {
    if (isMissing(error)) return { sections: [], problems: [] };
    const problem =
      error instanceof UnusualFile
        ? `${path} could not be read: ${error.message}. Put a file in its place.`
        : `${path} could not be read. Check that you can read it.`;
    return { sections: [], problems: [problem] };
  }
  if (isUtf16(text)) {
    const problem = `${path} is text in UTF-16, which the AWS CLI does not read either. Save it as UTF-8.`;
    return { sections: [], problems: [problem] };
  }
  const { sections, damagedLines, repeatedLines } = readIni(text);
  const placeOf = (line: number): string => `line ${line} of ${path}`;
  const placed = sections.map((section) => ({
    ...section,
    place: placeOf(section.line),
    settings: new Map(
      [...section.settings].map(([name, value]) => [name, { ...value, place: placeOf(value.line) }]),
    ),
  }));
  const ofAll = placed.filter(({ header }) => header === OF_ALL).flatMap(({ settings }) => [...settings]);
  return {
    sections: placed
      .filter(({ header }) => header !== OF_ALL)
      .map((section) => ({ ...section, settings: new Map([...ofAll, ...section.settings]) })),
    problems: [
      ...damagedLines.map(
        (line) =>
          `Line ${line} of ${path} is neither a section such as [profile name] nor a setting such as region = eu-west-1.`,
      ),
      ...repeatedLines.map(
        (line) =>
          `Line ${line} of ${path} sets what its section has set before. Remove one of the lines: the AWS CLI does not read such a file.`,
      ),
    ].slice(0, MOST_DAMAGED_LINES),
  };
}

/** As `>` of Windows PowerShell writes it: its mark of the byte order is none of UTF-8, and every second byte of the rest is 0. */
function isUtf16(text: string): boolean {
  return text.startsWith('\uFFFD\uFFFD') && text.includes('\0');
}

/** What the keys of a profile consist of. The AWS CLI takes all of it from the same file. */
const OF_KEYS: ReadonlySet<string> = new Set([
  'aws_access_key_id',
  'aws_secret_access_key',
  'aws_session_token',
  'aws_security_token',
]);

/**
 * Some programs write the token of temporary keys under its older name, which comes first in the AWS CLI and which the SDK does
 * not know.
 * https://github.com/boto/botocore/blob/develop/botocore/credentials.py (SharedCredentialProvider.TOKENS)
 */
function withSessionToken(settings: SharedSection['settings']): SharedSection['settings'] {
  const token = settings.get('aws_security_token');
  return token === undefined || token.text === ''
    ? settings
    : new Map([...settings, ['aws_session_token', token]]);
}

function collection(): Map<string, SharedSection> {
  return new Map();
}

/** A section that comes again adds to the first, as in the AWS SDKs. Returns what is wrong with that. */
function add(
  sections: Map<string, SharedSection>,
  kind: keyof typeof SECTION_LABELS,
  name: string,
  { place, settings, header }: Pick<PlacedSection, 'place' | 'settings' | 'header'>,
): readonly string[] {
  const before = sections.get(name);
  if (before === undefined) {
    sections.set(name, { name, place, settings, header });
    return [];
  }
  // Only the same header twice is an error of the file.
  if (before.header !== header) {
    sections.set(name, { name, place, settings, header });
    return [
      `The ${SECTION_LABELS[kind]} ${name} is defined twice, at ${before.place} and ${place}. Remove the first one: the AWS CLI reads only the last.`,
    ];
  }
  const [setting] =
    [...settings].find(([key, { text }]) => (before.settings.get(key)?.text ?? text) !== text) ?? [];
  const contradiction =
    setting === undefined
      ? before.contradiction
      : `The ${SECTION_LABELS[kind]} ${name} is defined twice with different values of ${setting}, at ${before.place} and ${place}. Keep one of the sections.`;
  sections.set(name, {
    ...before,
    settings: new Map([...before.settings, ...settings]),
    ...(contradiction === undefined ? {} : { contradiction }),
  });
  if (setting !== undefined && kind === 'profile') return [];
  return [
    setting === undefined || contradiction === undefined
      ? `The ${SECTION_LABELS[kind]} ${name} is defined twice, at ${before.place} and ${place}. Merge the sections: the AWS CLI does not read such a file.`
      : contradiction,
  ];
}

function badHeader(kind: string, { header, place }: PlacedSection): string {
  const isUnnamed = header === kind;
  return isUnnamed
    ? `The section at ${place} is not read, because it has no name. Write [${kind} NAME].`
    : `The section at ${place} is not read: a name with spaces needs quotes. Write [${kind} "NAME"].`;
}

/** Other sections, such as those of plugins, are not for Slipway. */
function looksLikeProfile({ settings }: PlacedSection): boolean {
  return [...settings.keys()].some((name) =>
    /^(?:region|role_arn|source_profile|credential_process|aws_|sso_)/.test(name),
  );
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}
