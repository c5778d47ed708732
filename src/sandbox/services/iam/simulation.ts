import { setImmediate as nextTurn } from 'node:timers/promises';
import { type EvaluationResult, SimulatePrincipalPolicyCommand } from '@aws-sdk/client-iam';
import { type CallContext, type Operation, operation } from '../../aws-api/service.ts';
import { invalidInput, noSuchEntity, noSuchRole } from './iam-errors.ts';
import { pageOf } from './iam-pages.ts';
import { type RoleAccess, roleAccess } from './role-access.ts';
import type { Roles } from './roles.ts';

const PRINCIPAL = /^arn:aws[a-z-]*:iam::\d{12}:(?<kind>role|user)\/(?:[^/]+\/)*(?<name>[^/]+)$/;

/** Lengths of the IAM API reference, SimulatePrincipalPolicy. */
const LONGEST_ACTION = 128;
const LONGEST_RESOURCE = 2048;

/** Of actions with resources. AWS names no number. */
const MOST_EVALUATIONS = 10_000;

/**
 * What a principal may do: a role by its policies, and who calls by what the sandbox allows the key. Resource policies,
 * permission boundaries and conditions are not looked at.
 */
export function simulationOperation(roles: Roles): Operation {
  return operation(SimulatePrincipalPolicyCommand, async (input, context) => {
    const { PolicySourceArn: source = '', ActionNames: actions = [], Marker, MaxItems } = input;
    const resources = input.ResourceArns ?? ['*'];
    const { decide, conditions } = principalOf(source, roles, context);
    checkNames(actions, resources);
    const results = actions.flatMap((action) => resources.map((resource) => ({ action, resource })));
    const page = pageOf(results.entries(), ([index]) => String(index).padStart(6, '0'), { Marker, MaxItems });
    const evaluated: EvaluationResult[] = [];
    for (const [, { action, resource }] of page.items) {
      // A policy may be long, and there may be a thousand of these.
      await nextTurn();
      evaluated.push({
        EvalActionName: action,
        EvalResourceName: resource,
        EvalDecision: decide(action, resource),
        MatchedStatements: [],
        MissingContextValues: [...conditions(action, resource)],
      });
    }
    return { ...page.shown, EvaluationResults: evaluated };
  });
}

/** @throws AwsError `InvalidInput`. */
function checkNames(actions: readonly string[], resources: readonly string[]): void {
  if (actions.length * resources.length > MOST_EVALUATIONS) {
    throw invalidInput(`The sandbox evaluates up to ${MOST_EVALUATIONS} actions on resources at once.`);
  }
  const unknown = actions.find(
    (action) => action.length > LONGEST_ACTION || !/^[\w-]+:[\w*?-]+$/.test(action),
  );
  if (unknown !== undefined) throw invalidInput(`Invalid Action: ${unknown.slice(0, LONGEST_ACTION)}`);
  if (resources.some((resource) => resource.length > LONGEST_RESOURCE)) {
    throw invalidInput(`A resource has at most ${LONGEST_RESOURCE} characters.`);
  }
}

/** @throws AwsError `InvalidInput` for an ARN of another kind, `NoSuchEntity` for a principal that doesn't exist. */
function principalOf(
  source: string,
  roles: Roles,
  context: CallContext,
): Pick<RoleAccess, 'decide' | 'conditions'> {
  const { kind, name } = PRINCIPAL.exec(source)?.groups ?? {};
  if (kind === undefined || name === undefined) {
    throw invalidInput(`Invalid Entity Arn: ${source} does not clearly define entity type and name.`);
  }
  if (isCaller(kind, name, context)) {
    return {
      decide: (action) => (context.allows(action) ? 'allowed' : 'implicitDeny'),
      conditions: () => [],
    };
  }
  if (kind === 'user') throw noSuchEntity(`The user with name ${name} cannot be found.`);
  const role = roles.get(name);
  if (role === undefined) throw noSuchRole(name);
  return roleAccess(role);
}

/** A role calls under the ARN of its session. */
function isCaller(kind: string, name: string, { principalArn }: CallContext): boolean {
  return kind === 'user'
    ? principalArn.endsWith(`:user/${name}`)
    : principalArn.includes(`:assumed-role/${name}/`);
}
