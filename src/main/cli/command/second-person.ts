import type { Plan } from '../../../shared/model/plan.ts';
import { EXIT } from './exit-code.ts';
import type { Invocation } from './verb.ts';

/** How a command ends that leaves its plan to another person. */
interface Shared {
  readonly code: number;
  readonly result: string;
  readonly sentence: string;
}

/** The check that a second person meets. */
export const TWO_PEOPLE = 'two-people';

/** Whether another person has to execute the plan, and nobody overrides that. */
export function isForSecondPerson({ flags }: Invocation, { needsSecondPerson }: Plan): boolean {
  return needsSecondPerson === true && !flags.texts('override').includes(TWO_PEOPLE);
}

/** Puts the plan into the ledger. Nothing of the service is changed. */
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
    sentence: `“${title}” waits for a second person until ${expiresAt}. They run \`slipway execute ${id} -c ${service.cluster}\`, or open it in the window.`,
  };
}

/** What is noted with a release. `execute` has no such options: the notes are those of who planned it. */
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
