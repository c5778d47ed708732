import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { CreateRepositoryCommand, ECRClient, PutLifecyclePolicyCommand } from '@aws-sdk/client-ecr';
import {
  CreateClusterCommand,
  ECSClient,
  PutAttributesCommand,
  RegisterContainerInstanceCommand,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
} from '@aws-sdk/client-ecs';
import {
  CreateRoleCommand,
  IAMClient,
  PutRolePolicyCommand,
  SimulatePrincipalPolicyCommand,
} from '@aws-sdk/client-iam';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openTestRegistry } from './testing/registry.ts';
import { signedHeaders } from './testing/requests.ts';
import { SANDBOX_PROCESS } from './testing/sandbox.ts';

// The sandbox has a process of its own here: where one of these requests kept it busy for minutes, as each of them
// once did, the request after it would have no answer, and the test would end at its limit.

const credentials = { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' };
const region = 'us-east-1';

let child: ChildProcess;
let endpoint: string;
beforeEach(async () => {
  const main = fileURLToPath(new URL('main.ts', import.meta.url));
  child = spawn(process.execPath, [main, '--scenario', 'empty'], {
    env: SANDBOX_PROCESS,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(child.stdout ?? child, 'data')) as [Buffer];
  endpoint = line.toString().trim().split(' ').at(-1) ?? '';
});
afterEach(() => child.kill('SIGKILL'));

const config = () => ({ endpoint, region, credentials, maxAttempts: 1 });

/** The status of a request without credentials, as long as the sandbox answers. */
async function nextStatus(): Promise<number> {
  return (await fetch(`${endpoint}/v2/`)).status;
}

it('the sandbox refuses an image reference of 60 kB of dots and one of a megabyte, and answers', async () => {
  const ecs = new ECSClient(config());
  const register = (image: string) => {
    const containerDefinitions = [{ name: 'app', image, memory: 64 }];
    return ecs.send(new RegisterTaskDefinitionCommand({ family: 'dots', containerDefinitions }));
  };
  await expect(register('a.'.repeat(30_000))).rejects.toThrow('at most 255 characters');
  await expect(register('a.'.repeat(400_000))).rejects.toThrow('Max allowed length');
  expect(await nextStatus()).toBe(401);
});

it('the sandbox answers while it matches a placement expression that backtracks exponentially', async () => {
  const ecs = new ECSClient(config());
  const cluster = 'production';
  await ecs.send(new CreateClusterCommand({ clusterName: cluster }));
  const { containerInstance } = await ecs.send(new RegisterContainerInstanceCommand({ cluster }));
  const targetId = containerInstance?.containerInstanceArn;
  const attributes = [{ name: 'x', value: 'a'.repeat(128), targetId }];
  await ecs.send(new PutAttributesCommand({ cluster, attributes }));
  const containerDefinitions = [{ name: 'app', image: 'busybox', memory: 64 }];
  await ecs.send(new RegisterTaskDefinitionCommand({ family: 'web', containerDefinitions }));
  const run = (pattern: string) => {
    const placementConstraints = [{ type: 'memberOf' as const, expression: `attribute:x =~ ${pattern}` }];
    return ecs.send(
      new RunTaskCommand({ cluster, taskDefinition: 'web', launchType: 'EC2', placementConstraints }),
    );
  };
  for (const pattern of ['(a+)+b', '(a|a)*b', '(.*a){12}b', '(a?){100}b']) {
    expect((await run(pattern)).failures).toMatchObject([
      { reason: 'MemberOf placement constraint unsatisfied.' },
    ]);
    expect(await nextStatus()).toBe(401);
  }
  expect((await run('(a+)+')).failures).toEqual([]);
  for (const pattern of ['\\pL{999}'.repeat(30), '(a)\\1', 'a{1000}'.repeat(40)]) {
    await expect(run(pattern)).rejects.toMatchObject({ name: 'UnsupportedFeatureException' });
  }
  await expect(run('a'.repeat(2000))).rejects.toMatchObject({ name: 'InvalidParameterException' });
  expect(await nextStatus()).toBe(401);
});

it('the sandbox answers while it matches tags with many wildcards', async () => {
  const ecr = new ECRClient(config());
  const stars = '*a'.repeat(60).concat('*b');
  await ecr.send(
    new CreateRepositoryCommand({
      repositoryName: 'web',
      imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
      imageTagMutabilityExclusionFilters: [{ filterType: 'WILDCARD', filter: stars }],
    }),
  );
  const registry = await openTestRegistry({ endpoint, credentials, region }, []);
  const tag = 'a'.repeat(128);
  await registry.pushImage('web', tag, 'first');
  await expect(registry.pushImage('web', tag, 'second')).rejects.toThrow('expected 400 to be 201');
  const rule = (pattern: string) => ({
    rulePriority: 1,
    selection: {
      tagStatus: 'tagged',
      tagPatternList: [pattern],
      countType: 'imageCountMoreThan',
      countNumber: 1,
    },
    action: { type: 'expire' },
  });
  const put = (pattern: string) =>
    ecr.send(
      new PutLifecyclePolicyCommand({
        repositoryName: 'web',
        lifecyclePolicyText: JSON.stringify({ rules: [rule(pattern)] }),
      }),
    );
  await put('*a*a*a*b');
  await expect(put('*a*a*a*a*b')).rejects.toMatchObject({ name: 'InvalidParameterException' });
  await registry.close();
  expect(await nextStatus()).toBe(401);
});

it('the sandbox answers while it simulates a policy with many wildcards on long resources', async () => {
  const iam = new IAMClient(config());
  const trust = {
    Effect: 'Allow',
    Principal: { Service: 'ecs-tasks.amazonaws.com' },
    Action: 'sts:AssumeRole',
  };
  const AssumeRolePolicyDocument = JSON.stringify({ Statement: [trust] });
  const RoleName = 'starred';
  const { Role } = await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
  const policyOf = (resource: string) =>
    JSON.stringify({ Statement: { Effect: 'Allow', Action: 's3:*', Resource: resource } });
  const put = (resource: string) =>
    iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'p', PolicyDocument: policyOf(resource) }));
  await expect(put('*a'.repeat(6000))).rejects.toMatchObject({ name: 'LimitExceededException' });
  await put('*?a'.repeat(1000).concat('*b'));
  const { EvaluationResults } = await iam.send(
    new SimulatePrincipalPolicyCommand({
      PolicySourceArn: Role?.Arn,
      ActionNames: ['s3:GetObject'],
      ResourceArns: Array.from({ length: 20 }, () => 'a'.repeat(2048)),
    }),
  );
  expect(new Set(EvaluationResults?.map(({ EvalDecision }) => EvalDecision))).toEqual(
    new Set(['implicitDeny']),
  );
  expect(await nextStatus()).toBe(401);
});

