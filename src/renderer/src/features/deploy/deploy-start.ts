import type { MoreMemory } from '../../../../shared/model/deployment.ts';
import { type MoreFields, NOTHING_MORE } from './deploy-fields.ts';
import { DEPLOY_TEXT } from './deploy-text.ts';

/** What the deploy form begins with when it is opened for a purpose. */
export interface DeployStart {
  /** The ARN of the revision that the change is made on. */
  readonly from: string;
  readonly fields: MoreFields;
  /** What is filled in and why, in a sentence or two. */
  readonly note: string;
}

/** A deploy of the revision that ran out of memory, with more of it. */
export function withMoreMemory({ from, container, beforeMiB, afterMiB, change }: MoreMemory): DeployStart {
  const revision = from.slice(from.lastIndexOf('/') + 1);
  const { cpu = '', memory = '', containers = [] } = change;
  return {
    from,
    fields: {
      ...NOTHING_MORE,
      cpu,
      memory,
      sizes: containers.map((size) => ({
        container: size.container,
        cpu: '',
        memory: size.memory === undefined ? '' : String(size.memory),
        memoryReservation: '',
      })),
    },
    note: DEPLOY_TEXT.moreMemory(container, revision, beforeMiB, afterMiB),
  };
}
