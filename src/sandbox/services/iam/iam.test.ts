import {
  AttachRolePolicyCommand,
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  IAMClient,
  ListAttachedRolePoliciesCommand,
  ListRolePoliciesCommand,
  ListRolesCommand,
  NoSuchEntityException,
  PutRolePolicyCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestApi, type TestApi } from '../../testing/api.ts';
import { createIam } from './iam.ts';
import { createRoles } from './roles.ts';

const trustIn = (service: string) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }],
  });
const TRUST = trustIn('ecs-tasks.amazonaws.com');
const MANAGED = 'arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy';

let api: TestApi;
let client: IAMClient;
beforeAll(async () => {
  const now = () => new Date('2026-01-01T00:00:00Z');
  api = await startTestApi({ query: [createIam(createRoles(), now)] });
  client = new IAMClient(api.config);
});
afterAll(() => api.close());

const create = (RoleName: string, AssumeRolePolicyDocument = TRUST) =>
  client.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));

it('IAM keeps a role with its trust policy, which it returns in URL encoding', async () => {
  await client.send(
    new CreateRoleCommand({
      RoleName: 'web',
      Path: '/shop/',
      AssumeRolePolicyDocument: TRUST,
      Tags: [{ Key: 'team', Value: 'shop' }],
    }),
  );
  const trust = trustIn('scheduler.amazonaws.com');
  await client.send(new UpdateAssumeRolePolicyCommand({ RoleName: 'web', PolicyDocument: trust }));

  const { Role } = await client.send(new GetRoleCommand({ RoleName: 'web' }));
  expect(Role).toMatchObject({
    Arn: 'arn:aws:iam::123456789012:role/shop/web',
    CreateDate: new Date('2026-01-01T00:00:00Z'),
    Tags: [{ Key: 'team', Value: 'shop' }],
  });
  expect(Role?.AssumeRolePolicyDocument).toMatch(/^%7B%22Version%22/);
  expect(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? '')).toBe(trust);
});

it('IAM lists roles in pages, and by path', async () => {
  for (const name of ['list-one', 'list-two']) await create(name);
  const names: string[] = [];
  for (let Marker: string | undefined, more = true; more; ) {
    const page = await client.send(new ListRolesCommand({ Marker, MaxItems: 1 }));
    names.push(...(page.Roles ?? []).map(({ RoleName = '' }) => RoleName));
    Marker = page.Marker;
    more = page.IsTruncated === true;
  }
  expect(names).toEqual(expect.arrayContaining(['list-one', 'list-two']));
  expect(names).toEqual(names.toSorted());

  const { Roles } = await client.send(new ListRolesCommand({ PathPrefix: '/shop/' }));
  expect(Roles?.map(({ RoleName }) => RoleName)).toEqual(['web']);
});

it('IAM keeps inline and managed policies, and deletes a role only without them', async () => {
  const RoleName = 'execution';
  await create(RoleName);
  const policy = { RoleName, PolicyName: 'read-secrets' };
  const PolicyDocument = JSON.stringify({ Statement: { Effect: 'Allow', Action: 's3:*', Resource: '*' } });
  await client.send(new PutRolePolicyCommand({ ...policy, PolicyDocument }));
  await client.send(new AttachRolePolicyCommand({ RoleName, PolicyArn: MANAGED }));

  const inline = await client.send(new GetRolePolicyCommand(policy));
  expect(decodeURIComponent(inline.PolicyDocument ?? '')).toBe(PolicyDocument);
  expect(await client.send(new ListRolePoliciesCommand({ RoleName }))).toMatchObject({
    PolicyNames: ['read-secrets'],
    IsTruncated: false,
  });
  expect(await client.send(new ListAttachedRolePoliciesCommand({ RoleName }))).toMatchObject({
    AttachedPolicies: [{ PolicyName: 'AmazonECSTaskExecutionRolePolicy', PolicyArn: MANAGED }],
  });

  const remove = new DeleteRoleCommand({ RoleName });
  await expect(client.send(remove)).rejects.toThrow('Cannot delete entity, must detach all policies first.');
  await client.send(new DetachRolePolicyCommand({ RoleName, PolicyArn: MANAGED }));
  await expect(client.send(remove)).rejects.toThrow('Cannot delete entity, must delete policies first.');
  await client.send(new DeleteRolePolicyCommand(policy));
  await client.send(remove);
  const gone = client.send(new GetRoleCommand({ RoleName }));
  await expect(gone).rejects.toThrow('The role with name execution cannot be found.');
  await expect(gone).rejects.toBeInstanceOf(NoSuchEntityException);
});

it.each([
  [
    'a role twice',
    () => create('web'),
    { name: 'EntityAlreadyExistsException', message: 'Role with name web already exists.' },
  ],
  ['a name with a slash', () => create('shop/web'), { name: 'ValidationError' }],
  [
    'a trust policy that is no JSON',
    () => create('other', '{'),
    { name: 'MalformedPolicyDocumentException', message: 'This policy contains invalid Json' },
  ],
  [
    'a trust policy without a principal',
    () => create('other', JSON.stringify({ Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole' }] })),
    { name: 'MalformedPolicyDocumentException', message: 'Missing required field Principal' },
  ],
  [
    'a policy without resources',
    () =>
      client.send(
        new PutRolePolicyCommand({
          RoleName: 'web',
          PolicyName: 'bad',
          PolicyDocument: JSON.stringify({ Statement: [{ Effect: 'Allow', Action: '*' }] }),
        }),
      ),
    { message: 'Policy statement must contain resources.' },
  ],
  [
    'a managed policy that is not there',
    () => client.send(new AttachRolePolicyCommand({ RoleName: 'web', PolicyArn: `${MANAGED}2` })),
    { name: 'NoSuchEntityException', message: `Policy ${MANAGED}2 does not exist or is not attachable.` },
  ],
  [
    'an inline policy that is not there',
    () => client.send(new GetRolePolicyCommand({ RoleName: 'web', PolicyName: 'none' })),
    { name: 'NoSuchEntityException', message: 'The role policy with name none cannot be found.' },
  ],
])('refuses %s', async (_what, call, error) => {
  await expect(call()).rejects.toMatchObject(error);
});
