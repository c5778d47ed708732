import { describe, expect, it } from 'vitest';
import { read } from './check.ts';
import { logGroupIsThere, logTargetsOf } from './log-check.ts';
import { execHasRole, executionRoleIsGiven, roleMayPull, rolesMayBePassed } from './role-checks.ts';
import { secretsAreThere, variablesAreNoSecrets } from './secret-checks.ts';
import { sizeFits } from './size-check.ts';

const ROLE = 'arn:aws:iam::111122223333:role/execution';
const ECR = '111122223333.dkr.ecr.eu-central-1.amazonaws.com';
const FARGATE = { kind: 'fargate' } as const;
const INSTANCES = { kind: 'instances', providers: [] } as const;
const unreadable = { state: 'unreadable', reason: 'You may not call logs:DescribeLogStreams.' } as const;

function aTask(container: object, task: object = {}) {
  return { family: 'web', containerDefinitions: [{ name: 'app', image: 'busybox', ...container }], ...task };
}

const SECRET = { secrets: [{ name: 'TOKEN', valueFrom: '/web/token' }] };
const AWSLOGS = {
  logConfiguration: { logDriver: 'awslogs' as const, options: { 'awslogs-group': '/ecs/web' } },
};

describe('the execution role', () => {
  it.each([
    ['is not needed for a public image', aTask({}), FARGATE, 'pass'],
    ['is needed by Fargate to pull from ECR', aTask({ image: `${ECR}/web:1` }), FARGATE, 'fail'],
    ['is needed by Fargate to write logs', aTask(AWSLOGS), FARGATE, 'fail'],
    [
      'is not needed where the instance pulls',
      aTask({ image: `${ECR}/web:1`, ...AWSLOGS }),
      INSTANCES,
      'pass',
    ],
    ['is needed for secrets everywhere', aTask(SECRET), INSTANCES, 'fail'],
    ['is given', aTask(SECRET, { executionRoleArn: ROLE }), FARGATE, 'pass'],
  ])('%s', (_case, content, capacity, result) => {
    const check = executionRoleIsGiven(content, capacity);
    expect(check.result).toBe(result);
    expect(check.overridable).toBeUndefined();
  });

  it('may pull what it pulls for the tasks that run, and otherwise only IAM knows', () => {
    const content = aTask({ image: `${ECR}/web:2` }, { executionRoleArn: ROLE });
    const current = aTask({ image: `${ECR}/web:1` }, { executionRoleArn: ROLE });
    expect(roleMayPull(content, current, 3)?.result).toBe('pass');
    expect(roleMayPull(content, current, 0)?.result).toBe('unknown');
    expect(roleMayPull(content, { ...current, executionRoleArn: `${ROLE}-old` }, 3)?.result).toBe('unknown');
    const elsewhere = aTask({ image: `${ECR}/web-next:2` }, { executionRoleArn: ROLE });
    expect(roleMayPull(elsewhere, current, 3)?.message).toContain('execution may pull from web-next');
    expect(roleMayPull(aTask({}, { executionRoleArn: ROLE }), current, 3)).toBeUndefined();
  });

  it('can only be passed with iam:PassRole, which is not known', () => {
    expect(rolesMayBePassed(aTask({})).result).toBe('pass');
    const check = rolesMayBePassed(aTask({}, { executionRoleArn: ROLE, taskRoleArn: ROLE }));
    expect(check).toMatchObject({
      result: 'unknown',
      message: 'Whether you may pass execution is not known',
    });
  });

  it('is not the one that execute-command uses', () => {
    expect(execHasRole(aTask({}), false)).toBeUndefined();
    expect(execHasRole(aTask({}, { executionRoleArn: ROLE }), true)?.result).toBe('fail');
    expect(execHasRole(aTask({}, { taskRoleArn: ROLE }), true)?.result).toBe('pass');
  });
});

