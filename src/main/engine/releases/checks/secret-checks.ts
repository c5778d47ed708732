import type { ContainerDefinition, RegisterTaskDefinitionRequest, Secret, Volume } from '@aws-sdk/client-ecs';
import { isSecretName } from '../../../../shared/looks-secret.ts';
import type { RevisionChange } from '../../../../shared/model/change.ts';
import type { Check } from '../../../../shared/model/plan.ts';
import { lastPartOf } from '../../aws/arns.ts';
import { arnIn } from '../../aws/partitions.ts';
import { about, failUnlessOverridden, pass, type Reading, unknown, warn } from '../../ecs/check.ts';
import { regionOfArn } from '../../permissions/principals.ts';
import type { Request } from '../../permissions/simulation.ts';

/** A secret may be followed by a key of its JSON, a version stage and a version id. */
const SECRET_ARN =
  /^(?<id>arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:(?<name>[A-Za-z0-9/_+=.@-]+))(?::[^:]*){0,3}$/;
const PARAMETER_ARN = /^arn:aws[a-z-]*:ssm:[a-z0-9-]+:\d{12}:parameter\/(?<name>[A-Za-z0-9/_.-]+)$/;
/** Of the same region. */
const PARAMETER_NAME = /^\/?[A-Za-z0-9_.-]+(?:\/[A-Za-z0-9_.-]+)*$/;

type Content = Pick<RegisterTaskDefinitionRequest, 'containerDefinitions' | 'volumes'>;

/** What a secret of a container or the credentials of a volume refer to. */
export interface SecretReference {
  readonly kind: 'secret' | 'parameter';
  /** What its service knows it by: the ARN of a secret, the name of a parameter. */
  readonly id: string;
  /** What people know it by. */
  readonly name: string;
  readonly arn: string;
  readonly region: string;
}

/** The secrets and parameters of a task definition, each once; malformed references are left out. */
export function secretReferencesOf(
  { containerDefinitions = [], volumes = [] }: Content,
  home: { readonly account: string; readonly region: string },
): readonly SecretReference[] {
  const references = [
    ...containerDefinitions.flatMap((container) => [
      ...secretsOf(container).flatMap(({ valueFrom = '' }) => referenceOf(valueFrom, home) ?? []),
      ...(credentialsOf(container, home) ?? []),
    ]),
    ...volumes.flatMap((volume) => referenceOf(volumeCredentialsOf(volume) ?? '', home) ?? []),
  ];
  return [...new Map(references.map((reference) => [reference.arn, reference])).values()];
}

/** What a container gets by reference: its variables, and options of its log driver. */
export function secretsOf({ secrets = [], logConfiguration }: ContainerDefinition): readonly Secret[] {
  return [...secrets, ...(logConfiguration?.secretOptions ?? [])];
}

/**
 * The ARN of the secret or parameter with which a file system of FSx for Windows File Server is mounted.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_FSxWindowsFileServerAuthorizationConfig.html
 */
export function volumeCredentialsOf(volume: Volume): string | undefined {
  return volume.fsxWindowsFileServerVolumeConfiguration?.authorizationConfig?.credentialsParameter;
}

const SECRET_NAME = /^[A-Za-z0-9/_+=.@-]{1,512}$/;

/**
 * The secret with which a container's image is pulled from a private registry, by its ARN, or by its name in the same
 * region. Undefined when it is neither.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/private-auth.html
 */
function credentialsOf(
  { repositoryCredentials }: ContainerDefinition,
  home: { readonly account: string; readonly region: string },
): readonly SecretReference[] | undefined {
  const secret = repositoryCredentials?.credentialsParameter;
  if (secret === undefined) return [];
  const byArn = SECRET_ARN.exec(secret)?.groups;
  if (byArn?.name !== undefined) {
    return [{ kind: 'secret', id: secret, name: byArn.name, arn: secret, region: regionOfArn(secret) }];
  }
  if (!SECRET_NAME.test(secret)) return undefined;
  const { account, region } = home;
  // Six characters that the name does not have end its ARN.
  const arn = arnIn({ account, region }, 'secretsmanager', `secret:${secret}-??????`);
  return [{ kind: 'secret', id: secret, name: secret, arn, region }];
}

function referenceOf(
  valueFrom: string,
  home: { readonly account: string; readonly region: string },
): SecretReference | undefined {
  const secret = SECRET_ARN.exec(valueFrom)?.groups;
  if (secret?.id !== undefined && secret.name !== undefined) {
    const { id, name } = secret;
    return { kind: 'secret', id, name, arn: id, region: regionOfArn(id) };
  }
  const path = PARAMETER_ARN.exec(valueFrom)?.groups?.name;
  if (path !== undefined) {
    const name = path.includes('/') ? `/${path}` : path;
    return { kind: 'parameter', id: name, name, arn: valueFrom, region: regionOfArn(valueFrom) };
  }
  if (!PARAMETER_NAME.test(valueFrom)) return undefined;
  const arn = arnIn(home, 'ssm', `parameter/${valueFrom.replace(/^\//, '')}`);
  return { kind: 'parameter', id: valueFrom, name: valueFrom, arn, region: home.region };
}

export type SecretState = 'there' | 'to be deleted' | 'missing';

export interface FoundSecret {
  readonly reference: SecretReference;
  readonly state: Reading<SecretState>;
}

/**
 * A secret or parameter that doesn't exist stops a task at its start with ResourceInitializationError.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/specifying-sensitive-data.html
 */
