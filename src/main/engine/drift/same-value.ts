import { trimEndOf } from '../../../shared/trim-end.ts';
import { lastPartOf } from '../aws/arns.ts';
import { type Declared, type DeclaredObject, isList, objectOf, plainText } from './declared.ts';

/** What the meaning of a value depends on. */
export interface Surroundings {
  /** Of the task definition that runs. */
  readonly networkMode: string | undefined;
  /** Of the service; undefined where it cannot be told. */
  readonly region: string | undefined;
  /** Whether a member that is left out is one that must not run. */
  readonly extent: 'whole' | 'part';
}

/**
 * Values that ECS takes for a member that is left out, and some of them it writes down for it.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_HealthCheck.html, and API_PortMapping.html, API_RuntimePlatform.html,
 * API_ContainerDefinition.html, API_EFSVolumeConfiguration.html, API_EFSAuthorizationConfig.html, API_DockerVolumeConfiguration.html
 */
const LEFT_OUT = new Map([
  ['essential', 'true'],
  ['interval', '30'],
  ['timeout', '5'],
  ['retries', '3'],
  ['protocol', 'tcp'],
  ['cpuArchitecture', 'X86_64'],
  ['operatingSystemFamily', 'LINUX'],
  ['rootDirectory', '/'],
  ['transitEncryption', 'DISABLED'],
  ['iam', 'DISABLED'],
  ['scope', 'task'],
  ['driver', 'local'],
]);

/** Lists of text in which the order counts; in lists of objects it does not. */
const ORDERED: ReadonlySet<string> = new Set(['command', 'entryPoint']);

/** Maps with keys that somebody has chosen: their values are text. */
const MAPS: ReadonlySet<string> = new Set(['options', 'dockerLabels', 'labels', 'driverOpts']);

/** Numbers and truth values, which a template may write as text: 0 and false are what ECS has for one that is left out. */
const ZERO_OR_FALSE: ReadonlySet<string> = new Set([
  'cpu',
  'hostPort',
  'startPeriod',
  'transitEncryptionPort',
  'health check grace period',
  'privileged',
  'readonlyRootFilesystem',
  'readOnly',
  'autoprovision',
  'configuredAtLaunch',
]);

/** Whether a value says no more than a member that is left out. */
export function isNothing(value: unknown, name: string): boolean {
  if (value === undefined || value === null || value === '') return true;
  if (LEFT_OUT.has(name)) return plainText(value) === LEFT_OUT.get(name);
  if (value === false || value === 0) return true;
  if (value === '0' || value === 'false') return ZERO_OR_FALSE.has(name);
  if (Array.isArray(value)) return value.length === 0;
  return typeof value === 'object' && Object.entries(value).every(([key, each]) => isNothing(each, key));
}

/**
 * Whether what is declared and what runs are the same to ECS: defaults, the order of lists, and the several names of a secret
 * and a role make no difference.
 *
 * @param name of the member, which says what the value is
 */
export function isSame(declared: Declared, running: unknown, name: string, around: Surroundings): boolean {
  if (Array.isArray(running)) return isSameList(asList(declared), running, name, around);
  if (isList(declared)) return declared.length === 0 && isNothing(running, name);
  const wanted = objectOf(declared);
  if (wanted !== undefined) {
    return isNothing(running, name) || isRecord(running)
      ? isSameObject(wanted, isRecord(running) ? running : {}, name, around)
      : false;
  }
  if (typeof running === 'object' && running !== null)
    return isNothing(declared, name) && isNothing(running, name);
  const [one, other] = [plainText(declared), plainText(running)];
  if (one === other) return true;
  if (isNothing(running, name)) return isNothing(declared, name);
  if (name === 'valueFrom' || name === 'credentialsParameter') return isSameSecret(one, other, around.region);
  if (name === 'taskRoleArn' || name === 'executionRoleArn') {
    return !one.includes(':') && one === lastPartOf(other);
  }
  return false;
}

/** A parameter of CloudFormation that is a list is text with commas. */
function asList(declared: Declared): readonly Declared[] {
  if (isList(declared)) return declared;
  return typeof declared === 'string' && declared !== ''
    ? declared.split(',').map((each) => each.trim())
    : [];
}