describe('secrets', () => {
  const arn = 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:shop/db-Qx7aBc';
  it.each([
    ['the ARN of a secret', arn, 'unknown'],
    ['one key of it', `${arn}:password::`, 'unknown'],
    ['the ARN of a parameter', 'arn:aws:ssm:eu-central-1:111122223333:parameter/shop/db', 'unknown'],
    ['the name of a parameter', '/shop/db', 'unknown'],
    ['the ARN of something else', 'arn:aws:s3:::shop', 'fail'],
    ['an ARN without its end', 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:', 'fail'],
    ['a sentence', 'the one of the database', 'fail'],
  ])('by %s', (_case, valueFrom, result) => {
    const checks = secretsAreThere(aTask({ secrets: [{ name: 'TOKEN', valueFrom }] }));
    expect(checks.map((check) => check.result)).toEqual([result]);
  });

  it('that refer to nothing can be overridden for their container', () => {
    const [check] = secretsAreThere(aTask({ secrets: [{ name: 'TOKEN', valueFrom: 'arn:aws:s3:::shop' }] }));
    expect(check).toMatchObject({ rule: 'secrets', subject: 'app', overridable: true });
  });

  it('pass when there are none', () => {
    expect(secretsAreThere(aTask({}))[0]?.result).toBe('pass');
  });

  it('are warned about when one is about to be written as a variable', () => {
    const set = [
      { name: 'DB_PASSWORD', value: 'hunter2' },
      { name: 'API_TOKEN', value: '' },
      { name: 'LOG_LEVEL', value: 'info' },
    ];
    const check = variablesAreNoSecrets({ environment: [{ container: 'app', set }] });
    expect(check?.message).toContain('DB_PASSWORD sounds like a secret');
    expect(JSON.stringify(check)).not.toContain('hunter2');
    expect(
      variablesAreNoSecrets({ environment: [{ container: 'app', remove: ['DB_PASSWORD'] }] }),
    ).toBeUndefined();
  });
});

describe('the log group', () => {
  const target = { group: '/ecs/web', region: 'eu-central-1', makesGroup: false };

  it.each([
    ['there', { target, exists: read(true) }, 'pass'],
    ['made by the task', { target: { ...target, makesGroup: true }, exists: read(false) }, 'pass'],
    ['missing', { target, exists: read(false) }, 'fail'],
    ['not to be read', { target, exists: unreadable }, 'unknown'],
  ])('is %s', (_case, found, result) => {
    expect(logGroupIsThere(found).result).toBe(result);
  });

  it('is looked for once, in the region that the container writes to', () => {
    const options = {
      'awslogs-group': '/ecs/web',
      'awslogs-region': 'eu-west-1',
      'awslogs-create-group': 'true',
    };
    const elsewhere = { name: 'proxy', logConfiguration: { logDriver: 'awslogs' as const, options } };
    const content = {
      containerDefinitions: [{ name: 'a', ...AWSLOGS }, { name: 'b', ...AWSLOGS }, elsewhere],
    };
    expect(logTargetsOf(content, 'eu-central-1')).toEqual([
      target,
      { group: '/ecs/web', region: 'eu-west-1', makesGroup: true },
    ]);
  });
});

describe('the size', () => {
  it.each([
    ['256', '512', 'pass'],
    ['256', '2048', 'pass'],
    ['256', '4096', 'fail'],
    ['1024', '2560', 'fail'],
    ['8192', '20480', 'pass'],
    ['300', '1024', 'fail'],
  ])('of %s CPU units with %s MiB on Fargate: %s', (cpu, memory, result) => {
    expect(sizeFits(aTask({}, { cpu, memory }), FARGATE).result).toBe(result);
  });

  it('is anything on instances, and no container is larger than its task', () => {
    expect(sizeFits(aTask({}, { cpu: '300', memory: '1000' }), INSTANCES).result).toBe('pass');
    expect(sizeFits(aTask({ memory: 2048 }, { cpu: '256', memory: '1024' }), INSTANCES)).toMatchObject({
      result: 'fail',
      message: 'The container app may use more memory than its task has, 1 GiB',
    });
  });
});
