import { SlipwayError } from '../../../shared/errors.ts';
import type { ServiceRef } from '../../../shared/model/service.ts';
import type { Invocation } from './verb.ts';

/** The service that `-c` and `-n` name; the cluster may be that of slipway.yml. Throws INVALID_INPUT where one is missing. */
export async function serviceOf(invocation: Invocation): Promise<ServiceRef> {
  const service = invocation.flags.text('service');
  const { cluster, ...scope } = await invocation.scope();
  if (cluster === undefined) throw missing('cluster', '-c');
  if (service === undefined) throw missing('service', '-n');
  return { ...scope, cluster, service };
}

function missing(what: string, option: string): SlipwayError {
  return new SlipwayError('INVALID_INPUT', `Name the ${what} with ${option}.`);
}
