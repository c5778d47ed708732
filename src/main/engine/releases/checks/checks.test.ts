import type { ContainerDefinition, Service } from '@aws-sdk/client-ecs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Deployment } from '../../../../shared/model/deployment.ts';
import type { Image } from '../../../../shared/model/image.ts';
import { read } from '../../ecs/check.ts';
import { controllerIsEcs } from '../model/service-controller.ts';
import { type FoundImage, imageCanBePulled, platformFits, tagStaysWhatItIs } from './image-checks.ts';
import {
  deploymentCanMove,
  nobodyElseDeploys,
  revisionIsActive,
  scalingKeepsCount,
} from './movement-checks.ts';
import { rollbackIsPossible } from './rollback-check.ts';
import {
  circuitBreakerIsOn,
  contentFitsService,
  hasNoDowntime,
  isOwnedByNobodyElse,
  serviceIsActive,
} from './service-checks.ts';
import { type TargetGroupState, targetGroupIsUsable } from './target-group-check.ts';

const REFERENCE = '111122223333.dkr.ecr.eu-central-1.amazonaws.com/acme/web:1.9.0';
const unreadable = { state: 'unreadable', reason: 'You may not call ecs:ListServiceDeployments.' } as const;

function percents(minimumHealthyPercent: number, maximumPercent: number) {
  return { deploymentConfiguration: { minimumHealthyPercent, maximumPercent } };
}

function anImage(different: Partial<Image> = {}, isTagImmutable = false): FoundImage {
  const image: Image = {
    repository: 'acme/web',
    digest: `sha256:${'0a'.repeat(32)}`,
    tags: ['1.9.0'],
    platforms: [{ os: 'linux', architecture: 'amd64' }],
    status: 'ACTIVE',
    ...different,
  };
  return { container: 'web', reference: REFERENCE, finding: { state: 'found', image, isTagImmutable } };
}

describe('a number of tasks', () => {
  const range = { least: 2, most: 10, isSuspended: false };

  it('is warned about where Application Auto Scaling will change it back, and may change anyway', () => {
    for (const desired of [0, 1, 11]) {
      expect(scalingKeepsCount(read(range), desired)).toMatchObject({
        result: 'warn',
        message: `Application Auto Scaling scales this service between 2 and 10 tasks, so ${desired} is outside of its range`,
      });
    }
    for (const desired of [2, 10]) {
      expect(scalingKeepsCount(read(range), desired)?.message).toMatch(/and may change the number again$/);
    }
  });

  it('lasts where nothing scales, or scaling is suspended, and that is not passed where it could not be read', () => {
    expect(scalingKeepsCount(read(undefined), 1)).toBeUndefined();
    expect(scalingKeepsCount(read({ ...range, isSuspended: true }), 1)?.result).toBe('pass');
    expect(scalingKeepsCount(unreadable, 1)?.result).toBe('unknown');
  });
});

describe('deploymentCanMove', () => {
  it.each([
    ['one task, kept and not doubled', 1, percents(100, 150), 'fail'],
    ['one task that may be doubled', 1, percents(100, 200), 'pass'],
    ['half of four may stop', 4, percents(50, 100), 'pass'],
    ['half of one is rounded up', 1, percents(50, 100), 'fail'],
    ['nothing is desired', 0, percents(100, 100), 'pass'],
    ['the defaults of ECS', 3, {}, 'pass'],
    ['a daemon stops before it starts', 3, { schedulingStrategy: 'DAEMON' as const }, 'pass'],
    [
      'blue/green starts a second set',
      1,
      { deploymentConfiguration: { strategy: 'BLUE_GREEN' as const } },
      'pass',
    ],
  ])('is right for %s', (_case, desired, service, result) => {
    expect(deploymentCanMove(service, desired).result).toBe(result);
  });

  it('passes exactly when one task can start or stop within the bounds', () => {
    const percent = fc.integer({ min: 0, max: 100 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), percent, percent, (desired, minimum, above) => {
        const canStart = Math.floor((desired * (100 + above)) / 100) > desired;
        const canStop = Math.ceil((desired * minimum) / 100) < desired;
        const { result } = deploymentCanMove(percents(minimum, 100 + above), desired);
        expect(result).toBe(canStart || canStop ? 'pass' : 'fail');
      }),
    );
  });
});

