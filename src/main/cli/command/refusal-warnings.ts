import type { Client } from '../../../shared/client.ts';
import type { Input } from '../../../shared/contract.ts';
import type { Immutable } from '../../../shared/model/immutable.ts';
import { notAllowedText, refusalWarning } from '../../../shared/model/permission.ts';
import type { Invocation } from './verb.ts';

/**
 * Why AWS would refuse the changes, each missing action once, without a full stop. A repository's own policy may allow
 * them all the same.
 */
export async function refusalMessages(
  client: Client,
  query: Immutable<Input<'accounts.refused'>>,
): Promise<readonly string[]> {
  const refused = await client.call('accounts.refused', query);
  const actions = new Set(refused.map(({ action }) => action));
  return [...actions].map((action) => notAllowedText([action]));
}

/** Prints them before the changes are sent. */
export async function warnOfRefusals(
  { output }: Invocation,
  client: Client,
  query: Immutable<Input<'accounts.refused'>>,
): Promise<void> {
  for (const message of await refusalMessages(client, query))
    output.problem([{ text: refusalWarning(message), style: 'yellow' }]);
}
