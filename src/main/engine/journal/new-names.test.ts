import { expect, it } from 'vitest';
import { StoredFleet } from '../fleet/stored-fleet.ts';
import { StoredPlan } from '../releases/model/stored-plan.ts';

const ID = '7ff1b9ec-2a06-4b9b-9a51-62ad2a3c3b0e';
const SCOPE = { account: 'sandbox', region: 'us-east-1' };

it('the plan of a release that an earlier version has stored keeps the state that it was made on', () => {
  const base = { taskDefinitionArn: 'arn:aws:ecs:us-east-1:1:task-definition/web:1', primaryId: 'ecs-svc/1' };
  const stored = {
    use: 'release',
    id: ID,
    kind: 'deploy',
    service: { ...SCOPE, cluster: 'production', service: 'web' },
    title: 'Deploy web:2 to web',
    action: { kind: 'update', taskDefinition: 'web:2' },
    basis: base,
  };
  expect(StoredPlan.parse(stored)).toMatchObject({ base });
});

it('the plan of a bulk release that an earlier version has stored keeps the request and interruptions', () => {
  const stored = {
    use: 'fleet',
    id: ID,
    ...SCOPE,
    title: 'Deploy web:2',
    repository: 'web',
    canExecute: true,
    stopAfterFailures: 1,
    rollBackOnStop: false,
    consent: { why: 'the fix' },
    waves: [[{ cluster: 'production', service: 'web', plan: ID, isBrokenOff: true }]],
  };
  expect(StoredFleet.parse(stored)).toMatchObject({
    request: { why: 'the fix' },
    waves: [[{ isInterrupted: true }]],
  });
});
