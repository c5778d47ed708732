import { describe, expect, it } from 'vitest';
import { read } from '../../ecs/check.ts';
import { sizeFits } from '../../ecs/size-check.ts';
import { logGroupIsThere, logTargetsOf } from './log-check.ts';
import {
  execHasRole,
  executionRoleIsGiven,
  isPullProven,
  pulledRepositories,
  roleMayPull,
  rolesMayBePassed,
  rolesOf,
} from './role-checks.ts';
import { secretReferencesOf, secretsAreThere, variablesAreNoSecrets } from './secret-checks.ts';

const ROLE = 'arn:aws:iam::111122223333:role/execution';
const ECR = '111122223333.dkr.ecr.eu-central-1.amazonaws.com';
const WEB = { address: `${ECR}/web`, arn: 'arn:aws:ecr:eu-central-1:111122223333:repository/web' };
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

function fsxVolume(credentialsParameter: string) {
  const authorizationConfig = { credentialsParameter, domain: 'shop.example' };
  const fsx = { fileSystemId: 'fs-1', rootDirectory: 'share', authorizationConfig };
  return { volumes: [{ name: 'files', fsxWindowsFileServerVolumeConfiguration: fsx }] };
}

const FSX = fsxVolume('arn:aws:ssm:eu-central-1:111122223333:parameter/shop/fsx');

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
    [
      'is needed for options of a log driver that are secrets',
      aTask({
        logConfiguration: {
          logDriver: 'splunk' as const,
          secretOptions: [{ name: 'splunk-token', valueFrom: '/web/splunk' }],
        },
      }),
      INSTANCES,
      'fail',
    ],
    [
      'is needed for the credentials of a private registry',
      aTask({ repositoryCredentials: { credentialsParameter: 'docker-hub' } }),
      INSTANCES,
      'fail',
    ],
    ['is needed for the credentials of a file system', aTask({}, FSX), INSTANCES, 'fail'],
    ['is given', aTask(SECRET, { executionRoleArn: ROLE }), FARGATE, 'pass'],
  ])('%s', (_case, content, capacity, result) => {
    const check = executionRoleIsGiven(content, capacity);
    expect(check.result).toBe(result);
    expect(check.overridable).toBeUndefined();
  });

  it('can pull what running tasks have pulled with it', () => {
    const content = aTask({ image: `${ECR}/web:2` }, { executionRoleArn: ROLE });
    const current = aTask({ image: `${ECR}/web:1` }, { executionRoleArn: ROLE });
    expect(isPullProven([WEB], content, current, 3)).toBe(true);
    expect(isPullProven([WEB], content, current, 0)).toBe(false);
    expect(isPullProven([WEB], content, { ...current, executionRoleArn: `${ROLE}-old` }, 3)).toBe(false);
    const next = { ...WEB, address: `${ECR}/web-next` };
    expect(isPullProven([next], content, current, 3)).toBe(false);
  });

  it('pulls from the ECR of the image’s account and region', () => {
    const foreign = { container: 'app', finding: { state: 'foreign' } } as const;
    const own = {
      container: 'own',
      finding: { state: 'missing', repository: 'api', similarTags: [] },
    } as const;
    const images = [
      { ...foreign, reference: `${ECR}/web:1` },
      { ...foreign, reference: 'busybox' },
      { ...own, reference: '127.0.0.1:4566/api:1' },
    ];
    expect(pulledRepositories(images, { account: '111122223333', region: 'eu-west-1' })).toEqual([
      WEB,
      { address: '127.0.0.1:4566/api', arn: 'arn:aws:ecr:eu-west-1:111122223333:repository/api' },
    ]);
  });

  it.each([
    ['nothing', read([]), 'pass'],
    ['an action', read(['ecr:BatchGetImage']), 'fail'],
    ['what nobody knows', unreadable, 'unknown'],
    ['what running tasks have proven', undefined, 'pass'],
  ])('fails when its pull is denied: %s', (_case, denied, result) => {
    expect(roleMayPull([WEB], ROLE, denied)).toMatchObject({ rule: 'pull-permission', result });
  });

  it.each([
    ['nothing', read([]), 'pass', 'You are allowed to pass execution (iam:PassRole)'],
    ['one', read([ROLE]), 'fail', "You aren't allowed to pass the role execution (iam:PassRole)"],
    [
      'two',
      read([ROLE, ROLE.replace('execution', 'task')]),
      'fail',
      "You aren't allowed to pass the roles execution and task (iam:PassRole)",
    ],
    [
      'what nobody knows',
      unreadable,
      'unknown',
      "Couldn't verify that you are allowed to pass execution (iam:PassRole)",
    ],
  ])('fails when it cannot be passed: %s', (_case, denied, result, message) => {
    const roles = rolesOf(aTask({}, { executionRoleArn: ROLE, taskRoleArn: ROLE }));
    expect(rolesMayBePassed(roles, denied)).toMatchObject({ result, message });
    expect(rolesMayBePassed([], denied).result).toBe('pass');
  });

  it('is not used by ECS Exec', () => {
    expect(execHasRole(aTask({}), false)).toBeUndefined();
    expect(execHasRole(aTask({}, { executionRoleArn: ROLE }), true)?.result).toBe('fail');
    expect(execHasRole(aTask({}, { taskRoleArn: ROLE }), true)?.result).toBe('pass');
  });
});

