import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useEngineWatch } from '../../lib/streams.ts';

/** After the connection to the engine of Slipway has ended. */
const LISTEN_AGAIN_MS = 2_000;

/** Keeps the state of the Docker Engine and the list of its images up to date wherever they are shown. */
export function useDockerWatch(): void {
  const queries = useQueryClient();
  const { current, restart } = useEngineWatch(
    'docker.watch',
    {},
    {
      onEvent(change) {
        if (change.kind === 'status') queries.setQueryData(['docker.status', {}], change.status);
        else void queries.invalidateQueries({ queryKey: ['docker.images'] });
      },
    },
  );
  useEffect(() => {
    if (current.state !== 'failed') return;
    const timer = setTimeout(restart, LISTEN_AGAIN_MS);
    return () => clearTimeout(timer);
  }, [current.state, restart]);
}
