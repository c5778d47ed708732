import type { RequireChangeable } from '../../environments/environments.ts';
import type { Handlers } from '../../ports/handlers.ts';
import { checkRegistration } from './check-registration.ts';
import { completeRegistration } from './complete-registration.ts';
import { type ByHandDependencies, contentDifferences, draftOf, registerByHand } from './register-by-hand.ts';
import { REGISTRATION_ENUMS } from './registration-schema.ts';

type RegistrationMethods =
  | 'revisions.draft'
  | 'revisions.check'
  | 'revisions.complete'
  | 'revisions.register';

/** The methods that make a new revision by hand. */
export function createRegistrationHandlers(
  dependencies: ByHandDependencies,
  requireChangeable: RequireChangeable,
): Pick<Handlers, RegistrationMethods> {
  return {
    'revisions.draft': async ({ revision, ...scope }, { signal }) => ({
      ...(await draftOf(dependencies.aws.ecs(scope, 'clicked'), revision, signal)),
      choices: Object.fromEntries(
        Object.entries(REGISTRATION_ENUMS).map(([member, values]) => [member, [...values]]),
      ),
    }),
    'revisions.check': async ({ json, base }) => {
      const { problems, content } = checkRegistration(json);
      const before = base === undefined ? undefined : checkRegistration(base).content;
      return {
        problems: [...problems],
        differences: before && content ? [...contentDifferences(before, content)] : [],
      };
    },
    'revisions.complete': async ({ json, offset }) => completeRegistration(json, offset),
    'revisions.register': async ({ json, note, ...scope }) => {
      requireChangeable({ account: scope.account });
      return registerByHand(dependencies, scope, { json, note });
    },
  };
}