function isSameList(
  declared: readonly Declared[],
  running: readonly unknown[],
  name: string,
  around: Surroundings,
): boolean {
  if (declared.length !== running.length) return false;
  if (ORDERED.has(name)) return declared.every((each, index) => isSame(each, running[index], name, around));
  const rest = [...running];
  return declared.every((each) => {
    const at = rest.findIndex((other) => isSame(each, other, name, around));
    if (at === -1) return false;
    rest.splice(at, 1);
    return true;
  });
}

function isSameObject(
  declared: DeclaredObject,
  running: Readonly<Record<string, unknown>>,
  name: string,
  around: Surroundings,
): boolean {
  const isWhole = around.extent === 'whole';
  const nameOf = (key: string): string => (MAPS.has(name) ? '' : key);
  const isSet = ([key, value]: readonly [string, unknown]): boolean => !isNothing(value, nameOf(key));
  const one = new Map<string, Declared>([
    ...impliedPort(declared, name, around),
    ...Object.entries(declared).filter((entry) => !isWhole || isSet(entry)),
  ]);
  const other = new Map<string, unknown>([
    ...impliedPort(running, name, around),
    ...Object.entries(running).filter(isSet),
  ]);
  return (
    [...one].every(([key, value]) => isSame(value, other.get(key), nameOf(key), around)) &&
    (!isWhole || [...other.keys()].every((key) => one.has(key)))
  );
}

/** In the modes awsvpc and host, the port of the host is that of the container. */
function impliedPort<Value>(
  { containerPort }: Readonly<Record<string, Value>>,
  name: string,
  { networkMode }: Surroundings,
): readonly (readonly [string, Value])[] {
  const isOfHost = networkMode === 'awsvpc' || networkMode === 'host';
  return name === 'portMappings' && isOfHost && containerPort !== undefined
    ? [['hostPort', containerPort]]
    : [];
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What `valueFrom` names: a parameter of the Parameter Store by its name or ARN, or a secret by its ARN. */
interface SecretName {
  readonly kind: 'parameter' | 'secret' | 'other';
  /** Empty where it says none. */
  readonly region: string;
  readonly account: string;
  readonly name: string;
  /** The key of its JSON, its stage and its version. */
  readonly part: string;
}

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Secret.html */
function secretNameOf(text: string, own: string): SecretName {
  const [start, , service, region = '', account = '', ...rest] = text.split(':');
  const [type = '', name = '', ...part] = rest;
  if (start !== 'arn') return { kind: 'parameter', region: own, account: '', name: text, part: '' };
  if (service === 'ssm') {
    return { kind: 'parameter', region, account, name: type.replace(/^parameter/, ''), part: '' };
  }
  const isSecret = service === 'secretsmanager' && type === 'secret';
  if (!isSecret) return { kind: 'other', region, account, name: text, part: '' };
  return { kind: 'secret', region, account, name, part: trimEndOf(part.join(':'), ':') };
}

function isSameSecret(declared: string, running: string, region = ''): boolean {
  if (declared === running) return true;
  const [one, other] = [secretNameOf(declared, region), secretNameOf(running, region)];
  const isEither = (mine: string, theirs: string): boolean => mine === theirs || mine === '' || theirs === '';
  if (one.kind !== other.kind || one.part !== other.part) return false;
  if (!isEither(one.region, other.region) || !isEither(one.account, other.account)) return false;
  if (one.kind === 'parameter') {
    // Two names are compared as they are: `a` and `/a` are two parameters, and their ARNs are the same text.
    const hasArn = declared.startsWith('arn:') || running.startsWith('arn:');
    return hasArn && one.name.replace(/^\//, '') === other.name.replace(/^\//, '');
  }
  return (
    one.name === other.name ||
    withoutSuffix(one.name) === other.name ||
    one.name === withoutSuffix(other.name)
  );
}

/** Secrets Manager adds a hyphen and six characters to the name in the ARN, and takes the ARN without them. */
function withoutSuffix(name: string): string {
  return name.replace(/-[A-Za-z0-9]{6}$/, '');
}
