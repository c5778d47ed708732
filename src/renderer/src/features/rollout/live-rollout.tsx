import { Button } from '@mantine/core';
import { useState } from 'react';
import type { Rollout } from '../../../../shared/model/deployment.ts';
import type { ServiceRef } from '../../../../shared/model/service.ts';
import { useEngineWatch } from '../../lib/streams.ts';
import { Card } from '../../ui/card.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { LoadingRows } from '../../ui/loading-rows.tsx';
import { CompareLink } from './compare-link.tsx';
import { RolloutPicture } from './rollout-picture.tsx';
import { RolloutTitle } from './rollout-title.tsx';
import { StopButton } from './stop-button.tsx';

interface LiveRolloutProps {
  readonly service: ServiceRef;
  readonly deploymentArn: string;
  /** Told how the deployment ended. */
  readonly onEnded?: (rollout: Rollout) => void;
}

/** Follows one service deployment until it is over, and then says how it ended until it is dismissed. */
export function LiveRollout({ service, deploymentArn, onEnded }: LiveRolloutProps) {
  // A deployment of its own each: nothing of the one before may stay on the screen.
  return <Watch key={deploymentArn} service={service} deploymentArn={deploymentArn} onEnded={onEnded} />;
}

interface WatchProps extends Omit<LiveRolloutProps, 'onEnded'> {
  readonly onEnded: ((rollout: Rollout) => void) | undefined;
}

function Watch({ service, deploymentArn, onEnded }: WatchProps) {
  const { account, region, cluster, service: name } = service;
  const [rollout, setRollout] = useState<Rollout>();
  const [dismissed, setDismissed] = useState(false);
  const watch = useEngineWatch(
    'releases.watch',
    { account, region, cluster, service: name, deployment: deploymentArn },
    {
      onEvent: setRollout,
      onEnd: (end) => {
        setRollout(end);
        onEnded?.(end);
      },
    },
  );
  if (dismissed) return null;

  const over = watch.current.state === 'done';
  return (
    <Card
      title={rollout ? <RolloutTitle rollout={rollout} /> : 'Deployment'}
      aside={
        over ? (
          <>
            {rollout && <CompareLink scope={service} deployment={rollout.deployment} />}
            <Button size="compact-xs" onClick={() => setDismissed(true)}>
              Dismiss
            </Button>
          </>
        ) : undefined
      }
    >
      {watch.current.state === 'failed' && (
        <ErrorNotice error={watch.current.error} onRetry={() => watch.restart()} />
      )}
      {rollout ? (
        <RolloutPicture rollout={rollout} action={over ? null : <StopButton service={service} />} />
      ) : (
        watch.current.state !== 'failed' && <LoadingRows what="the deployment" rows={3} height={30} />
      )}
    </Card>
  );
}
