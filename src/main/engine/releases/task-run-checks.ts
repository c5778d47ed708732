import {
  DescribeTaskDefinitionCommand,
  type ECSClient,
  type RunTaskRequest,
  type TaskDefinition,
} from '@aws-sdk/client-ecs';
import type { Input } from '../../../shared/contract.ts';
import { SlipwayError } from '../../../shared/errors.ts';
import type { Guard } from '../../../shared/model/environment.ts';
import type { Immutable } from '../../../shared/model/immutable.ts';
import { notAllowedText, refusalWarning } from '../../../shared/model/permission.ts';
import { type Check, overrideOf } from '../../../shared/model/plan.ts';
import type { ServiceRef } from '../../../shared/model/service.ts';
import type { RunCheck } from '../../../shared/model/task-detail.ts';
import { cpuUnitsOf, memoryMiBOf } from '../../../shared/model/task-size.ts';
import { lastPartOf, revisionNameOf, serviceLabel } from '../aws/arns.ts';
import { identityReader } from '../aws/caller-identity.ts';
import { withRetry } from '../aws/retry.ts';
import { capacityOf } from '../ecs/capacity.ts';
import { about, fail, pass, type Reading, warn } from '../ecs/check.ts';
import { formatCpu, formatMemory } from '../ecs/quantities.ts';
import { reading } from '../ecs/read-result.ts';
import { wordsOf } from '../ecs/shell-words.ts';
import { sizeFits } from '../ecs/size-check.ts';
import { requireReason } from '../environments/guarded-change.ts';
import { callerReader, deniedToCaller, rolesNotToPass } from '../permissions/simulation.ts';
import { guardChecks } from './checks/guard-checks.ts';
import { plainSecretsIn } from './checks/secret-checks.ts';
import { asksForCaller, teamChecks, underOverrides } from './checks/team-checks.ts';
import { containerOfTask, volumesWithoutConfiguration, whereTasksRun } from './execution/one-off-task.ts';
import type { ReleaseDependencies } from './model/release-dependencies.ts';
import { type DeployableService, readService } from './model/service-reading.ts';

export type RunRequest = Immutable<Input<'tasks.run'>>;

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RunTask.html (overrides) */
const LONGEST_OVERRIDES = 8192;

/** A task that is to be run, and what it is run from. */
interface RunSubject {
  readonly service: DeployableService;
  readonly definition: TaskDefinition;
  readonly container: string;
}

/** The failed checks that are overridden. Throws for what the rules of the environment do not allow, and for a size that is refused. */
export async function requireAllowed(
  dependencies: ReleaseDependencies,
  request: RunRequest,
  subject: RunSubject,
  signal: AbortSignal,
): Promise<readonly Check[]> {
  const { service: ref, overrides = [], confirmation, why, link } = request;
  const guard = guardOf(dependencies, ref);
  const checks = await ruleChecks(dependencies, ref, subject.service, signal);
  const ofTask = [...overrideChecks(request, subject), ...volumeChecks(subject)];
  const failed = [...checks, ...ofTask].filter(({ result }) => result === 'fail');
  const isOverridden = (check: Check): boolean =>
    check.overridable === true && overrides.includes(overrideOf(check));
  const refused = failed.filter((check) => !isOverridden(check));
  const place = serviceLabel(ref);
  if (refused.length > 0) {
    const sentences = refused.map(({ message, advice }) => [message, advice].filter(Boolean).join('. '));
    throw new SlipwayError('PREFLIGHT_FAILED', `No task was run. ${sentences.join(' ')}`);
  }
  if (guard.confirm === 'name' && confirmation !== ref.service) {
    throw new SlipwayError(
      'INVALID_INPUT',
      `No task was run, because ${place} is ${guard.environment}. Confirm it with the name ${ref.service}.`,
      { detail: { field: 'confirmation' } },
    );
  }
  await requireReason(guard, { place, why, link }, 'No task was run.');
  return failed.filter(isOverridden);
}

function guardOf({ accounts, environments }: ReleaseDependencies, ref: ServiceRef): Guard {
  return environments.guardOf({ ...ref, account: accounts.find(ref.account).account });
}

/** What the rules say about a task that is run now. A second person is asked for releases only. */
async function ruleChecks(
  dependencies: ReleaseDependencies,
  ref: ServiceRef,
  { serviceArn = '' }: DeployableService,
  signal: AbortSignal,
): Promise<readonly Check[]> {
  const { approvals: _, ...guard } = guardOf(dependencies, ref);
  const now = dependencies.clock.now();
  const caller: Reading<string> = asksForCaller(guard)
    ? await reading(identityReader(dependencies, ref, signal))
    : { state: 'unreadable', reason: 'No rule asks for it.' };
  const checks = [
    ...guardChecks(guard, { serviceArn, images: [] }, now),
    ...teamChecks(guard, { serviceArn, deployed: [], caller }, now),
  ];
  return underOverrides(guard, checks, caller);
}

