import type { ServiceRow } from '../../../../shared/model/service.ts';

/** The services whose revision is of a family. */
export function servicesOfFamily(rows: readonly ServiceRow[], family: string): readonly ServiceRow[] {
  return rows.filter(({ revision }) => revision.slice(0, revision.lastIndexOf(':')) === family);
}
