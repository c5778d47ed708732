import type { InterceptedCall, Interceptor } from '../../../aws-api/interceptor.ts';
import { clientError } from './errors.ts';

/**
 * Refuses a registration while another one of the same family is still on its way, as ECS does. Calls overlap where
 * there are round trips or late answers; without them each is done before the next one starts.
 */
export function refuseConcurrentRegistrations(): Interceptor {
  const inProgress = new Set<string>();

  return async (call, next) => {
    const family = registeredFamily(call);
    if (family === undefined) return next();
    const key = `${call.region} ${family}`;
    if (inProgress.has(key)) {
      throw clientError('Too many concurrent attempts to create a new revision of the specified family.');
    }
    inProgress.add(key);
    try {
      return await next();
    } finally {
      inProgress.delete(key);
    }
  };
}

/** Undefined for any other call, and for one that its operation will refuse. */
function registeredFamily({ service, operation, body }: InterceptedCall): string | undefined {
  if (service !== 'ECS' || operation !== 'RegisterTaskDefinition') return undefined;
  return /"family"\s*:\s*"([^"]+)"/.exec(body.toString('utf8'))?.[1];
}
