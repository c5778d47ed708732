import {
  ApplicationProtocol,
  Compatibility,
  ContainerCondition,
  CPUArchitecture,
  DeviceCgroupPermission,
  EFSAuthorizationConfigIAM,
  EFSTransitEncryption,
  EnvironmentFileType,
  FirelensConfigurationType,
  IpcMode,
  LogDriver,
  NetworkMode,
  OSFamily,
  PidMode,
  ProxyConfigurationType,
  RegisterTaskDefinitionRequest$,
  ResourceType,
  Scope,
  TaskDefinitionPlacementConstraintType,
  TransportProtocol,
  UlimitName,
  VersionConsistency,
} from '@aws-sdk/client-ecs';
import { NormalizedSchema } from '@smithy/core/schema';

/** What RegisterTaskDefinition takes, by the SDK's own schema. */
export const REGISTRATION = NormalizedSchema.of(RegisterTaskDefinitionRequest$);

/**
 * The SDK's enums by the path of the field that has them: the schema knows such a field as text only, and does not say
 * which enum it is.
 */
export const REGISTRATION_ENUMS: Readonly<Record<string, readonly string[]>> = {
  networkMode: Object.values(NetworkMode),
  pidMode: Object.values(PidMode),
  ipcMode: Object.values(IpcMode),
  requiresCompatibilities: Object.values(Compatibility),
  'placementConstraints.type': Object.values(TaskDefinitionPlacementConstraintType),
  'proxyConfiguration.type': Object.values(ProxyConfigurationType),
  'runtimePlatform.cpuArchitecture': Object.values(CPUArchitecture),
  'runtimePlatform.operatingSystemFamily': Object.values(OSFamily),
  'volumes.dockerVolumeConfiguration.scope': Object.values(Scope),
  'volumes.efsVolumeConfiguration.transitEncryption': Object.values(EFSTransitEncryption),
  'volumes.efsVolumeConfiguration.authorizationConfig.iam': Object.values(EFSAuthorizationConfigIAM),
  'containerDefinitions.dependsOn.condition': Object.values(ContainerCondition),
  'containerDefinitions.environmentFiles.type': Object.values(EnvironmentFileType),
  'containerDefinitions.firelensConfiguration.type': Object.values(FirelensConfigurationType),
  'containerDefinitions.linuxParameters.devices.permissions': Object.values(DeviceCgroupPermission),
  'containerDefinitions.logConfiguration.logDriver': Object.values(LogDriver),
  'containerDefinitions.portMappings.appProtocol': Object.values(ApplicationProtocol),
  'containerDefinitions.portMappings.protocol': Object.values(TransportProtocol),
  'containerDefinitions.resourceRequirements.type': Object.values(ResourceType),
  'containerDefinitions.ulimits.name': Object.values(UlimitName),
  'containerDefinitions.versionConsistency': Object.values(VersionConsistency),
};

/** The values that the field at a path of names takes; undefined where it takes any. */
export function allowedAt(path: readonly string[]): readonly string[] | undefined {
  const member = path.join('.');
  return Object.hasOwn(REGISTRATION_ENUMS, member) ? REGISTRATION_ENUMS[member] : undefined;
}

/** The schema at a path of field names, lists passed through; undefined where there is none. */
export function schemaAt(path: readonly string[]): NormalizedSchema | undefined {
  let shape: NormalizedSchema | undefined = REGISTRATION;
  for (const name of path) {
    shape = shape && withoutLists(shape);
    if (shape?.isStructSchema()) shape = membersOf(shape).get(name);
    else shape = shape?.isMapSchema() ? shape.getValueSchema() : undefined;
  }
  return shape && withoutLists(shape);
}

/** What the items of a list are, of however many lists in each other. */
function withoutLists(shape: NormalizedSchema): NormalizedSchema {
  return shape.isListSchema() ? withoutLists(shape.getValueSchema()) : shape;
}

export function membersOf(struct: NormalizedSchema): ReadonlyMap<string, NormalizedSchema> {
  return new Map(struct.structIterator());
}

/** The fields that must be there: a structure's schema names them first, and ends with how many they are. */
export function requiredMembers(struct: NormalizedSchema): readonly string[] {
  const schema = struct.getSchema();
  const count = Array.isArray(schema) ? schema[6] : undefined;
  return typeof count === 'number' ? [...membersOf(struct).keys()].slice(0, count) : [];
}

/** What a field takes, in words: `a list of strings`. */
export function formatKind(shape: NormalizedSchema): string {
  if (shape.isStructSchema()) return 'an object';
  if (shape.isMapSchema()) return 'an object with string values';
  if (shape.isListSchema()) return `a list of ${pluralOf(shape.getValueSchema())}`;
  if (shape.isBooleanSchema()) return 'true or false';
  return shape.isNumericSchema() ? 'a whole number' : 'a string';
}

function pluralOf(shape: NormalizedSchema): string {
  if (shape.isStructSchema() || shape.isMapSchema()) return 'objects';
  return shape.isNumericSchema() ? 'numbers' : 'strings';
}
