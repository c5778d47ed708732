import { SlipwayError } from '../../../shared/errors.ts';
import { type Plan, PlanId } from '../../../shared/model/plan.ts';
import { EXIT } from './exit-code.ts';
import { momentText } from './timeline.ts';
import type { Invocation } from './verb.ts';

/** The result of a command whose plan another person has to execute. */
interface Shared {
  readonly code: number;
  readonly result: string;
  readonly sentence: string;
}

/** The check that fails until a second person executes the plan. */
export const TWO_PEOPLE = 'two-people';

/** The id of a plan as an argument. Throws INVALID_INPUT. */
export function planIdOf(text: string | undefined): string {
  const plan = PlanId.safeParse(text).data;
  if (plan !== undefined) return plan;
  throw new SlipwayError('INVALID_INPUT', 'Name the plan by its id, as `slipway plans` prints it.');
}

/** Whether another person has to execute the plan, because the check is not overridden. */
export function isForSecondPerson(
  { flags }: Pick<Invocation, 'flags'>,
  { needsSecondPerson }: Pick<Plan, 'needsSecondPerson'>,
): boolean {
  return needsSecondPerson === true && !flags.texts('override').includes(TWO_PEOPLE);
}

/** Puts the plan into the ledger. The service is not changed. */
export async function shareForSecondPerson(
  invocation: Invocation,
  { id, title, service }: Plan,
): Promise<Shared> {
  const { flags, io } = invocation;
  const client = await invocation.client([io.interrupt]);
  const overrides = flags.texts('override');
  const { expiresAt } = await client.call('releases.share', {
    plan: id,
    ...notesOf(flags),
    ...(overrides.length === 0 ? {} : { overrides: [...overrides] }),
  });
  return {
    code: EXIT.waitsForPerson,
    result: 'waiting',
    sentence: `“${title}” waits for a second person until ${momentText(expiresAt)}. Another person runs \`slipway execute ${id} -c ${service.cluster}\`, or opens it in the window.`,
  };
}

/** The reason, link and commit of a release. `execute` has no such options, because the person who planned it gave them. */
export function notesOf(flags: Invocation['flags']) {
  const [why, link, commit] = ['why', 'link', 'commit'].map((name) =>
    flags.has(name) ? flags.text(name) : undefined,
  );
  return {
    ...(why === undefined ? {} : { why }),
    ...(link === undefined ? {} : { link }),
    ...(commit === undefined ? {} : { commit }),
  };
}