it('the sandbox answers while it reads a form with a very long list', async () => {
  const items = Array.from({ length: 40_000 }, (_, index) => `Tags.member.${index + 1}.Key=`);
  const body = `Action=CreateRole&Version=2010-05-08&RoleName=x&AssumeRolePolicyDocument=x&${items.join('&')}`;
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const signed = await signedHeaders({ endpoint, body, headers });
  const answer = await fetch(endpoint, { method: 'POST', body, headers: signed });
  expect(answer.status).toBe(400);
  expect(await nextStatus()).toBe(401);
});

it('the sandbox refuses conditions of DynamoDB with many parentheses or of a megabyte, and answers', async () => {
  const dynamodb = new DynamoDBClient(config());
  const scan = (FilterExpression: string) =>
    dynamodb.send(new ScanCommand({ TableName: 'ledger', FilterExpression }));
  await expect(scan('('.repeat(2_000))).rejects.toThrow('at most 4 parentheses');
  await expect(scan(`${'(a = b AND '.repeat(40)}a = b${')'.repeat(40)}`)).rejects.toThrow(
    'at most 4 parentheses',
  );
  await expect(scan('NOT '.repeat(250_000))).rejects.toThrow('expression size: 1000000');
  await expect(scan(`${'(a = b OR '.repeat(4)}a = b${')'.repeat(4)}`)).rejects.toThrow('not found');
  expect(await nextStatus()).toBe(401);
});
