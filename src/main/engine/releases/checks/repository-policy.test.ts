import { SetRepositoryPolicyCommand } from '@aws-sdk/client-ecr';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { decisionOf } from '../../images/pull-policy.ts';
import { aCall, type DemoReleases, openDemoReleases } from '../../testing/release-engine.ts';
import { otherAccountsAllowPull, sharedRepositories } from './repository-policy.ts';

const OWNER = '222222222222';
const PULLER = { account: '111111111111', role: 'arn:aws:iam::111111111111:role/ecs-execution' };
const PULL = ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'];

const policy = (...statements: readonly object[]): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: statements });
const allow = (AWS: string, more: object = {}): object => ({
  Sid: 'Pull',
  Effect: 'Allow',
  Principal: { AWS },
  Action: PULL,
  ...more,
});

describe('the policy of a repository in another account', () => {
  it.each([
    ['the account by its root', policy(allow('arn:aws:iam::111111111111:root')), 'allowed'],
    ['the account by its number', policy(allow('111111111111')), 'allowed'],
    ['the execution role', policy(allow(PULLER.role)), 'allowed'],
    ['everybody, with a pattern of actions', policy(allow('*', { Action: 'ecr:*' })), 'allowed'],
    ['another account', policy(allow('arn:aws:iam::333333333333:root')), 'not-allowed'],
    ['one of the two actions', policy(allow('*', { Action: 'ecr:BatchGetImage' })), 'not-allowed'],
    ['everybody of an organization', policy(allow('*', { Condition: { StringEquals: {} } })), 'conditional'],
    ['everybody but the account', policy(allow('*'), allow('111111111111', { Effect: 'Deny' })), 'denied'],
    ['what is no policy', 'nonsense', 'conditional'],
  ])('that allows %s', (_what, text, decision) => {
    expect(decisionOf(text, PULLER)).toBe(decision);
  });
});

describe('a pull from the ECR of another account', () => {
  let engine: DemoReleases['engine'];
  let close: DemoReleases['close'];
  beforeEach(async () => {
    ({ engine, close } = await openDemoReleases());
  });
  afterEach(() => close());

  const shared = [{ account: OWNER, region: 'us-east-1', repository: 'dashboard' }];
  const checks = () =>
    otherAccountsAllowPull(
      { aws: engine.dependencies.aws, connectionTo: (number) => (number === OWNER ? 'sandbox' : undefined) },
      shared,
      PULLER,
      new AbortController().signal,
    );

  it('fails without a policy, and has the statement that is missing', async () => {
    const [check] = await checks();
    expect(check).toMatchObject({ rule: 'repository-policy', result: 'fail', overridable: true });
    expect(check?.message).toBe(
      "Tasks can't pull from dashboard of the account 222222222222: its policy doesn't allow it to the account 111111111111",
    );
    expect(decisionOf(check?.policy ?? '', PULLER)).toBe('allowed');
  });

  it('passes with a policy that allows it', async () => {
    const ecr = engine.dependencies.aws.ecr(engine.scope, 'clicked');
    const policyText = policy(allow('arn:aws:iam::111111111111:root'));
    await ecr.send(new SetRepositoryPolicyCommand({ repositoryName: 'dashboard', policyText }));
    expect(await checks()).toMatchObject([{ result: 'pass' }]);
  });

  it('is a check of a plan that says why it could not be verified, where no profile belongs to the account', async () => {
    const image = `${OWNER}.dkr.ecr.us-east-1.amazonaws.com/dashboard:5.2.0`;
    const service = engine.service('tools', 'dashboard');
    const change = { images: [{ container: 'app', image }] };
    const plan = await engine.releases['releases.plan']({ service, change }, aCall());
    const [check] = plan.checks.filter(({ rule }) => rule === 'repository-policy');
    expect(check).toMatchObject({ result: 'unknown', subject: 'dashboard' });
    expect(check?.advice).toContain('No profile that Slipway has used belongs to the account 222222222222');
  });

  it('is not checked for the registry of the account itself', () => {
    const reference = `${PULLER.account}.dkr.ecr.us-east-1.amazonaws.com/dashboard:5.2.0`;
    const images = [{ container: 'app', reference, finding: { state: 'foreign' } as const }];
    expect(sharedRepositories(images, PULLER.account)).toEqual([]);
    expect(sharedRepositories(images, OWNER)).toHaveLength(1);
  });
});
