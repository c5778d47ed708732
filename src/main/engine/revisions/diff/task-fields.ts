import type { DescribeTaskDefinitionResponse } from '@aws-sdk/client-ecs';
import { formatCpu, formatMemory, withPlainSizes } from '../../ecs/quantities.ts';
import { registrationInput } from '../../ecs/registration.ts';
import { allOf, allWithin, each, labelOf, type Member, single, wordsOfMembers } from './fields.ts';

/** All that a task definition says apart from its containers, with its tags. Its family is its name. */
export function taskMembers(described: DescribeTaskDefinitionResponse): readonly Member[] {
  const {
    family: _family,
    containerDefinitions: _containers,
    cpu,
    memory,
    taskRoleArn,
    executionRoleArn,
    networkMode,
    runtimePlatform,
    volumes,
    tags,
    ...others
  } = withPlainSizes(registrationInput(described));

  return [
    ...single('cpu', '', cpu, formatCpu),
    ...single('memory', '', memory, formatMemory),
    ...single('role', 'task', taskRoleArn),
    ...single('role', 'execution', executionRoleArn),
    ...single('network mode', '', networkMode),
    ...allWithin('platform', runtimePlatform),
    ...each(
      'volume',
      volumes,
      (volume) => volume.name ?? '',
      ({ name: _name, ...volume }) => wordsOfMembers(volume),
    ),
    ...each(
      'tag',
      tags,
      (tag) => tag.key ?? '',
      (tag) => labelOf(tag.value),
    ),
    ...allOf(others),
  ];
}
