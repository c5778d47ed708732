import type { Service } from '@aws-sdk/client-ecs';
import type { ServiceRef } from '../../../../shared/model/service.ts';
import { taskSetsOf } from '../../ecs/service-task-sets.ts';
import { optionsOf, shellWord } from '../../ecs/shell-words.ts';
import type { TaskSetMove, UpdateAction } from '../model/stored-plan.ts';
import { contentOf } from '../model/task-set-content.ts';

type Aws = (operation: string, ...options: readonly string[]) => string;

interface MoveInShell {
  readonly aws: Aws;
  readonly ref: ServiceRef;
  readonly service: Service;
  readonly action: UpdateAction;
  readonly move: TaskSetMove;
  /** The option `--task-definition`, as a word of a shell. */
  readonly taskDefinition: readonly string[];
}

const SECONDS_BETWEEN_LOOKS = 10;

/** A release with task sets as commands of the AWS CLI: each waits for ECS before the next one. */
export function taskSetCommands({ aws, ref, service, action, move, taskDefinition }: MoveInShell): string[] {
  const where = whereOf(ref);
  const described = (set: string, query: string): string =>
    `"$(${aws('describe-task-sets', ...where, `--task-sets ${set}`, `--query 'taskSets[0].${query}'`, '--output text')})"`;
  const until = (condition: string): string =>
    `until [ ${condition} ]; do sleep ${SECONDS_BETWEEN_LOOKS}; done`;
  const scaled = (set: string, percent: number): string =>
    aws('update-task-set', ...where, `--task-set ${set}`, scaleOption(percent));
  const target = '"$task_set"';
  const like = taskSetsOf(service).find(({ taskSetArn }) => taskSetArn === move.like);
  const begin =
    move.existing === undefined
      ? [
          `task_set=$(${aws(
            'create-task-set',
            ...where,
            ...taskDefinition,
            ...optionsOf({ ...(like === undefined ? {} : contentOf(like)), ...platformOf(action) }),
            scaleOption(move.scalePercent),
            '--query taskSet.taskSetArn',
            '--output text',
          )})`,
        ]
      : [`task_set=${shellWord(move.existing)}`, scaled(target, move.scalePercent)];
  return [
    ...begin,
    until(`${described(target, 'stabilityStatus')} = STEADY_STATE`),
    aws('update-service-primary-task-set', ...where, `--primary-task-set ${target}`),
    ...move.replaces
      .map(shellWord)
      .flatMap((old) => [
        scaled(old, 0),
        until(`${described(old, 'runningCount')} = 0`),
        aws('delete-task-set', ...where, `--task-set ${old}`),
      ]),
  ];
}

/** Deletes a set that has not become the primary one, with its tasks. */
export function discardCommand(aws: Aws, ref: ServiceRef, taskSet: string): string {
  return aws('delete-task-set', ...whereOf(ref), `--task-set ${shellWord(taskSet)}`, '--force');
}

function whereOf({ cluster, service }: ServiceRef): readonly string[] {
  return [`--cluster ${shellWord(cluster)}`, `--service ${shellWord(service)}`];
}

function platformOf({ settings }: UpdateAction): { readonly platformVersion?: string } {
  return settings?.platformVersion === undefined ? {} : { platformVersion: settings.platformVersion };
}

function scaleOption(percent: number): string {
  return `--scale value=${percent},unit=PERCENT`;
}
