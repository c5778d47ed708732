import type { TaskDefinitionStatus } from '@aws-sdk/client-ecs';
import type { ContainerImage } from '../../../../shared/model/image.ts';
import type { Revision } from '../../../../shared/model/revision.ts';
import { canonicalJson } from '../../ecs/canonical-json.ts';
import type { DescribedRevision } from '../../ecs/describe-revision.ts';
import { registrationInput } from '../../ecs/registration.ts';

/** Tags that say why a revision was registered, the most telling first. */
const NOTE_TAGS = ['slipway:why', 'note'];

/** A described revision as Slipway shows it, with its images. */
export function revisionOf(
  { taskDefinition, tags }: DescribedRevision,
  images: readonly ContainerImage[],
): Revision {
  const {
    taskDefinitionArn: arn,
    family,
    revision,
    registeredAt,
    registeredBy,
    cpu,
    memory,
    status,
  } = taskDefinition;
  const name = arn.split('/').at(-1) ?? arn;
  const note = NOTE_TAGS.map((key) => tags.find((tag) => tag.key === key)?.value).find(Boolean);
  return {
    arn,
    name,
    family: family ?? name.split(':')[0] ?? name,
    number: revision ?? Number(name.split(':').at(-1)),
    status: knownStatus(status),
    ...(registeredAt === undefined ? {} : { registeredAt: registeredAt.toISOString() }),
    ...(registeredBy === undefined ? {} : { registeredBy }),
    ...(note === undefined ? {} : { note }),
    ...(cpu === undefined ? {} : { cpu }),
    ...(memory === undefined ? {} : { memory }),
    containers: images,
  };
}

/** Statuses that AWS may add are none that a deploy can choose. */
function knownStatus(status: TaskDefinitionStatus | undefined): Revision['status'] {
  if (status === 'ACTIVE' || status === 'DELETE_IN_PROGRESS') return status;
  return 'INACTIVE';
}

/** The content of a revision, as it would be registered again, as indented JSON with sorted keys. */
export function jsonOf(revision: DescribedRevision): string {
  return canonicalJson(registrationInput(revision), 2);
}
