import { expect, it } from 'vitest';
import type { DeploymentOutcome } from '../../../shared/model/deployment.ts';
import type { ServiceState } from '../../../shared/model/service.ts';
import { toServiceRow } from './service-row.ts';
import { isStartingMissingTasks, serviceState } from './service-state.ts';

type ObservedService = Parameters<typeof serviceState>[0];

const COMPLETED = { status: 'PRIMARY', rolloutState: 'COMPLETED', failedTasks: 0 } as const;
const MOVING = { status: 'PRIMARY', rolloutState: 'IN_PROGRESS', failedTasks: 0 } as const;
const OLD = { status: 'ACTIVE', rolloutState: 'COMPLETED' } as const;
const ROLLING_BACK = 'ECS deployment circuit breaker: rolling back to deploymentId ecs-svc/123.';
const three = { status: 'ACTIVE', desiredCount: 3, runningCount: 3 };

it.each<[string, ObservedService, DeploymentOutcome | undefined, ServiceState]>([
  ['as many as desired run', { ...three, deployments: [COMPLETED] }, 'succeeded', 'steady'],
  ['nothing is known of its deployments', { ...three, deployments: [COMPLETED] }, undefined, 'steady'],
  ['a deployment is in progress', { ...three, deployments: [MOVING, OLD] }, 'in-progress', 'deploying'],
  [
    'its first deployment is in progress',
    { ...three, runningCount: 1, deployments: [MOVING] },
    undefined,
    'deploying',
  ],
  [
    'tasks of the newest deployment fail',
    { ...three, deployments: [{ ...MOVING, failedTasks: 2 }, OLD] },
    'in-progress',
    'failing',
  ],
  [
    'ECS is rolling it back',
    { ...three, deployments: [{ ...MOVING, rolloutStateReason: ROLLING_BACK }, OLD] },
    undefined,
    'failing',
  ],
  [
    'its deployment has failed',
    { ...three, deployments: [{ ...COMPLETED, rolloutState: 'FAILED' }] },
    'failed',
    'failing',
  ],
  ['fewer run than desired', { ...three, runningCount: 2, deployments: [COMPLETED] }, 'succeeded', 'failing'],
  [
    'ECS rolled its last deployment back',
    { ...three, deployments: [COMPLETED] },
    'rolled-back',
    'rolled-back',
  ],
  ['its last deployment was stopped', { ...three, deployments: [COMPLETED] }, 'stopped', 'rolled-back'],
  [
    'DescribeServices is all there is to tell of a rollback',
    { ...three, deployments: [{ ...COMPLETED, rolloutStateReason: ROLLING_BACK }] },
    undefined,
    'rolled-back',
  ],
  [
    'it was rolled back once and has had a success since',
    { ...three, deployments: [{ ...COMPLETED, rolloutStateReason: ROLLING_BACK }] },
    'succeeded',
    'steady',
  ],
  [
    'nothing is desired',
    { status: 'ACTIVE', desiredCount: 0, runningCount: 0, deployments: [COMPLETED] },
    undefined,
    'idle',
  ],
  ['it is being deleted', { ...three, status: 'DRAINING', deployments: [] }, undefined, 'draining'],
  ['it was deleted', { status: 'INACTIVE' }, undefined, 'inactive'],
  ['two task sets share it', { ...three, deployments: [], taskSets: [{}, {}] }, undefined, 'deploying'],
])('when %s', (_when, service, lastOutcome, state) => {
  expect(serviceState(service, lastOutcome)).toBe(state);
});

const SCALED_UP: ObservedService = { ...three, runningCount: 2, pendingCount: 1, deployments: [COMPLETED] };

it('a service whose missing tasks are starting is degraded, not failing, while nothing is known to fail', () => {
  const facts = {
    revisions: new Map(),
    last: undefined,
    findings: undefined,
    now: new Date('2026-11-30T12:00:00Z'),
  };
  expect(toServiceRow(SCALED_UP, facts).state).toBe('degraded');
  expect(toServiceRow({ ...SCALED_UP, pendingCount: 0 }, facts).state).toBe('failing');
});

it.each<[string, Partial<ObservedService>]>([
  ['nothing runs', { runningCount: 0, pendingCount: 3 }],
  ['fewer start than are missing', { runningCount: 1 }],
  ['tasks of its deployment fail', { deployments: [{ ...COMPLETED, failedTasks: 1 }] }],
  ['its deployment has failed', { deployments: [{ ...COMPLETED, rolloutState: 'FAILED' }] }],
  ['a deployment is in progress', { deployments: [MOVING, OLD] }],
])('missing tasks are not merely starting when %s', (_when, change) => {
  expect(isStartingMissingTasks(SCALED_UP)).toBe(true);
  expect(isStartingMissingTasks({ ...SCALED_UP, ...change })).toBe(false);
});
