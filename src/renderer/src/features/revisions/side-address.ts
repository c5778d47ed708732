import { assertNever } from '../../../../shared/assert-never.ts';
import type { Scope } from '../../../../shared/model/account.ts';
import type { ComparedSide } from '../../../../shared/model/revision.ts';
import { formatPlacedName, parsePlacedName } from '../../lib/place-address.ts';

const SERVICE = 'service:';

/**
 * A side of a comparison as the address has it: `web:41`, `service:production/web`, or the ARN of a service revision;
 * with `@account/region` where that is not the one of the address. Undefined for what is none of these.
 */
export function parseSide(text: string, scope: Scope): ComparedSide | undefined {
  const placed = parsePlacedName(text, scope);
  if (placed === undefined) return undefined;
  const { name, ...where } = placed;
  if (name.includes(':service-revision/')) return { kind: 'service-revision', ...where, arn: name };
  if (name.startsWith(SERVICE)) {
    const [cluster = '', service = '', ...more] = name.slice(SERVICE.length).split('/');
    if (cluster === '' || service === '' || more.length > 0) return undefined;
    return { kind: 'service', ...where, cluster, service };
  }
  return { kind: 'revision', ...where, revision: name };
}

/** The text of a side in an address of this scope. */
export function formatSide(side: ComparedSide, scope: Scope): string {
  return formatPlacedName({ name: nameOf(side), account: side.account, region: side.region }, scope);
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
