import { describe, expect, it } from 'vitest';
import type { Deployment } from '../../../../shared/model/deployment.ts';
import { expectedMs, msLeft } from './estimate.ts';
import { stateSentence } from './sentence.ts';

type DeploymentState = Parameters<typeof stateSentence>[0];

const CRASH = 'web exited with code 1 (3 times)';

function aDeployment(different: Partial<Deployment>): Deployment {
  return {
    arn: 'arn:aws:ecs:eu-central-1:111122223333:service-deployment/production/web/abc',
    id: 'abc',
    status: 'IN_PROGRESS',
    outcome: 'in-progress',
    revision: 'web:42',
    images: [],
    isRollbackTarget: false,
    ...different,
  };
}

function sentence(deployment: Partial<Deployment>, different: Partial<DeploymentState> = {}): string {
  return stateSentence({
    deployment: aDeployment(deployment),
    ready: 1,
    requested: 3,
    rolledBackTo: 'web:41',
    ...different,
  });
}

describe('stateSentence', () => {
  it('names the cause of a rollback and its target', () => {
    expect(sentence({ status: 'ROLLBACK_SUCCESSFUL', outcome: 'rolled-back' }, { cause: CRASH })).toBe(
      'web exited with code 1 (3 times); ECS rolled back to web:41.',
    );
  });

  it('uses ECS’s reason when no failed task was read', () => {
    const statusReason = 'Rollback was requested by a user.';
    expect(sentence({ status: 'ROLLBACK_IN_PROGRESS', statusReason })).toBe(
      'Rollback was requested by a user; ECS is rolling back to web:41.',
    );
  });

  it('names the cause when the circuit breaker stops a deployment and rolls nothing back', () => {
    const statusReason = 'Service deployment circuit breaker threshold was exceeded.';
    const stopped = { status: 'STOPPED', outcome: 'stopped', statusReason } as const;
    expect(sentence(stopped, { cause: CRASH })).toBe(
      'web exited with code 1 (3 times); the circuit breaker stopped the deployment of web:42, and nothing was rolled back.',
    );
  });

  it('says that a service with 0 tasks runs nothing', () => {
    expect(sentence({ status: 'SUCCESSFUL', outcome: 'succeeded' }, { requested: 0 })).toBe(
      'web:42 is deployed with 0 tasks: the desired count is 0.',
    );
  });

  it('names the progress, and current failures', () => {
    expect(sentence({})).toBe('1 of 3 tasks of web:42 running.');
    expect(sentence({}, { cause: 'web exited with code 1' })).toBe(
      'web exited with code 1; 1 of 3 tasks of web:42 running.',
    );
  });

  it('names the share of the traffic, and that it waits for a person', () => {
    expect(sentence({}, { ready: 3, percent: 25 })).toBe(
      '3 of 3 tasks of web:42 running, with 25 % of the traffic.',
    );
    expect(sentence({}, { ready: 3, percent: 0, waits: true })).toBe(
      '3 of 3 tasks of web:42 running, with 0 % of the traffic; waiting for approval.',
    );
  });

  it('says how long a success took', () => {
    expect(sentence({ status: 'SUCCESSFUL', outcome: 'succeeded', durationMs: 362_400 })).toBe(
      'web:42 deployed in 6 min 2 s.',
    );
  });

  it('shows an unknown status unchanged', () => {
    expect(sentence({ status: 'PAUSED_FOR_REVIEW', outcome: 'unknown' })).toContain(
      'has the status PAUSED_FOR_REVIEW',
    );
  });
});

describe('an estimate', () => {
  const took = (durationMs: number) =>
    aDeployment({ status: 'SUCCESSFUL', outcome: 'succeeded', durationMs });

  it('is the median of the last five successes', () => {
    const failed = aDeployment({ outcome: 'rolled-back', durationMs: 900 });
    expect(expectedMs([failed, took(10), took(30), took(20), took(40), took(50), took(9000)])).toBe(30);
    expect(expectedMs([took(10), took(30)])).toBe(20);
    expect(expectedMs([failed])).toBeUndefined();
  });

  it('is never negative', () => {
    expect(msLeft(1000, new Date(5000), new Date(5400))).toBe(600);
    expect(msLeft(1000, new Date(5000), new Date(9000))).toBe(0);
  });
});
