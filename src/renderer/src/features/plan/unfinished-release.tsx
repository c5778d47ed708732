import { Button, Group } from '@mantine/core';
import type { Release } from '../../../../shared/model/plan.ts';
import { useEngineChange } from '../../lib/queries.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { PLAN_TEXT } from './plan-text.ts';

interface UnfinishedReleaseProps {
  /** The release's id in the journal. */
  readonly release: string;
  /** The revision that it registered, such as `web:43`. */
  readonly revision: string;
  readonly onResumed: (release: Release) => void;
  readonly onDiscarded: () => void;
}

/** The two ways on from a release that stopped between registering a revision and updating the service. */
export function UnfinishedRelease(props: UnfinishedReleaseProps) {
  const resume = useEngineChange('releases.resume');
  const discard = useEngineChange('releases.discard');
  const error = resume.error ?? discard.error;
  const input = { release: props.release };

  return (
    <>
      <Group mt="xs" gap="xs">
        <Button
          variant="filled"
          loading={resume.isPending}
          disabled={discard.isPending}
          onClick={() => resume.mutate(input, { onSuccess: (release) => props.onResumed(release) })}
        >
          {PLAN_TEXT.resume}
        </Button>
        <Button
          loading={discard.isPending}
          disabled={resume.isPending}
          onClick={() => discard.mutate(input, { onSuccess: () => props.onDiscarded() })}
        >
          {PLAN_TEXT.deregister(props.revision)}
        </Button>
      </Group>
      {error && <ErrorNotice error={error} />}
    </>
  );
}