export function secretsAreThere(
  { containerDefinitions = [], volumes = [] }: Content,
  found: readonly FoundSecret[],
): readonly Check[] {
  const malformed = [
    ...containerDefinitions.flatMap((container) => malformedSecret(container) ?? []),
    ...volumes.flatMap((volume) => malformedCredentials(volume) ?? []),
  ];
  if (malformed.length > 0) return malformed;
  if (found.length === 0) return [pass('secrets', 'The task uses no secrets')];
  const bad = found.flatMap((each) => badSecret(each) ?? []);
  if (bad.length > 0) return bad;
  const unread = found.find(({ state }) => state.state === 'unreadable');
  if (unread?.state.state === 'unreadable') {
    const what =
      found.length === 1 ? 'the secret or parameter' : `all of the ${found.length} secrets and parameters`;
    const message = `Couldn't verify that ${what} of the task can be found`;
    return [unknown('secrets', message, unread.state.reason)];
  }
  const [only] = found;
  return [
    pass(
      'secrets',
      found.length === 1 && only !== undefined
        ? `The ${only.reference.kind} ${only.reference.name} exists`
        : `The ${found.length} secrets and parameters of the task exist`,
    ),
  ];
}

function badSecret({ reference: { kind, name }, state }: FoundSecret): Check | undefined {
  if (state.state === 'unreadable' || state.value === 'there') return undefined;
  const isDeleted = state.value === 'to be deleted';
  return about(
    name,
    failUnlessOverridden(
      'secrets',
      `The ${kind} ${name} ${isDeleted ? "is scheduled for deletion and can't be read" : "doesn't exist"}, so no task can start`,
      isDeleted
        ? 'Restore it in Secrets Manager.'
        : 'Create it, or correct the reference in the task definition.',
    ),
  );
}

/** Which actions a role needs for the references, and on what. */
export function wishesForSecrets(references: readonly SecretReference[]): readonly Request[] {
  const arnsOf = (kind: SecretReference['kind']): readonly string[] =>
    references.filter((reference) => reference.kind === kind).map(({ arn }) => arn);
  const requests = [
    { actions: ['secretsmanager:GetSecretValue'], resources: arnsOf('secret') },
    { actions: ['ssm:GetParameters'], resources: arnsOf('parameter') },
  ];
  return requests.filter(({ resources }) => resources.length > 0);
}

/** `denied`: the actions that the execution role's policies do not allow, for each kind of reference. */
export function roleMayReadSecrets(roleArn: string, denied: readonly Reading<readonly string[]>[]): Check {
  const role = lastPartOf(roleArn);
  const actions = denied.flatMap((each) => (each.state === 'read' ? each.value : []));
  if (actions.length > 0) {
    return failUnlessOverridden(
      'secret-permission',
      `${role} can't read the secrets of the task: its policies don't allow ${actions.join(', ')}`,
      'Allow it in a policy of the role, unless the policy of the secret allows it.',
    );
  }
  const unread = denied.find((each) => each.state === 'unreadable');
  if (unread !== undefined) {
    const message = `Couldn't verify that ${role} can read the secrets of the task`;
    return unknown('secret-permission', message, unread.reason);
  }
  return pass('secret-permission', `${role} can read the secrets of the task`);
}

function malformedSecret(container: ContainerDefinition): Check | undefined {
  const { name = '', repositoryCredentials } = container;
  if (credentialsOf(container, { account: '', region: '' }) === undefined) {
    return about(
      name,
      failUnlessOverridden(
        'secrets',
        `The registry credentials of ${name} refer to ${repositoryCredentials?.credentialsParameter || 'nothing'}, which is not a secret`,
        'Give the ARN or the name of a secret in Secrets Manager.',
      ),
    );
  }
  const bad = secretsOf(container).find(({ valueFrom = '' }) => !isReference(valueFrom));
  if (bad === undefined) return undefined;
  return about(
    name,
    failUnlessOverridden(
      'secrets',
      `${bad.name} of ${name} refers to ${bad.valueFrom || 'nothing'}, which is neither a secret nor a parameter`,
      'Give the ARN of a secret in Secrets Manager, or the ARN or the name of a parameter in Systems Manager.',
    ),
  );
}

function malformedCredentials(volume: Volume): Check | undefined {
  const credentials = volumeCredentialsOf(volume);
  if (credentials === undefined || SECRET_ARN.test(credentials) || PARAMETER_ARN.test(credentials))
    return undefined;
  const { name = '' } = volume;
  return about(
    name,
    failUnlessOverridden(
      'secrets',
      `The credentials of the volume ${name} refer to ${credentials || 'nothing'}, which is the ARN of neither a secret nor a parameter`,
      'Give the ARN of a secret in Secrets Manager, or of a parameter in Systems Manager.',
    ),
  );
}

function isReference(valueFrom: string): boolean {
  return [SECRET_ARN, PARAMETER_ARN, PARAMETER_NAME].some((form) => form.test(valueFrom));
}

/** Whoever may describe a task definition reads its variables. */
export function variablesAreNoSecrets(change: RevisionChange): Check | undefined {
  const variables = plainSecretsIn(change);
  if (variables === undefined) return undefined;
  return warn(
    'plain-secret',
    `${variables} and would be stored in the task definition as plain text`,
    'Store the value in Secrets Manager or Systems Manager, and reference it as a secret.',
  );
}

/** `DB_PASSWORD looks like a secret`: the variables that get a value and have the name of a secret. */
export function plainSecretsIn({ environment = [] }: RevisionChange): string | undefined {
  const names = environment.flatMap(({ set = [] }) =>
    set.filter(({ name, value }) => value !== '' && isSecretName(name)).map(({ name }) => name),
  );
  if (names.length === 0) return undefined;
  return `${names.join(' and ')} ${names.length === 1 ? 'looks' : 'look'} like a secret`;
}
