import { RegisterTaskDefinitionRequest$, type Volume } from '@aws-sdk/client-ecs';
import { NormalizedSchema } from '@smithy/core/schema';
import { rulesOf, type ValueRule } from '../aws-api/value-rules.ts';

/** The values that RegisterTaskDefinition takes in members with an enum, by their paths with lists passed through. */
export const TASK_DEFINITION_ENUMS: Readonly<Record<string, readonly string[]>> = Object.fromEntries(
  enumsIn(NormalizedSchema.of(RegisterTaskDefinitionRequest$), ''),
);

function enumsIn(schema: NormalizedSchema, path: string): readonly (readonly [string, readonly string[]])[] {
  if (schema.isListSchema()) return enumsIn(schema.getValueSchema(), path);
  const structure = schema.getSchema();
  if (!schema.isStructSchema() || !Array.isArray(structure)) return [];
  const rules = rulesOf(String(structure[1]), String(structure[2]));
  return [...schema.structIterator()].flatMap(([name, member]) => {
    const where = path === '' ? name : `${path}.${name}`;
    const values = enumOf(rules[name]);
    return [...(values === undefined ? [] : [[where, values] as const]), ...enumsIn(member, where)];
  });
}

function enumOf(rule: ValueRule | undefined): readonly string[] | undefined {
  return rule?.enum ?? (rule?.item === undefined ? undefined : enumOf(rule.item));
}

/** What RegisterTaskDefinition takes in members that take only some values, by their paths; numbers too. */
export const TASK_DEFINITION_TEXTS: Readonly<Record<string, readonly string[]>> = {
  ...TASK_DEFINITION_ENUMS,
  cpu: ['4096'],
  memory: ['8192'],
  'ephemeralStorage.sizeInGiB': ['30'],
  'placementConstraints.expression': ['attribute:ecs.os-type == linux'],
  'volumes.name': ['data'],
  // With an access point.
  'volumes.efsVolumeConfiguration.rootDirectory': ['/'],
  'volumes.fsxWindowsFileServerVolumeConfiguration.authorizationConfig.credentialsParameter': [
    'arn:aws:ssm:us-east-1:123456789012:parameter/fsx',
  ],
  'containerDefinitions.image': ['web:1'],
  'containerDefinitions.memory': ['512'],
  'containerDefinitions.memoryReservation': ['256'],
  'containerDefinitions.healthCheck.interval': ['30'],
  'containerDefinitions.healthCheck.timeout': ['5'],
  'containerDefinitions.healthCheck.retries': ['3'],
  'containerDefinitions.healthCheck.startPeriod': ['10'],
  'containerDefinitions.healthCheck.command': ['CMD'],
  'containerDefinitions.credentialSpecs': ['credentialspec:arn:aws:s3:::specs/app.json'],
  'containerDefinitions.logConfiguration.logDriver': ['awsfirelens'],
  'containerDefinitions.portMappings.containerPortRange': ['9000-9100'],
  'containerDefinitions.resourceRequirements.value': ['1'],
  'containerDefinitions.systemControls.namespace': ['net.core.somaxconn'],
  'containerDefinitions.restartPolicy.restartAttemptPeriod': ['60'],
  'containerDefinitions.linuxParameters.swappiness': ['60'],
  'containerDefinitions.mountPoints.sourceVolume': ['data'],
  'containerDefinitions.environmentFiles.value': ['arn:aws:s3:::settings/web.env'],
};

/** A volume for each kind that a volume with every member mixes, since ECS takes one kind for each. The first is `data`. */
export function volumeOfEachKind({ name: _all, ...kinds }: Volume): Volume[] {
  return Object.entries(kinds).map(([kind, value], index) => ({
    name: index === 0 ? 'data' : `data-${index}`,
    [kind]: value,
  }));
}
