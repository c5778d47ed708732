import { ListServiceDeploymentsCommand, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import {
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  IAMClient,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { DeleteSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { DeleteParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { expect, it } from 'vitest';
import { startTestSandbox, type TestSandbox } from '../../../sandbox/testing/sandbox.ts';
import { aCall, openReleaseEngine } from '../testing/release-engine.ts';

// What diagnosis.test.ts has an image's tag say, is really so here: somebody took away what the tasks need.

const CLUSTER = 'tools';
const SERVICE = 'dashboard';

const deny = (sandbox: TestSandbox, Action: string) =>
  new IAMClient(sandbox).send(
    new PutRolePolicyCommand({
      RoleName: 'ecs-execution',
      PolicyName: 'deny',
      PolicyDocument: JSON.stringify({ Statement: { Effect: 'Deny', Action, Resource: '*' } }),
    }),
  );

interface Absence {
  readonly what: string;
  readonly make: (sandbox: TestSandbox) => Promise<unknown>;
  readonly kind: string;
  readonly sentence: RegExp;
  /** What the evidence names. */
  readonly evidence: string;
}

const ABSENCES: readonly Absence[] = [
  {
    what: 'the parameter',
    make: (sandbox) =>
      new SSMClient(sandbox).send(new DeleteParameterCommand({ Name: '/tools/dashboard/api-token' })),
    kind: 'secret-missing',
    sentence: /could not start: a secret or parameter could not be read/,
    evidence: 'invalid ssm parameters: /tools/dashboard/api-token',
  },
  {
    what: 'the secret',
    make: (sandbox) =>
      new SecretsManagerClient(sandbox).send(
        new DeleteSecretCommand({ SecretId: 'tools/dashboard/database', ForceDeleteWithoutRecovery: true }),
      ),
    kind: 'secret-missing',
    sentence: /could not start: a secret or parameter could not be read/,
    evidence: "Secrets Manager can't find the specified secret.",
  },
  {
    what: 'the right to read the secret',
    make: (sandbox) => deny(sandbox, 'secretsmanager:GetSecretValue'),
    kind: 'secret-missing',
    sentence: /could not start: a secret or parameter could not be read/,
    evidence: 'is not authorized to perform: secretsmanager:GetSecretValue',
  },
  {
    what: 'the right to log in to ECR',
    make: (sandbox) => deny(sandbox, 'ecr:GetAuthorizationToken'),
    kind: 'pull-not-permitted',
    sentence: /could not start: not allowed to pull its image/,
    evidence: 'is not authorized to perform: ecr:GetAuthorizationToken',
  },
  {
    what: 'the right to pull',
    make: (sandbox) => deny(sandbox, 'ecr:BatchGetImage'),
    kind: 'pull-not-permitted',
    sentence: /could not start: not allowed to pull its image/,
    evidence: '403 Forbidden',
  },
  {
    what: 'the role',
    make: async (sandbox) => {
      const iam = new IAMClient(sandbox);
      const RoleName = 'dashboard-task';
      await iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName: 'ecs-exec' }));
      await iam.send(new DeleteRoleCommand({ RoleName }));
    },
    kind: 'role-missing',
    sentence: /could not start: its role cannot be assumed/,
    evidence: "unable to assume the role 'arn:aws:iam::123456789012:role/dashboard-task'",
  },
];

it.concurrent.each(ABSENCES)(
  'a diagnosis says that $what no longer exists',
  async ({ make, kind, sentence, evidence }) => {
    const sandbox = await startTestSandbox({ scenario: 'demo' });
    const engine = await openReleaseEngine(sandbox);
    await make(sandbox);
    await engine.ecs.send(
      new UpdateServiceCommand({ cluster: CLUSTER, service: SERVICE, forceNewDeployment: true }),
    );
    const { serviceDeployments } = await engine.ecs.send(
      new ListServiceDeploymentsCommand({ cluster: CLUSTER, service: SERVICE, maxResults: 1 }),
    );
    const deployment = serviceDeployments?.[0]?.serviceDeploymentArn ?? '';
    const watched = { ...engine.service(CLUSTER, SERVICE), deployment };
    const end = await sandbox.clock.runUntil(engine.releases['releases.watch'](watched, aCall()));

    expect(end.diagnosis).toMatchObject({ kind, sentence: expect.stringMatching(sentence) });
    expect(JSON.stringify(end.diagnosis?.stoppedTasks)).toContain(evidence);
    engine.close();
    await sandbox.close();
  },
);
