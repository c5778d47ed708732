import { policyPattern } from '../../shared/wildcard.ts';

/** Whether a pattern of an IAM policy, such as `ecs:Describe*`, covers an action. IAM ignores case there. */
export function matchesAction(pattern: string, action: string): boolean {
  return policyPattern(pattern.toLowerCase()).matches(action.toLowerCase());
}
