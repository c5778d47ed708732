import {
  ApplicationProtocol,
  AssignPublicIp,
  AvailabilityZoneRebalancing,
  Compatibility,
  ContainerCondition,
  CPUArchitecture,
  DeploymentControllerType,
  DeviceCgroupPermission,
  EFSAuthorizationConfigIAM,
  EFSTransitEncryption,
  EnvironmentFileType,
  FirelensConfigurationType,
  IpcMode,
  LaunchType,
  LogDriver,
  NetworkMode,
  OSFamily,
  PidMode,
  PlacementConstraintType,
  PlacementStrategyType,
  PropagateTags,
  ProxyConfigurationType,
  ResourceType,
  SchedulingStrategy,
  Scope,
  TaskDefinitionPlacementConstraintType,
  TransportProtocol,
  UlimitName,
} from '@aws-sdk/client-ecs';
import type { AwsError } from '../../../aws-api/service.ts';

/** What a member may be, by the path of the member; lists are passed through. The SDK's schemas do not say it. */
export type EnumMembers = Readonly<Record<string, readonly string[]>>;

export const TASK_DEFINITION_ENUMS: EnumMembers = {
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
};

/** Of CreateService, UpdateService, CreateTaskSet, RunTask and StartTask, as far as each has the member. */
export const LAUNCH_ENUMS: EnumMembers = {
  launchType: Object.values(LaunchType),
  schedulingStrategy: Object.values(SchedulingStrategy),
  propagateTags: Object.values(PropagateTags),
  availabilityZoneRebalancing: Object.values(AvailabilityZoneRebalancing),
  'deploymentController.type': Object.values(DeploymentControllerType),
  'networkConfiguration.awsvpcConfiguration.assignPublicIp': Object.values(AssignPublicIp),
  'placementConstraints.type': Object.values(PlacementConstraintType),
  'placementStrategy.type': Object.values(PlacementStrategyType),
};

/** Throws what `refuse` makes of the first member with a value that is none of those it may have. */
export function checkEnums(
  request: object,
  members: EnumMembers,
  refuse: (message: string) => AwsError,
): void {
  for (const [path, allowed] of Object.entries(members)) {
    for (const { at, value } of valuesAt(request, path.split('.'), '')) {
      if (typeof value === 'string' && allowed.includes(value)) continue;
      throw refuse(
        `1 validation error detected: Value '${String(value)}' at '${at}' failed to satisfy constraint: Member must satisfy enum value set: [${allowed.join(', ')}]`,
      );
    }
  }
}

interface Found {
  /** In AWS's way, such as `containerDefinitions.1.member.ulimits.2.member.name`. */
  readonly at: string;
  readonly value: unknown;
}

function valuesAt(value: unknown, path: readonly string[], at: string): readonly Found[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) {
    return value.flatMap((item, index) => valuesAt(item, path, `${at}.${index + 1}.member`));
  }
  const [name, ...rest] = path;
  if (name === undefined) return [{ at, value }];
  if (typeof value !== 'object') return [];
  const member: unknown = Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined;
  return valuesAt(member, rest, at === '' ? name : `${at}.${name}`);
}
