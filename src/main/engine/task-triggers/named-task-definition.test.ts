import { expect, it } from 'vitest';
import { namedTaskDefinition } from './task-trigger.ts';

const ARN = 'arn:aws:ecs:us-east-1:123456789012:task-definition/';

it.each([
  ['web', { family: 'web', revision: undefined, isArn: false }],
  ['web:41', { family: 'web', revision: 41, isArn: false }],
  [`${ARN}web`, { family: 'web', revision: undefined, isArn: true }],
  [`${ARN}staging_web-2:7`, { family: 'staging_web-2', revision: 7, isArn: true }],
  [
    'arn:aws-cn:ecs:cn-north-1:123456789012:task-definition/web:1',
    { family: 'web', revision: 1, isArn: true },
  ],
])('reads %s', (text, named) => {
  expect(namedTaskDefinition(text)).toEqual(named);
});

it.each(['', 'web:latest', '$TaskDefinition', `${ARN}web:1:2`])('names no task definition for %j', (text) => {
  expect(namedTaskDefinition(text)).toBeUndefined();
});
