import type { Service } from '@aws-sdk/client-ecs';
import type { ClusterRef } from '../../../shared/model/cluster.ts';
import { eachOfFew } from '../ecs/batches.ts';
import type { Read } from './deployments.ts';
import { type RunningImages, readServiceFindings } from './service-findings.ts';
import type { ServiceFindings } from './service-problem.ts';
import { primaryDeployment, serviceState } from './service-state.ts';

/**
 * What is wrong with services beyond what DescribeServices says. Each service takes several requests, so
 * a few are read at a time, failing ones first, and kept for some minutes.
 */
export interface KnownFindings {
  known(service: Service): ServiceFindings | undefined;
  /** Keeps what was read of a service elsewhere. */
  keep(service: Service, findings: ServiceFindings): void;
  /**
   * Reads services without findings, or with old ones: at most `limit`, and up to 20 where more are failing. Returns
   * the services with new findings.
   */
  lookUpSome(
    read: Read,
    cluster: ClusterRef,
    services: readonly Service[],
    limit: number,
  ): Promise<readonly Service[]>;
}

const MOST_FAILING = 20;
const KEPT_MS = 10 * 60_000;
/** Of a service that fails: its tasks stop one after the other. */
const KEPT_MS_IF_FAILING = 30_000;

interface Kept {
  readonly of: string;
  readonly at: number;
  readonly findings: ServiceFindings;
}

/** Knows nothing at first. `now`: milliseconds of a clock that only goes forward. */
export function createKnownFindings(images: RunningImages | undefined, now: () => number): KnownFindings {
  const kept = new Map<string, Kept>();

  function known(service: Service): ServiceFindings | undefined {
    const found = kept.get(service.serviceArn ?? '');
    return found?.of === deploymentKey(service) ? found.findings : undefined;
  }

  function isFresh(service: Service): boolean {
    const found = kept.get(service.serviceArn ?? '');
    if (found === undefined || found.of !== deploymentKey(service)) return false;
    return now() - found.at < (serviceState(service) === 'steady' ? KEPT_MS : KEPT_MS_IF_FAILING);
  }

  function keep(service: Service, findings: ServiceFindings): void {
    kept.set(service.serviceArn ?? '', { of: deploymentKey(service), at: now(), findings });
  }

  return {
    known,
    keep,
    async lookUpSome(read, cluster, services, limit) {
      const unknown = services
        .filter((service) => matters(service) && !isFresh(service))
        .toSorted((one, other) => urgency(other) - urgency(one));
      const failing = unknown.filter((service) => serviceState(service) !== 'steady').length;
      const wanted = unknown.slice(0, Math.max(limit, Math.min(failing, MOST_FAILING)));
      await eachOfFew(wanted, async (service) => {
        keep(service, (await readServiceFindings(read, cluster, service, images)).findings);
      });
      return wanted;
    },
  };
}

/**
 * What holds for one deployment need not hold for the next, nor for more or fewer tasks, nor after its end: until then tasks of
 * two revisions run.
 */
function deploymentKey(service: Service): string {
  const { runningCount = 0, desiredCount = 0 } = service;
  const tasks = runningCount < desiredCount ? 'short' : 'full';
  return `${primaryDeployment(service)?.id ?? ''} ${serviceState(service)} ${tasks}`;
}

function matters(service: Service): boolean {
  const state = serviceState(service);
  return state === 'steady' || state === 'failing' || state === 'deploying' || state === 'rolled-back';
}

/** Failing services first, then those that were deployed last. */
function urgency(service: Service): number {
  const isFailing = serviceState(service) === 'failing';
  const deployedAt = primaryDeployment(service)?.createdAt?.getTime() ?? 0;
  return deployedAt + (isFailing ? Number.MAX_SAFE_INTEGER / 2 : 0);
}
