import type { Scope } from '../../../shared/model/account.ts';
import { notAllowedText } from '../../../shared/model/permission.ts';
import type { Check } from '../../../shared/model/plan.ts';
import { failUnlessOverridden, pass, type Reading, unknown } from '../ecs/check.ts';
import { type PolicyStatement, policyText } from '../ecs/iam-policy.ts';
import {
  type CallerRequests,
  callerReader,
  deniedToCaller,
  type Request,
  type SimulationDependencies,
} from './simulation.ts';

interface PlannedCalls extends CallerRequests {
  /** Further statements of the policy that is handed on. */
  readonly beside?: readonly PolicyStatement[];
}

/**
 * Whether the caller may send the calls of a plan, by a simulation of its policies: one check, or none without calls. One that
 * does not pass has the least policy for all of the calls, because an administrator attaches one policy. Who may not be
 * simulated needs it too.
 */
export async function callsAreAllowed(
  dependencies: SimulationDependencies,
  scope: Scope,
  calls: PlannedCalls,
  signal: AbortSignal,
): Promise<readonly Check[]> {
  const { requests, beside = [] } = calls;
  if (requests.length === 0) return [];
  const check = callerMaySend(
    [...new Set(requests.flatMap(({ actions }) => actions))],
    await deniedToCaller(dependencies, scope, calls, signal),
  );
  if (check.result === 'pass') return [check];
  return [{ ...check, policy: policyText([...requests.map(statementOf), ...beside]) }];
}

/** The same for calls that are about no cluster. */
export async function checkPlannedCalls(
  dependencies: SimulationDependencies,
  scope: Scope,
  requests: readonly Request[],
  signal: AbortSignal,
): Promise<Check[]> {
  const caller = callerReader(dependencies, scope, signal);
  return [...(await callsAreAllowed(dependencies, scope, { requests, caller }, signal))];
}

function statementOf({ actions, resources }: Request): PolicyStatement {
  return {
    Sid: actions.map((each) => each.slice(each.indexOf(':') + 1)).join('And'),
    Effect: 'Allow',
    Action: actions,
    Resource: resources,
  };
}

function callerMaySend(actions: readonly string[], denied: Reading<readonly string[]>): Check {
  if (denied.state === 'unreadable') {
    const message = `Couldn't verify that you are allowed to use ${actions.join(' and ')}`;
    return unknown('call-permission', message, denied.reason);
  }
  if (denied.value.length === 0)
    return pass('call-permission', `You are allowed to use ${actions.join(' and ')}`);
  return failUnlessOverridden(
    'call-permission',
    notAllowedText(denied.value),
    'AWS would refuse the request. Ask for these permissions, or choose another profile.',
  );
}