describe('secrets', () => {
  const arn = 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:shop/db-Qx7aBc';
  const home = { account: '111122223333', region: 'eu-central-1' };
  const parameter = 'arn:aws:ssm:eu-central-1:111122223333:parameter';
  it.each([
    ['the ARN of a secret', arn, arn],
    ['one key of it', `${arn}:password::`, arn],
    ['the ARN of a parameter', `${parameter}/shop/db`, '/shop/db'],
    ['the ARN of a parameter without a path', `${parameter}/db`, 'db'],
    ['the name of a parameter', '/shop/db', '/shop/db'],
    ['the ARN of something else', 'arn:aws:s3:::shop', undefined],
    ['an ARN without its end', 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:', undefined],
    ['a sentence', 'the one of the database', undefined],
  ])('are found by %s', (_case, valueFrom, id) => {
    const content = aTask({ secrets: [{ name: 'TOKEN', valueFrom }] });
    const references = secretReferencesOf(content, home);
    expect(references.map((reference) => reference.id)).toEqual(id === undefined ? [] : [id]);
    const [check] = secretsAreThere(content, []);
    expect(check?.result).toBe(id === undefined ? 'fail' : 'pass');
  });

  it('are looked for in the options of a log driver and in the credentials of a registry too', () => {
    const content = aTask({
      logConfiguration: { logDriver: 'splunk', secretOptions: [{ name: 'token', valueFrom: arn }] },
      repositoryCredentials: { credentialsParameter: 'docker-hub' },
    });
    expect(secretReferencesOf(content, home)).toMatchObject([
      { kind: 'secret', id: arn },
      {
        kind: 'secret',
        id: 'docker-hub',
        arn: 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:docker-hub-??????',
      },
    ]);
    const odd = aTask({ repositoryCredentials: { credentialsParameter: 'arn:aws:s3:::shop' } });
    expect(secretsAreThere(odd, [])).toMatchObject([
      {
        result: 'fail',
        subject: 'app',
        message: 'The registry credentials of app refer to arn:aws:s3:::shop, which is not a secret',
      },
    ]);
  });

  it('are looked for in the credentials of file systems too', () => {
    expect(secretReferencesOf(aTask({}, FSX), home)).toMatchObject([
      { kind: 'parameter', name: '/shop/fsx' },
    ]);
    const byName = aTask({}, fsxVolume('/shop/fsx'));
    expect(secretsAreThere(byName, [])).toMatchObject([
      {
        result: 'fail',
        subject: 'files',
        message:
          'The credentials of the volume files refer to /shop/fsx, which is the ARN of neither a secret nor a parameter',
      },
    ]);
  });

  it('count once when they name a parameter by name and by ARN', () => {
    const both = aTask({
      secrets: [
        { name: 'ONE', valueFrom: '/shop/db' },
        { name: 'OTHER', valueFrom: `${parameter}/shop/db` },
      ],
    });
    expect(secretReferencesOf(both, home)).toHaveLength(1);
  });

  it('that refer to nothing can be overridden per container', () => {
    const [check] = secretsAreThere(
      aTask({ secrets: [{ name: 'TOKEN', valueFrom: 'arn:aws:s3:::shop' }] }),
      [],
    );
    expect(check).toMatchObject({ rule: 'secrets', subject: 'app', overridable: true });
  });

  it('pass when there are none', () => {
    expect(secretsAreThere(aTask({}), [])[0]?.result).toBe('pass');
  });

  it('have a warning when a variable looks like one', () => {
    const set = [
      { name: 'DB_PASSWORD', value: 'hunter2' },
      { name: 'API_TOKEN', value: '' },
      { name: 'LOG_LEVEL', value: 'info' },
    ];
    const check = variablesAreNoSecrets({ environment: [{ container: 'app', set }] });
    expect(check?.message).toContain('DB_PASSWORD looks like a secret');
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

  it('is read once, in the region that the container writes to', () => {
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

  it('is free on instances, and no container is larger than its task', () => {
    expect(sizeFits(aTask({}, { cpu: '300', memory: '1000' }), INSTANCES).result).toBe('pass');
    expect(sizeFits(aTask({ memory: 2048 }, { cpu: '256', memory: '1024' }), INSTANCES)).toMatchObject({
      result: 'fail',
      message: 'The container app may use more memory than its task has, 1 GiB',
    });
  });
});
