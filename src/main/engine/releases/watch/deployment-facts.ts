import {
  type ECSClient,
  ListServiceDeploymentsCommand,
  type ServiceDeployment,
  type ServiceRevision,
} from '@aws-sdk/client-ecs';
import { SlipwayError } from '../../../../shared/errors.ts';
import type { ServiceRef } from '../../../../shared/model/service.ts';
import { describeServiceRevisions, revisionArnsOf } from '../../catalog/deployments.ts';
import { deploymentOutcome } from '../../ecs/deployment-outcome.ts';
import { expectedMs } from './estimate.ts';

/** What does not change while a deployment is watched; each part is read once. */
export interface DeploymentFacts {
  /** The service revisions that it goes from and to, and back to. Those that are gone are missing. */
  revisions(current: ServiceDeployment): Promise<ReadonlyMap<string, ServiceRevision>>;
  /** Milliseconds that earlier deployments of the service took; undefined when none succeeded. */
  expected(): Promise<number | undefined>;
}

/** Enough for the last successes that an estimate is made from. */
const NEWEST = 50;

export function createDeploymentFacts(
  ecs: ECSClient,
  ref: ServiceRef,
  arn: string,
  signal: AbortSignal,
): DeploymentFacts {
  const known = new Map<string, ServiceRevision>();
  let expecting: Promise<number | undefined> | undefined;

  async function readExpected(): Promise<number | undefined> {
    const command = new ListServiceDeploymentsCommand({
      cluster: ref.cluster,
      service: ref.service,
      maxResults: NEWEST,
    });
    const { serviceDeployments = [] } = await ecs.send(command, { abortSignal: signal });
    const others = serviceDeployments.filter(({ serviceDeploymentArn }) => serviceDeploymentArn !== arn);
    return expectedMs(
      others.map(({ status, startedAt, finishedAt }) => ({
        outcome: deploymentOutcome(status),
        ...(startedAt === undefined || finishedAt === undefined
          ? {}
          : { durationMs: finishedAt.getTime() - startedAt.getTime() }),
      })),
    );
  }

  return {
    async revisions(current) {
      const goingBackTo = current.rollback?.serviceRevisionArn;
      const wanted = [...revisionArnsOf(current), ...(goingBackTo === undefined ? [] : [goingBackTo])];
      const missing = [...new Set(wanted)].filter((each) => !known.has(each));
      if (missing.length > 0) {
        for (const revision of await describeServiceRevisions({ ecs, signal }, missing)) {
          known.set(revision.serviceRevisionArn ?? '', revision);
        }
      }
      return known;
    },
    async expected() {
      expecting ??= readExpected();
      try {
        return await expecting;
      } catch (error) {
        if (!(error instanceof SlipwayError) || !['FORBIDDEN', 'NOT_FOUND'].includes(error.code)) {
          expecting = undefined;
          throw error;
        }
        return undefined;
      }
    },
  };
}
