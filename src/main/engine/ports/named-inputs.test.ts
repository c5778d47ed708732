import { expect, it } from 'vitest';
import { withNames } from './named-inputs.ts';

const HERE = { account: 'sandbox', region: 'cn-north-1' };

it.each([
  ['cluster', 'arn:aws-cn:ecs:cn-north-1:123456789012:cluster/main', 'main'],
  ['service', 'arn:aws-cn:ecs:cn-north-1:123456789012:service/main/web', 'web'],
  ['repository', '123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn/team/web', 'team/web'],
  ['repository', '123456789012.dkr-ecr.cn-north-1.on.amazonwebservices.com.cn/web', 'web'],
  ['repository', 'arn:aws-cn:ecr:cn-north-1:123456789012:repository/team/web', 'team/web'],
  ['repository', '127.0.0.1:4566/web', 'web'],
  ['repository', 'my.team/web', 'my.team/web'],
  ['cluster', 'main', 'main'],
  ['note', 'arn:aws-cn:ecs:cn-north-1:123456789012:cluster/main', undefined],
])('a %s given as %s is known by its name', (field, value, name) => {
  const input = { ...HERE, [field]: value };
  expect(withNames(input)).toEqual({ ...input, [field]: name ?? value });
  expect(withNames({ service: input, list: [input] })).toEqual({
    service: { ...input, [field]: name ?? value },
    list: [{ ...input, [field]: name ?? value }],
  });
});

it('an ARN of another region than that of the call is refused', () => {
  const cluster = 'arn:aws:ecs:eu-west-1:123456789012:cluster/main';
  expect(() => withNames({ account: 'a', region: 'us-east-1', cluster })).toThrow(
    'The cluster main is in eu-west-1, but the call is for us-east-1. Change the region of the call.',
  );
});
