import type { Scope } from '../../../shared/model/account.ts';

/** A name with where it is, as an address has it: `production`, or `production@account/region`. */
export interface PlacedName extends Scope {
  readonly name: string;
}

/** Reads a name that may have `@account/region` at its end; undefined for an empty name or an incomplete place. */
export function parsePlacedName(text: string, { account, region }: Scope): PlacedName | undefined {
  const at = text.lastIndexOf('@');
  const name = at === -1 ? text : text.slice(0, at);
  const where = at === -1 ? { account, region } : parseScope(text.slice(at + 1));
  return name === '' || where === undefined ? undefined : { name, ...where };
}

/** The text of a name in an address of a scope. */
export function formatPlacedName(placed: PlacedName, { account, region }: Scope): string {
  const isElsewhere = placed.account !== account || placed.region !== region;
  return `${placed.name}${isElsewhere ? `@${placed.account}/${placed.region}` : ''}`;
}

/** The names of profiles may hold slashes, regions do not. */
function parseScope(text: string): Scope | undefined {
  const slash = text.lastIndexOf('/');
  const account = text.slice(0, Math.max(0, slash));
  const region = text.slice(slash + 1);
  return account === '' || region === '' ? undefined : { account, region };
}