/** A revision, or the newest one of a family. Throws NOT_FOUND. */
export async function readDefinition(
  ecs: ECSClient,
  taskDefinition: string,
  signal: AbortSignal,
): Promise<TaskDefinition> {
  const command = new DescribeTaskDefinitionCommand({ taskDefinition });
  const described = await withRetry(signal, () => ecs.send(command, { abortSignal: signal })).catch(
    (error: unknown) => {
      if (!(error instanceof SlipwayError) || error.code !== 'NOT_FOUND') throw error;
      const name = lastPartOf(taskDefinition);
      const sentence = `There is no task definition ${name}, or no active revision of it. Nothing was sent.`;
      throw new SlipwayError('NOT_FOUND', sentence, { cause: error });
    },
  );
  return described.taskDefinition ?? {};
}

/** A sentence for each variable whose value looks like a secret. */
export function secretWarnings(
  { environment }: Pick<RunRequest, 'environment'>,
  container: string,
): readonly string[] {
  const variables = plainSecretsIn({ environment: [{ container, set: environment ?? [] }] });
  if (variables === undefined) return [];
  return [
    `${variables}. Whoever may describe the task can read its value. Store it in Secrets Manager or Systems Manager, and reference it in the task definition.`,
  ];
}

/** What IAM would refuse of RunTask and of the roles of its tasks. It is tried all the same: a simulation may be wrong. */
export async function permissionWarnings(
  dependencies: ReleaseDependencies,
  {
    ref,
    service,
    definition,
  }: { readonly ref: ServiceRef; readonly service: DeployableService; readonly definition: TaskDefinition },
  signal: AbortSignal,
): Promise<readonly string[]> {
  const caller = callerReader(dependencies, ref, signal);
  const { taskDefinitionArn = '', executionRoleArn, taskRoleArn } = definition;
  const { clusterArn } = service;
  const requests = [{ actions: ['ecs:RunTask'], resources: [taskDefinitionArn.replace(/:\d+$/, ':*')] }];
  const roleArns = [executionRoleArn, taskRoleArn].filter((role) => role !== undefined);
  const [denied, roles] = await Promise.all([
    deniedToCaller(dependencies, ref, { requests, clusterArn, caller }, signal),
    rolesNotToPass(dependencies, ref, { roleArns, caller }, signal),
  ]);
  const actions = denied.state === 'read' ? denied.value : [];
  const notPassed = roles.state === 'read' ? roles.value : [];
  return [
    ...actions.map((action) => refusalWarning(notAllowedText([action]))),
    ...notPassed.map((role) => `You aren't allowed to pass the role ${lastPartOf(role)} (iam:PassRole).`),
  ];
}

/** What a task gets that is different from its revision. Undefined where nothing is. */
export function overridesOf(
  { command, environment = [], cpu, memory }: Pick<RunRequest, 'command' | 'environment' | 'cpu' | 'memory'>,
  container: string,
): RunTaskRequest['overrides'] {
  const isOwn = command === undefined && environment.length === 0;
  const override = {
    name: container,
    ...(command === undefined ? {} : { command: [...command] }),
    ...(environment.length === 0 ? {} : { environment: [...environment] }),
  };
  // ECS takes numbers as text here, in units and MiB.
  const units = cpu === undefined ? undefined : cpuUnitsOf(cpu);
  const mebibytes = memory === undefined ? undefined : memoryMiBOf(memory);
  const overrides = {
    ...(isOwn ? {} : { containerOverrides: [override] }),
    ...(units === undefined ? {} : { cpu: String(units) }),
    ...(mebibytes === undefined ? {} : { memory: String(mebibytes) }),
  };
  return Object.keys(overrides).length === 0 ? undefined : overrides;
}

/** What ECS would refuse of the size and the length of the overrides. */
function overrideChecks(
  request: Pick<RunRequest, 'command' | 'environment' | 'cpu' | 'memory'>,
  { service, definition, container }: RunSubject,
): readonly Check[] {
  const { cpu, memory } = request;
  const length = JSON.stringify(overridesOf(request, container) ?? {}).length;
  const isLong = length > LONGEST_OVERRIDES;
  return [
    ...(cpu === undefined && memory === undefined
      ? []
      : [
          sizeFits(
            {
              family: definition.family,
              containerDefinitions: definition.containerDefinitions,
              runtimePlatform: definition.runtimePlatform,
              cpu: cpu ?? definition.cpu,
              memory: memory ?? definition.memory,
            },
            capacityOf({ ...service, ...whereTasksRun(service) }),
          ),
        ]),
    ...(isLong
      ? [
          fail(
            'overrides',
            `Command, variables and size have ${length} characters, and ECS takes ${LONGEST_OVERRIDES} at most`,
            'Shorten the command, or set fewer variables.',
          ),
        ]
      : []),
  ];
}