describe('what a service reaches its tasks by', () => {
  const app = { name: 'app', portMappings: [{ containerPort: 8080, name: 'http' }] };
  const messages = (service: Service, ...containerDefinitions: ContainerDefinition[]) =>
    contentFitsService(service, undefined, { family: 'web', containerDefinitions }).map(
      ({ result, message }) => `${result}: ${message}`,
    );
  const lacks = (by: string, what: string) => [
    `fail: ${by} of the service needs ${what}, which this revision doesn't have`,
  ];

  it('has to be in a new revision, because ECS refuses the update otherwise', () => {
    const balanced = {
      loadBalancers: [{ targetGroupArn: 'arn', containerName: 'app', containerPort: 8080 }],
    };
    expect(messages(balanced, app)).toEqual([]);
    expect(messages(balanced, { name: 'app', portMappings: [{ containerPortRange: '8000-8090' }] })).toEqual(
      [],
    );
    expect(messages(balanced, { ...app, name: 'web' })).toEqual(
      lacks('The load balancer', 'the container app'),
    );
    expect(messages(balanced, { name: 'app', portMappings: [{ containerPort: 80 }] })).toEqual(
      lacks('The load balancer', 'the port 8080 of the container app'),
    );
    const connected = (enabled: boolean): Service => ({
      deployments: [
        {
          status: 'PRIMARY',
          serviceConnectConfiguration: { enabled, services: [{ portName: 'grpc' }] },
        },
      ],
    });
    expect(messages(connected(false), app)).toEqual([]);
    expect(messages(connected(true), app)).toEqual(
      lacks('Service Connect', 'a port mapping with the name grpc'),
    );
    const stored: Service = {
      deployments: [{ status: 'PRIMARY', volumeConfigurations: [{ name: 'data' }] }],
    };
    expect(messages(stored, app)).toEqual(
      lacks('A volume configuration', 'the volume data, configured at launch'),
    );
  });

  it('has the configuration of a volume that a new revision configures at launch', () => {
    const volumes = [{ name: 'data', configuredAtLaunch: true }, { name: 'cache' }];
    const judge = (deployments: Service['deployments']) =>
      contentFitsService({ ...(deployments && { deployments }) }, undefined, {
        family: 'web',
        containerDefinitions: [app],
        volumes,
      }).map(({ result, message }) => `${result}: ${message}`);
    expect(judge([{ status: 'PRIMARY', volumeConfigurations: [{ name: 'data' }] }])).toEqual([]);
    expect(judge([{ status: 'PRIMARY' }])).toEqual([
      'fail: This revision configures the volume data at launch, and the service has no configuration of it',
    ]);
  });
});

it('a target group that is restored must exist and have a load balancer', () => {
  const arn = 'arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/web/1';
  const judge = (state: TargetGroupState) => targetGroupIsUsable(arn, read(state));
  expect(judge('in-use')).toMatchObject({ result: 'pass', message: 'The target group web exists' });
  expect(judge('missing')).toMatchObject({ result: 'fail', subject: 'web' });
  expect(judge('without-load-balancer').message).toContain('web belongs to no load balancer');
  expect(targetGroupIsUsable(arn, { state: 'unreadable', reason: 'Denied.' }).result).toBe('unknown');
});

