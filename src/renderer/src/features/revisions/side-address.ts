import { assertNever } from '../../../../shared/assert-never.ts';
import type { Scope } from '../../../../shared/model/account.ts';
import type { ComparedSide } from '../../../../shared/model/revision.ts';

const SERVICE = 'service:';

/**
 * A side of a comparison as the address has it: `web:41`, `service:production/web`, or the ARN of a service revision;
 * with `@account/region` where that is not the one of the address. Undefined for what is none of these.
 */
export function parseSide(text: string, scope: Scope): ComparedSide | undefined {
  const at = text.lastIndexOf('@');
  const name = at === -1 ? text : text.slice(0, at);
  const where = at === -1 ? scope : parseScope(text.slice(at + 1));
  if (name === '' || where === undefined) return undefined;
  if (name.includes(':service-revision/')) return { kind: 'service-revision', ...where, arn: name };
  if (name.startsWith(SERVICE)) {
    const [cluster = '', service = '', ...more] = name.slice(SERVICE.length).split('/');
    if (cluster === '' || service === '' || more.length > 0) return undefined;
    return { kind: 'service', ...where, cluster, service };
  }
  return { kind: 'revision', ...where, revision: name };
}

/** The text of a side in an address of this scope. */
export function formatSide(side: ComparedSide, { account, region }: Scope): string {
  const isElsewhere = side.account !== account || side.region !== region;
  return `${nameOf(side)}${isElsewhere ? `@${side.account}/${side.region}` : ''}`;
}

function nameOf(side: ComparedSide): string {
  switch (side.kind) {
    case 'revision':
      return side.revision;
    case 'service':
      return `${SERVICE}${side.cluster}/${side.service}`;
    case 'service-revision':
      return side.arn;
    default:
      return assertNever(side);
  }
}

/** The names of profiles may hold slashes, regions do not. */
function parseScope(text: string): Scope | undefined {
  const slash = text.lastIndexOf('/');
  const account = text.slice(0, Math.max(0, slash));
  const region = text.slice(slash + 1);
  return account === '' || region === '' ? undefined : { account, region };
}
