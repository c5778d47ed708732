import { SlipwayError } from '../../../shared/errors.ts';
import type { Change } from '../../../shared/model/change.ts';

/**
 * The variables that `--set` means: `KEY=VALUE` of the only container, or `CONTAINER:KEY=VALUE`. Throws INVALID_INPUT for
 * other text, and where several containers could be meant.
 */
export function variablesOf(
  containers: readonly string[],
  wanted: readonly string[],
): NonNullable<Change['environment']> {
  const byContainer = new Map<string, { name: string; value: string }[]>();
  for (const each of wanted) {
    const { container, name, value } = variableOf(containers, each);
    byContainer.set(container, [...(byContainer.get(container) ?? []), { name, value }]);
  }
  return [...byContainer].map(([container, set]) => ({ container, set }));
}

function variableOf(containers: readonly string[], wanted: string) {
  const [, named, name, value] = /^(?:([A-Za-z0-9_-]+):)?([A-Za-z_][\w.-]*)=(.*)$/s.exec(wanted) ?? [];
  if (name === undefined || value === undefined) {
    throw refused(`--set takes KEY=VALUE or CONTAINER:KEY=VALUE${wrongName(wanted)}.`);
  }
  const container = named ?? (containers.length === 1 ? containers[0] : undefined);
  if (container === undefined) {
    throw refused(
      `The service has the containers ${containers.join(' and ')}. Name the one that gets ${name}: --set CONTAINER:${name}=VALUE.`,
    );
  }
  if (!containers.includes(container)) {
    throw refused(`The service has no container ${container}. Its containers: ${containers.join(', ')}.`);
  }
  return { container, name, value };
}

/** A variable as `KEY=VALUE`. Throws INVALID_INPUT for other text, which is not repeated: it may be a secret. */
export function variableOfTask(text: string): { readonly name: string; readonly value: string } {
  const [, name, value] = /^([A-Za-z_][\w.-]*)=(.*)$/s.exec(text) ?? [];
  if (name !== undefined && value !== undefined) return { name, value };
  throw refused(`--set takes KEY=VALUE${wrongName(text)}.`);
}

/** What is wrong with the name. Text without `=` may be a secret as a whole, as the value behind it may be. */
function wrongName(text: string): string {
  const end = text.indexOf('=');
  if (end === -1) return ', and this text has no =';
  return end === 0 ? ', and this one has no name' : `, not ${text.slice(0, end)}`;
}

function refused(sentence: string): SlipwayError {
  return new SlipwayError('INVALID_INPUT', sentence);
}