describe('nobodyElseDeploys', () => {
  const now = new Date('2026-01-02T03:10:00.000Z');
  const current: Deployment = {
    arn: 'arn',
    id: 'abc',
    status: 'IN_PROGRESS',
    outcome: 'in-progress',
    revision: 'web:42',
    createdAt: '2026-01-02T03:07:00.000Z',
    callerIdentity: 'ana',
    images: [],
    isRollbackTarget: false,
  };

  it('names the deployed revision, the time and the person', () => {
    expect(nobodyElseDeploys(read([current]), now)).toMatchObject({
      result: 'warn',
      message: 'A deployment of web:42 is in progress, started 3 min ago by ana',
    });
  });

  it('passes when all deployments have ended, and not when they could not be read', () => {
    expect(nobodyElseDeploys(read([{ ...current, outcome: 'rolled-back' }]), now).result).toBe('pass');
    expect(nobodyElseDeploys(unreadable, now)).toMatchObject({
      result: 'unknown',
      advice: unreadable.reason,
    });
  });
});

describe('the image of a container', () => {
  it('passes when it exists, is active and has the right architecture', () => {
    expect(imageCanBePulled(anImage()).result).toBe('pass');
    expect(platformFits(anImage(), undefined)?.result).toBe('pass');
  });

  it.each([
    ['archived', anImage({ status: 'ARCHIVED' }).finding, 'fail'],
    ['missing', { state: 'missing', repository: 'acme/web', similarTags: [] } as const, 'fail'],
    [
      'in a repository that does not exist',
      { state: 'no-repository', repository: 'acme/wbe', similarRepositories: ['acme/web'] } as const,
      'fail',
    ],
    ['pulled through a cache', { state: 'pulled-through', upstream: 'quay.io' } as const, 'unknown'],
    ['in a foreign registry', { state: 'foreign' } as const, 'unknown'],
    ['in a registry that did not answer', unreadable, 'unknown'],
  ])('does not pass when it is %s', (_case, finding, result) => {
    expect(imageCanBePulled({ ...anImage(), finding }).result).toBe(result);
  });

  it('says how a task logs in to a registry that is not ECR, and what it needs where it is private', () => {
    const foreign = {
      ...anImage(),
      reference: 'registry.example.com/web:1',
      finding: { state: 'foreign' },
    } as const;
    const advice = (secret: string | undefined, onInstances: boolean) =>
      imageCanBePulled(foreign, { secret, onInstances }).advice;
    expect(advice('hub', false)).toContain('The task logs in with the secret hub (repositoryCredentials).');
    expect(advice(undefined, false)).toMatch(
      /If it is private, the container needs repositoryCredentials\.$/,
    );
    expect(advice(undefined, true)).toContain('ECS_ENGINE_AUTH_DATA of their agent');
    const otherAccount = { ...foreign, reference: '111122223333.dkr.ecr.us-east-1.amazonaws.com/web:1' };
    expect(imageCanBePulled(otherAccount).advice).not.toContain('repositoryCredentials');
  });

  it('names what is most like an image or a repository that does not exist', () => {
    const missing = { state: 'missing', repository: 'web', similarTags: ['1.9', '1.8', '1.7'] } as const;
    expect(imageCanBePulled({ ...anImage(), finding: missing }).advice).toBe(
      'Did you mean 1.9, 1.8 or 1.7? Push it to web first, or choose an image of the repository.',
    );
    const nowhere = { state: 'no-repository', repository: 'wbe', similarRepositories: ['web'] } as const;
    expect(imageCanBePulled({ ...anImage(), finding: nowhere }).advice).toBe(
      'Did you mean web? Correct the name, or create the repository wbe and push the image.',
    );
  });

  it('fails when no platform of its index matches the task', () => {
    const platforms = [
      { os: 'linux', architecture: 'amd64' },
      { os: 'unknown', architecture: 'unknown' },
    ];
    expect(platformFits(anImage({ platforms }), { cpuArchitecture: 'ARM64' })?.message).toBe(
      'The image of web is built for amd64, and the task runs on arm64',
    );
  });

  it.each([
    ['a tag of a mutable repository', REFERENCE, false, 'warn'],
    ['a tag of an immutable repository', REFERENCE, true, 'pass'],
    ['latest, wherever', 'acme/web:latest', true, 'warn'],
    ['no tag', 'localhost:5000/acme/web', true, 'warn'],
    ['a digest', `${REFERENCE}@sha256:${'0a'.repeat(32)}`, false, 'pass'],
  ])('is right for %s', (_case, reference, isImmutable, result) => {
    expect(tagStaysWhatItIs({ ...anImage({}, isImmutable), reference }).result).toBe(result);
  });
});

