import { type EvaluationResult, SimulatePrincipalPolicyCommand } from '@aws-sdk/client-iam';
import { type CallContext, type Operation, operation } from '../aws-json/service.ts';
import { invalidInput, noSuchEntity, noSuchRole } from './iam-errors.ts';
import { pageOf } from './iam-pages.ts';
import { type RoleAccess, roleAccess } from './role-access.ts';
import type { Roles } from './roles.ts';

const PRINCIPAL = /^arn:aws:iam::\d{12}:(?<kind>role|user)\/(?:[^/]+\/)*(?<name>[^/]+)$/;

/**
 * What a principal may do: a role by its policies, and who calls by what the sandbox allows the key. Resource policies,
 * permission boundaries and conditions are not looked at.
 */
export function simulationOperation(roles: Roles): Operation {
  return operation(SimulatePrincipalPolicyCommand, (input, context) => {
    const { PolicySourceArn: source = '', ActionNames: actions = [], ResourceArns, Marker, MaxItems } = input;
    const { decide, conditions } = principalOf(source, roles, context);
    const unknown = actions.find((action) => !/^[\w-]+:[\w*?-]+$/.test(action));
    if (unknown !== undefined) throw invalidInput(`Invalid Action: ${unknown}`);
    const results = actions.flatMap((action) =>
      (ResourceArns ?? ['*']).map(
        (resource): EvaluationResult => ({
          EvalActionName: action,
          EvalResourceName: resource,
          EvalDecision: decide(action, resource),
          MatchedStatements: [],
          MissingContextValues: [...conditions(action, resource)],
        }),
      ),
    );
    const page = pageOf(results.entries(), ([index]) => String(index).padStart(6, '0'), { Marker, MaxItems });
    return { ...page.shown, EvaluationResults: page.items.map(([, result]) => result) };
  });
}

/** @throws AwsError `InvalidInput` for an ARN of another kind, `NoSuchEntity` for a principal that is not there. */
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
