import type { RegisterTaskDefinitionRequest, Service } from '@aws-sdk/client-ecs';
import type { ServiceRef } from '../../../../shared/model/service.ts';
import { shownEndpoint } from '../../aws/endpoints.ts';
import type { KnownAccount } from '../../aws/known-account.ts';
import { isTaskSetArn } from '../../ecs/service-task-sets.ts';
import { optionsOf, shellWord } from '../../ecs/shell-words.ts';
import { expressRequest } from '../model/express-request.ts';
import type { RestoredMembers } from '../model/service-restoration.ts';
import { serviceUpdate } from '../model/service-settings.ts';
import type { PlannedAction, UpdateAction } from '../model/stored-plan.ts';
import { STANDARD_INPUT, shellJson, withInput } from './shell-json.ts';
import { taskBeforeCommands } from './task-before-commands.ts';
import { discardCommand, taskSetCommands } from './task-set-commands.ts';

/** What a plan sends, to be written as commands of the AWS CLI. */
export interface PlannedSend {
  readonly ref: ServiceRef;
  /** As it is now. */
  readonly service: Service;
  readonly action: PlannedAction;
  /** What a new revision is registered from. */
  readonly content: RegisterTaskDefinitionRequest;
  /** The settings of an earlier service revision that are sent too. */
  readonly restored?: RestoredMembers;
}

/**
 * The calls of a plan as commands of the AWS CLI, version 2, for a POSIX shell; on Windows that is
 * WSL, since the CLI reads standard input as a file. The revision is handed from the first
 * one to the next in `$revision`. They make none of the checks, and do not see what others deploy meanwhile.
 */
export function cliCommands(
  { ref, service, action, content, restored }: PlannedSend,
  known: KnownAccount,
): readonly string[] {
  const aws = (operation: string, ...options: readonly string[]): string =>
    ['aws ecs', operation, ...globalOptions(ref, known), ...options].join(' ');
  if (action.kind === 'stop') {
    if (isTaskSetArn(action.deploymentArn)) return [discardCommand(aws, ref, action.deploymentArn)];
    return [
      aws(
        'stop-service-deployment',
        `--service-deployment-arn ${shellWord(action.deploymentArn)}`,
        '--stop-type ROLLBACK',
      ),
    ];
  }
  if (action.express !== undefined) {
    const registers = action.register === undefined ? [] : registerCommands({ ref, content }, known);
    return [...registers, expressCommand(aws, action, content, restored)];
  }
  const update = aws(
    'update-service',
    `--cluster ${shellWord(ref.cluster)}`,
    `--service ${shellWord(ref.service)}`,
    ...taskDefinitionOption(action),
    ...optionsOf({ ...serviceUpdate(action), ...restored }),
  );
  const { taskSet } = action;
  const updates =
    taskSet === undefined
      ? [update]
      : taskSetCommands({
          aws,
          ref,
          service,
          action,
          move: taskSet,
          taskDefinition: revisionOption(action, service),
        });
  const { before } = action;
  const tasks = taskBeforeCommands({
    aws,
    ref,
    service,
    volumes: content.volumes,
    before,
    taskDefinition: revisionOption(action, service),
  });
  if (action.register === undefined) return [...tasks, ...updates];
  return [...registerCommands({ ref, content }, known), ...tasks, ...updates];
}

/** Its container, whose variables may be secrets, goes through no file and no argument list. */
function expressCommand(
  aws: (operation: string, ...options: readonly string[]) => string,
  action: UpdateAction,
  content: RegisterTaskDefinitionRequest,
  restored: RestoredMembers | undefined,
): string {
  const { express, register, taskDefinition } = action;
  if (express === undefined) return '';
  const { primaryContainer, ...others } = expressRequest({
    action: { ...action, taskDefinition: undefined },
    express,
    content: express.configuration === undefined ? undefined : content,
    registered: undefined,
    restored,
  });
  const command = aws(
    'update-express-gateway-service',
    ...optionsOf(others),
    ...(register === undefined ? [] : ['--task-definition-arn "$revision"']),
    ...(taskDefinition === undefined ? [] : [`--task-definition-arn ${shellWord(taskDefinition)}`]),
    ...(primaryContainer === undefined ? [] : [`--primary-container ${STANDARD_INPUT}`]),
  );
  return primaryContainer === undefined ? command : withInput(command, shellJson(primaryContainer, 2), false);
}

/**
 * Registers a revision and leaves its ARN in `$revision`. Containers, whose variables may be secrets, go through no file
 * and no argument list. (`--cli-input-json` cannot have them that way: the CLI reads what it names twice.)
 */
export function registerCommands(
  {
    ref,
    content: { family = '', containerDefinitions = [], ...others },
  }: Pick<PlannedSend, 'ref' | 'content'>,
  known: KnownAccount,
): readonly string[] {
  const register = [
    'aws ecs register-task-definition',
    ...globalOptions(ref, known),
    // In one word: the name of a family may start like an option.
    `--family=${shellWord(family)}`,
    ...optionsOf(others),
    `--container-definitions ${STANDARD_INPUT}`,
    '--query taskDefinition.taskDefinitionArn',
    '--output text',
  ].join(' ');
  return [`revision=$(${withInput(register, shellJson(containerDefinitions, 2), false)}\n)`];
}

/** The profile, the region, and the endpoint where it is not AWS's own. */
export function globalOptions(
  { region }: Pick<ServiceRef, 'region'>,
  { source, endpoints }: KnownAccount,
  service: 'ecs' | 'codeDeploy' = 'ecs',
): readonly string[] {
  const endpoint = endpoints[service];
  return [
    ...(source.kind === 'profile' ? [`--profile ${shellWord(source.profile)}`] : []),
    `--region ${shellWord(region)}`,
    ...(endpoint === undefined ? [] : [`--endpoint-url ${shellWord(shownEndpoint(endpoint))}`]),
  ];
}

function taskDefinitionOption({ register, taskDefinition }: Extract<PlannedAction, { kind: 'update' }>) {
  if (register !== undefined) return ['--task-definition "$revision"'];
  return taskDefinition === undefined ? [] : [`--task-definition ${shellWord(taskDefinition)}`];
}

/** A task set always names its revision, also the one that the service runs already. */
function revisionOption(
  action: Extract<PlannedAction, { kind: 'update' }>,
  { taskDefinition }: Service,
): readonly string[] {
  const named = taskDefinitionOption(action);
  if (named.length > 0 || taskDefinition === undefined) return named;
  return [`--task-definition ${shellWord(taskDefinition)}`];
}