describe('rollbackIsPossible', () => {
  it('needs a successful release and all of its images', () => {
    expect(rollbackIsPossible(read({ revision: 'web:41', images: [anImage()] })).result).toBe('pass');
    expect(rollbackIsPossible(read(undefined)).result).toBe('warn');
    const scope = { account: 'sandbox', region: 'us-east-1' };
    const archived = { ...anImage({ status: 'ARCHIVED' }), scope };
    expect(rollbackIsPossible(read({ revision: 'web:41', images: [anImage(), archived] }))).toMatchObject({
      message: 'A rollback to web:41 would fail: the image of web is ARCHIVED and cannot be pulled',
      advice: expect.stringContaining('Restore it (slipway image restore '),
      archived: { ...scope, repository: expect.any(String), image: expect.stringMatching(/^sha256:/) },
    });
    const restoring = { ...archived, ...anImage({ status: 'ACTIVATING' }) };
    expect(imageCanBePulled(restoring)).toMatchObject({
      result: 'fail',
      advice: expect.stringContaining('ECR is restoring it'),
    });
    expect(imageCanBePulled(restoring)).not.toHaveProperty('archived');
    expect(rollbackIsPossible(unreadable).result).toBe('unknown');
  });
});

describe('the service', () => {
  it.each([
    ['aws:cloudformation:stack-name', 'shop', 'CloudFormation'],
    ['copilot-application', 'shop', 'Copilot'],
    ['ManagedBy', 'Terraform', 'Terraform'],
    ['terraform', 'true', 'Terraform'],
    ['aws-cdk:auto-delete', 'true', 'CDK'],
  ])('is managed by another tool when the tag %s is %s', (key, value, owner) => {
    expect(isOwnedByNobodyElse({ tags: [{ key, value }] }).message).toContain(owner);
  });

  it('is managed by no other tool when its tags name none', () => {
    expect(isOwnedByNobodyElse({ tags: [{ key: 'team', value: 'terraformers' }] }).result).toBe('pass');
  });

  it('is managed by ECS when it is an Express service, which Slipway changes through ECS', () => {
    const express = { resourceManagementType: 'ECS' } as const;
    expect(isOwnedByNobodyElse(express)).toMatchObject({
      result: 'pass',
      message: expect.stringContaining('Express service'),
    });
    const tags = [{ key: 'terraform', value: 'true' }];
    expect(isOwnedByNobodyElse({ ...express, tags }).result).toBe('warn');
  });

  it.each([
    [undefined, 'pass'],
    ['ECS', 'pass'],
    ['CODE_DEPLOY', 'fail'],
    ['EXTERNAL', 'fail'],
  ] as const)('with the controller %s: %s', (type, result) => {
    expect(controllerIsEcs({ deploymentController: { type } }).result).toBe(result);
  });

  it('is released by task sets once one is primary', () => {
    const taskSets = [{ status: 'PRIMARY' }];
    expect(controllerIsEcs({ deploymentController: { type: 'EXTERNAL' }, taskSets }).result).toBe('pass');
  });

  it('must be active, and so must the revision', () => {
    expect(serviceIsActive({ status: 'DRAINING' }).result).toBe('fail');
    expect(revisionIsActive('web:41', 'INACTIVE').result).toBe('fail');
  });

  it('has a warning when nothing would stop or notice a bad release', () => {
    expect(circuitBreakerIsOn({}).result).toBe('warn');
    const noRollback = { deploymentCircuitBreaker: { enable: true, rollback: false } };
    expect(circuitBreakerIsOn({ deploymentConfiguration: noRollback }).result).toBe('warn');
    expect(hasNoDowntime({}, false).result).toBe('warn');
    expect(hasNoDowntime({}, true).result).toBe('pass');
    expect(hasNoDowntime({ loadBalancers: [{ containerName: 'web' }] }, false).result).toBe('pass');
  });
});
