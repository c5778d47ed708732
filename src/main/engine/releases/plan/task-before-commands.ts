import type { Service, Volume } from '@aws-sdk/client-ecs';
import type { ServiceRef } from '../../../../shared/model/service.ts';
import { canonicalJson } from '../../ecs/canonical-json.ts';
import { optionsOf, shellWord } from '../../ecs/shell-words.ts';
import { whereTasksRun } from '../execution/one-off-task.ts';
import type { UpdateAction } from '../model/stored-plan.ts';

interface TaskInShell {
  readonly aws: (operation: string, ...options: readonly string[]) => string;
  readonly ref: ServiceRef;
  readonly service: Service;
  /** Those of the revision that the task runs. */
  readonly volumes: readonly Volume[] | undefined;
  readonly before: UpdateAction['before'];
  /** The option `--task-definition`, as a word of a shell. */
  readonly taskDefinition: readonly string[];
}

const SECONDS_BETWEEN_LOOKS = 10;

/** The task before a deployment as commands of the AWS CLI: the shell ends where its container exits with another code than 0. */
export function taskBeforeCommands({
  aws,
  ref,
  service,
  volumes,
  before,
  taskDefinition,
}: TaskInShell): string[] {
  if (before === undefined) return [];
  const where = `--cluster ${shellWord(ref.cluster)}`;
  const overrides = { containerOverrides: [{ name: before.container, command: before.command }] };
  const described = (query: string): string =>
    `"$(${aws('describe-tasks', where, '--tasks "$task"', `--query ${shellWord(query)}`, '--output text')})"`;
  const exitCode = `tasks[0].containers[?name=='${before.container}'].exitCode | [0]`;
  return [
    `task=$(${aws(
      'run-task',
      where,
      ...taskDefinition,
      ...optionsOf(whereTasksRun(service, volumes)),
      `--overrides ${shellWord(canonicalJson(overrides))}`,
      "--query 'tasks[0].taskArn'",
      '--output text',
    )})`,
    `until [ ${described('tasks[0].lastStatus')} = STOPPED ]; do sleep ${SECONDS_BETWEEN_LOOKS}; done`,
    `[ ${described(exitCode)} = 0 ] || exit 1`,
  ];
}
