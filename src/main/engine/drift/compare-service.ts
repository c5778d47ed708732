import type { RegisterTaskDefinitionRequest, Service, Volume } from '@aws-sdk/client-ecs';
import { revisionNameOf } from '../aws/arns.ts';
import { canonicalJson } from '../ecs/canonical-json.ts';
import { withPlainSizes } from '../ecs/quantities.ts';
import { containersMembers, partMembers } from './compare-containers.ts';
import {
  byName,
  type ComparedMember,
  memberIn,
  onlyDeclared,
  onlyRunning,
  SERVICE_ARGUMENTS,
} from './compared-member.ts';
import {
  Computed,
  type Declared,
  type DeclaredObject,
  type DeclaredService,
  isList,
  objectOf,
  textOf,
} from './declared.ts';
import type { Surroundings } from './same-value.ts';

/** What a service runs, or will run. */
export interface RunningService {
  readonly service: Pick<
    Service,
    'desiredCount' | 'taskDefinition' | 'networkConfiguration' | 'healthCheckGracePeriodSeconds'
  >;
  readonly content: RegisterTaskDefinitionRequest;
}

/** The declared service without what `ignore_changes` of Terraform names: it does not put that back. */
export function withoutIgnored(declared: DeclaredService, ignored: ReadonlySet<string>): DeclaredService {
  const left = new Set<string>(
    Object.entries(SERVICE_ARGUMENTS).flatMap(([argument, member]) =>
      ignored.has(argument) ? [member] : [],
    ),
  );
  return Object.fromEntries(Object.entries(declared).filter(([member]) => !left.has(member)));
}

/** Members of a task definition that Slipway compares; their values are no secrets. */
const TASK_MEMBERS = [
  'cpu',
  'memory',
  'networkMode',
  'taskRoleArn',
  'executionRoleArn',
  'requiresCompatibilities',
  'runtimePlatform',
  'ephemeralStorage',
  'pidMode',
  'ipcMode',
] as const;

/** Members that are declared, each beside what runs; of a whole declaration also what runs besides them. */
export function compareService(
  declared: DeclaredService,
  running: RunningService,
): readonly ComparedMember[] {
  const { desiredCount, healthCheckGracePeriodSeconds: grace, revision, taskDefinition, parts } = declared;
  const { service, content } = running;
  const around: Surroundings = {
    networkMode: content.networkMode,
    // Of its ARN.
    region: service.taskDefinition?.split(':')[3],
    extent: declared.extent ?? 'whole',
  };
  const member = memberIn(around);
  return [
    ...(desiredCount === undefined
      ? []
      : [
          {
            ...member('desired count', desiredCount, service.desiredCount, 'shown'),
            ofService: 'desired_count' as const,
          },
        ]),
    ...networkMembers(declared.network, service, around),
    ...(grace === undefined
      ? []
      : [
          {
            ...member('health check grace period', grace, service.healthCheckGracePeriodSeconds, 'shown'),
            ofService: 'health_check_grace_period_seconds' as const,
          },
        ]),
    ...(revision === undefined ? [] : [revisionMember(revision, service.taskDefinition ?? '', around)]),
    ...(taskDefinition === undefined ? [] : taskMembers(taskDefinition, content, around)),
    ...[...(parts ?? [])].flatMap(([name, part]) => partMembers(name, part, content, around)),
  ];
}

/** An absent public address is a disabled one. https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_AwsVpcConfiguration.html */
function networkMembers(
  declared: Declared | undefined,
  { networkConfiguration }: RunningService['service'],
  around: Surroundings,
): readonly ComparedMember[] {
  if (declared === undefined) return [];
  const member = memberIn(around);
  const ofService = 'network_configuration' as const;
  const has = networkConfiguration?.awsvpcConfiguration;
  const wanted = objectOf(declared);
  if (wanted === undefined) {
    return [{ ...member('network configuration', declared, has, 'hidden'), ofService }];
  }
  const { subnets, securityGroups } = wanted;
  const isPublic = wanted.assignPublicIp ?? (around.extent === 'whole' ? 'DISABLED' : undefined);
  return [
    ...(subnets === undefined ? [] : [member('subnets', subnets, has?.subnets, 'shown')]),
    ...(securityGroups === undefined
      ? []
      : [member('security groups', securityGroups, has?.securityGroups, 'shown')]),
    ...(isPublic === undefined
      ? []
      : [member('public IP address', isPublic, has?.assignPublicIp ?? 'DISABLED', 'shown')]),
  ].map((each) => ({ ...each, ofService }));
}

function revisionMember(revision: Declared, running: string, around: Surroundings): ComparedMember {
  const member = memberIn(around);
  const named = typeof revision === 'string' ? revisionNameOf(revision) : revision;
  const name = revisionNameOf(running);
  // A family without a number stands for its newest revision at the next update.
  if (typeof named === 'string' && !named.includes(':')) {
    return member('task definition', new Computed(`the newest revision of ${named}`), name, 'shown');
  }
  return member('task definition', named, name, 'shown');
}

function taskMembers(
  declared: DeclaredObject,
  content: RegisterTaskDefinitionRequest,
  around: Surroundings,
): readonly ComparedMember[] {
  const sizes = withPlainSizes({ cpu: textOf(declared.cpu), memory: textOf(declared.memory) });
  const wanted: DeclaredObject = { ...declared, ...definedOf(sizes) };
  const has = new Map<string, unknown>(Object.entries(withPlainSizes(content)));
  const members = [
    ...TASK_MEMBERS.flatMap((name) => {
      const value = wanted[name];
      return value === undefined ? [] : [memberIn(around)(name, value, has.get(name), 'shown')];
    }),
    ...volumeMembers(declared.volumes, content.volumes ?? [], around),
  ];
  const { containerDefinitions } = declared;
  if (containerDefinitions === undefined) return members;
  if (!isList(containerDefinitions)) {
    const by =
      containerDefinitions instanceof Computed ? containerDefinitions.by : 'something that is no list';
    return [
      ...members,
      { name: 'containers', state: 'computed', by, actual: canonicalJson(content.containerDefinitions) },
    ];
  }
  return [...members, ...containersMembers(containerDefinitions, content.containerDefinitions ?? [], around)];
}

/** By their names. What a driver of a volume takes may be a password, so it is not shown. */
function volumeMembers(
  declared: Declared | undefined,
  running: readonly Volume[],
  around: Surroundings,
): readonly ComparedMember[] {
  const member = memberIn(around);
  if (declared instanceof Computed) return [member('volumes', declared, running, 'hidden')];
  const wanted = byName(declared);
  const names = new Set(wanted.keys());
  const extra =
    around.extent === 'whole' || declared !== undefined
      ? running.filter(({ name = '' }) => !names.has(name))
      : [];
  return [
    ...[...wanted].map(([name, volume]) => {
      const found = running.find((each) => each.name === name);
      return found === undefined
        ? onlyDeclared(`volume ${name}`)
        : member(`volume ${name}`, volume, found, 'hidden');
    }),
    ...extra.map((volume) => onlyRunning(`volume ${volume.name ?? ''}`, volume)),
  ];
}

function definedOf(values: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
