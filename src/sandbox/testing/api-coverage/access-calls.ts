import * as iamApi from '@aws-sdk/client-iam';
import * as secretApi from '@aws-sdk/client-secrets-manager';
import * as parameterApi from '@aws-sdk/client-ssm';
import type { ApiCalls } from './api-caller.ts';

const TRUST = JSON.stringify({
  Statement: {
    Effect: 'Allow',
    Principal: { Service: 'ecs-tasks.amazonaws.com' },
    Action: 'sts:AssumeRole',
  },
});
const ADMINISTRATOR = 'arn:aws:iam::aws:policy/AdministratorAccess';

/** For the test of every operation: what a task needs to start, beside its image. */
export const ACCESS_CALLS: ApiCalls = {
  roles: async ({ iam }) => {
    const RoleName = 'walked';
    const policy = { RoleName, PolicyName: 'read' };
    const statement = { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' };
    await iam(new iamApi.CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: TRUST }));
    await iam(new iamApi.UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: TRUST }));
    const { Role } = await iam(new iamApi.GetRoleCommand({ RoleName }));
    await iam(new iamApi.ListRolesCommand({ MaxItems: 2 }));
    await iam(new iamApi.ListAccountAliasesCommand({}));
    const PolicyDocument = JSON.stringify({ Statement: statement });
    await iam(new iamApi.PutRolePolicyCommand({ ...policy, PolicyDocument }));
    await iam(new iamApi.GetRolePolicyCommand(policy));
    await iam(new iamApi.ListRolePoliciesCommand({ RoleName }));
    await iam(new iamApi.AttachRolePolicyCommand({ RoleName, PolicyArn: ADMINISTRATOR }));
    await iam(new iamApi.ListAttachedRolePoliciesCommand({ RoleName }));
    await iam(
      new iamApi.SimulatePrincipalPolicyCommand({
        PolicySourceArn: Role?.Arn,
        ActionNames: ['s3:GetObject', 'iam:PassRole'],
      }),
    );
    await iam(new iamApi.DetachRolePolicyCommand({ RoleName, PolicyArn: ADMINISTRATOR }));
    await iam(new iamApi.DeleteRolePolicyCommand(policy));
    await iam(new iamApi.DeleteRoleCommand({ RoleName }));
  },

  secrets: async ({ secrets }) => {
    const { ARN: SecretId } = await secrets(
      new secretApi.CreateSecretCommand({ Name: 'walked', SecretString: 'once' }),
    );
    await secrets(new secretApi.PutSecretValueCommand({ SecretId, SecretString: 'twice' }));
    await secrets(new secretApi.GetSecretValueCommand({ SecretId, VersionStage: 'AWSPREVIOUS' }));
    await secrets(new secretApi.DescribeSecretCommand({ SecretId }));
    await secrets(new secretApi.ListSecretsCommand({ MaxResults: 2 }));
    await secrets(new secretApi.DeleteSecretCommand({ SecretId, RecoveryWindowInDays: 7 }));
    await secrets(new secretApi.DescribeSecretCommand({ SecretId }));
    await secrets(new secretApi.RestoreSecretCommand({ SecretId }));
  },

  parameters: async ({ parameters }) => {
    const Name = '/walked/token';
    await parameters(new parameterApi.PutParameterCommand({ Name, Value: 'once', Type: 'SecureString' }));
    await parameters(new parameterApi.GetParameterCommand({ Name, WithDecryption: true }));
    await parameters(new parameterApi.GetParametersCommand({ Names: [Name, '/nowhere'] }));
    await parameters(
      new parameterApi.DescribeParametersCommand({
        ParameterFilters: [{ Key: 'Name', Option: 'BeginsWith', Values: ['/walked'] }],
      }),
    );
    await parameters(new parameterApi.DeleteParameterCommand({ Name }));
  },
};
