import type { ReasonOfUse } from '../cleanup/images/image-use.ts';
import { imageUses, usesIn } from '../cleanup/images/image-use.ts';
import { withDeployedRevision } from '../ecs/deployed-revision.ts';
import { graphOfUse } from '../use/use-graph.ts';

const ARN = 'arn:aws:ecs:us-east-1:123456789012';
const REPOSITORY = '123456789012.dkr.ecr.us-east-1.amazonaws.com/web';

/** Every kind of what can name an image in an account. */
const KINDS = [
  'service',
  'Express service',
  'daemon',
  'starting daemon',
  'daemon task definition',
  'schedule',
  'state machine',
] as const;
type Kind = (typeof KINDS)[number];

/** Which kind of user stands at a place. */
export function kindAt(place: number): Kind {
  return KINDS[place % KINDS.length] ?? 'service';
}

/** An image that somebody names: all have the tag of their number. */
export interface NamedImage {
  readonly number: number;
  readonly digest: string;
}

const byTag = ({ number }: NamedImage): string => `${REPOSITORY}:v${number}`;
const byDigest = ({ digest }: NamedImage): string => `${REPOSITORY}@${digest}`;

/**
 * How a clean-up sees these users, through the code that makes the use of images out of what AWS answers. The one at a
 * place is of the kind of that place.
 */
export function reasonsOf(users: readonly NamedImage[]): ReasonOfUse {
  const placed = users.map((image, place) => ({ image, place, kind: kindAt(place) }));
  const of = (kind: Kind) => placed.filter((user) => user.kind === kind);
  const revisionOf = (place: number): string => `${ARN}:task-definition/family-${place}:1`;
  const started = [...of('schedule'), ...of('state machine')].map(({ place, kind }) => ({
    taskDefinitionArn: revisionOf(place),
    reason: `a ${kind} runs it`,
  }));
  const express = of('Express service').map(({ place }) =>
    withDeployedRevision({
      serviceArn: `${ARN}:service/main/express-${place}`,
      resourceManagementType: 'ECS',
      deployments: [{ status: 'PRIMARY', taskDefinition: revisionOf(place) }],
    }),
  );
  const daemons = [...of('daemon'), ...of('starting daemon')].map(({ image, place, kind }) => ({
    daemonArn: `${ARN}:daemon/main/agent-${place}`,
    taskDefinitionArn: `${ARN}:daemon-task-definition/agent-${place}:1`,
    // ECS resolves the digest when the first task starts.
    images: [{ image: byTag(image), ...(kind === 'daemon' ? { imageDigest: image.digest } : {}) }],
    isRollbackTarget: false,
  }));
  const named = [...of('Express service'), ...of('schedule'), ...of('state machine')];
  const uses = imageUses({
    tasks: [],
    rollbackTargets: [],
    deployed: of('service').map(({ image, place }) => ({
      serviceArn: `${ARN}:service/main/web-${place}`,
      images: [{ containerName: 'app', image: byTag(image), imageDigest: image.digest }],
    })),
    revisionUse: graphOfUse({ services: express, tasks: [], rollbackTargets: [] }, started, daemons),
    revisions: named.map(({ image, place }) => ({
      arn: revisionOf(place),
      isActive: false,
      images: [place % 2 === 0 ? byTag(image) : byDigest(image)],
    })),
    daemons,
    daemonDefinitions: of('daemon task definition').map(({ image, place }) => ({
      arn: `${ARN}:daemon-task-definition/unused-${place}:1`,
      images: [byTag(image)],
    })),
  });
  const parts = { registryId: '123456789012', repositoryName: 'web', repositoryUri: REPOSITORY };
  return usesIn(parts, uses);
}
