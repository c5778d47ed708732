import type { ContainerDefinition, RegisterTaskDefinitionRequest } from '@aws-sdk/client-ecs';
import type { RevisionChange } from '../../../../shared/model/change.ts';
import type { Check } from '../../../../shared/model/plan.ts';
import { about, failUnlessOverridden, pass, unknown, warn } from './check.ts';

/** A secret may be followed by a key of its JSON, a version stage and a version id. */
const SECRET_ARN =
  /^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:[A-Za-z0-9/_+=.@-]+(?::[^:]*){0,3}$/;
const PARAMETER_ARN = /^arn:aws[a-z-]*:ssm:[a-z0-9-]+:\d{12}:parameter\/[A-Za-z0-9/_.-]+$/;
/** Of the same region. */
const PARAMETER_NAME = /^\/?[A-Za-z0-9_.-]+(?:\/[A-Za-z0-9_.-]+)*$/;

/**
 * A secret or parameter that is not there stops a task at its start with ResourceInitializationError.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/specifying-sensitive-data.html
 */
export function secretsAreThere({
  containerDefinitions = [],
}: RegisterTaskDefinitionRequest): readonly Check[] {
  const malformed = containerDefinitions.flatMap((container) => malformedSecret(container) ?? []);
  if (malformed.length > 0) return malformed;
  const count = new Set(
    containerDefinitions.flatMap(({ secrets = [] }) => secrets.map(({ valueFrom }) => valueFrom)),
  ).size;
  if (count === 0) return [pass('secrets', 'The task has no secrets to read')];
  return [
    unknown(
      'secrets',
      `Whether ${count === 1 ? 'the secret or parameter' : `the ${count} secrets and parameters`} of the task can be read is not known`,
      'Their names are well formed. Slipway asks neither Secrets Manager nor Systems Manager; only the tasks read them.',
    ),
  ];
}

function malformedSecret({ name = '', secrets = [] }: ContainerDefinition): Check | undefined {
  const bad = secrets.find(({ valueFrom = '' }) => !isReference(valueFrom));
  if (bad === undefined) return undefined;
  return about(
    name,
    failUnlessOverridden(
      'secrets',
      `${bad.name} of ${name} refers to ${bad.valueFrom || 'nothing'}, which is no secret and no parameter`,
      'Give the ARN of a secret in Secrets Manager, or the ARN or the name of a parameter in Systems Manager.',
    ),
  );
}

function isReference(valueFrom: string): boolean {
  return [SECRET_ARN, PARAMETER_ARN, PARAMETER_NAME].some((form) => form.test(valueFrom));
}

const SOUNDS_SECRET = /PASSWORD|PASSWD|SECRET|TOKEN|API_?KEY|PRIVATE_?KEY|CREDENTIAL/i;

/** Whoever may describe a task definition reads its variables. */
export function variablesAreNoSecrets({ environment = [] }: RevisionChange): Check | undefined {
  const names = environment.flatMap(({ set = [] }) =>
    set.filter(({ name, value }) => value !== '' && SOUNDS_SECRET.test(name)).map(({ name }) => name),
  );
  if (names.length === 0) return undefined;
  return warn(
    'plain-secret',
    `${names.join(' and ')} ${names.length === 1 ? 'sounds' : 'sound'} like a secret and would stand in the task definition as plain text`,
    'Put the value into Secrets Manager or Systems Manager, and refer to it as a secret.',
  );
}