/** A task gets its volumes as the service's own tasks do: Slipway has no other source for their size and role. */
function volumeChecks({ service, definition }: RunSubject): readonly Check[] {
  const missing = volumesWithoutConfiguration(service, definition.volumes ?? []);
  if (missing.length === 0) return [];
  return [
    fail(
      'volumes',
      `${revisionNameOf(definition.taskDefinitionArn ?? '')} configures ${missing.length === 1 ? 'the volume' : 'the volumes'} ${missing.join(', ')} at launch, and ${service.serviceName} has no configuration of ${missing.length === 1 ? 'it' : 'them'}`,
      'Run a revision whose volumes the service configures, or run the task with `aws ecs run-task --volume-configurations`.',
    ),
  ];
}

/** Says what a run would start, and checks it. Throws INVALID_INPUT with the place for a command that can't be split. */
export async function checkRun(
  dependencies: ReleaseDependencies,
  { commandLine = '', shell = 'sh', ...request }: Immutable<Input<'tasks.checkRun'>>,
  signal: AbortSignal,
): Promise<RunCheck> {
  const { aws } = dependencies;
  const { service: ref } = request;
  const ecs = aws.ecs(ref, 'clicked');
  const words = wordsOf(commandLine);
  const service = await withRetry(signal, () => readService(ecs, ref, signal));
  const definition = await readDefinition(ecs, request.taskDefinition ?? service.taskDefinition, signal);
  const { containerDefinitions = [], taskDefinitionArn = '' } = definition;
  const containers = containerDefinitions.flatMap(({ name }) => name ?? []);
  const container = containerOfTask(containerDefinitions, request.container ?? containers[0]);
  const command =
    words.length === 0 ? undefined : shell === 'sh' ? ['/bin/sh', '-c', commandLine] : [...words];
  const warnings = await permissionWarnings(dependencies, { ref, service, definition }, signal);
  const { cpu = definition.cpu, memory = definition.memory } = request;
  const size = [
    cpu === undefined ? undefined : formatCpu(cpu),
    memory === undefined ? undefined : formatMemory(memory),
  ];
  const own = containerDefinitions.find(({ name }) => name === container);
  return {
    revision: revisionNameOf(taskDefinitionArn),
    container,
    containers,
    ...(command === undefined ? {} : { command }),
    ownCommand: [...(own?.entryPoint ?? []), ...(own?.command ?? [])],
    ...(cpu === undefined && memory === undefined
      ? {}
      : { size: size.filter((part) => part !== undefined).join(', ') }),
    place: placeText(service),
    checks: [
      ...(await ruleChecks(dependencies, ref, service, signal)),
      ...overrideChecks({ ...request, command }, { service, definition, container }),
      ...volumeChecks({ service, definition, container }),
      ...(shell === 'none' ? shellWords(words) : []),
      ...secretWarnings(request, container).map((message) =>
        about(container, warn('secret-variable', message, 'Remove its value here.')),
      ),
      ...(warnings.length === 0
        ? [pass('permission', 'You are allowed to run it, as far as IAM says')]
        : warnings.map((message) => warn('permission', message, 'It can be tried anyway.'))),
    ],
  };
}

/** What only a shell understands is passed on as it is. */
function shellWords(words: readonly string[]): readonly Check[] {
  const found = words.find((word) => /^(?:\|\|?|&&?|;|<|>>?)$|\$[{(A-Za-z_]/.test(word));
  if (found === undefined) return [];
  const message = `The command runs without a shell, so ${found.slice(0, 40)} is passed to it unchanged`;
  return [warn('command', message, 'Choose /bin/sh if the image has one.')];
}

function placeText(service: DeployableService): string {
  const { launchType, capacityProviderStrategy = [], networkConfiguration } = whereTasksRun(service);
  const { subnets = [], assignPublicIp } = networkConfiguration?.awsvpcConfiguration ?? {};
  const providers = capacityProviderStrategy.flatMap(({ capacityProvider }) => capacityProvider ?? []);
  return [
    providers.length > 0 ? providers.join(', ') : (launchType ?? 'EC2'),
    ...(subnets.length === 0 ? [] : [subnets.join(', ')]),
    ...(assignPublicIp === 'ENABLED' ? ['public IP address'] : []),
  ].join(' · ');
}
