import type { RegistrationProblem } from '../../../../shared/model/registration.ts';
import { type Place, pathOf } from './draft-document.ts';

/** A document that a form shows, and what its fields need to change it. */
export interface FormEditing {
  readonly document: object;
  readonly problems: readonly RegistrationProblem[];
  /** The values of members that take some only, by their path without numbers. */
  readonly choices: Readonly<Record<string, readonly string[]>>;
  /** Undefined takes the member or the item out. */
  readonly onChange: (place: Place, value: unknown) => void;
}

/** What is wrong at a place, to stand below its field. */
export function problemAt({ problems }: FormEditing, place: Place): string | undefined {
  const path = pathOf(place);
  return problems.find((problem) => problem.path === path)?.message;
}

/** The values that ECS takes at a place; none where it takes any. */
export function choicesAt({ choices }: FormEditing, place: Place): readonly string[] {
  return choices[place.filter((step) => typeof step === 'string').join('.')] ?? [];
}
