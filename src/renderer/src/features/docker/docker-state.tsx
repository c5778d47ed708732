import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useEngineQuery } from '../../lib/queries.ts';
import { useLastingWatch } from '../../lib/streams.ts';
import { Mark } from '../../ui/mark.tsx';

/** The Docker Engine is asked when the first view had time to show: the engine loads its Docker client for that. */
const FIRST_DOCKER_READ_MS = 1_000;

/** The state of the Docker Engine in few words. Keeps whatever shows it, or its images, up to date. */
export function DockerState() {
  const [isTime, setIsTime] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setIsTime(true), FIRST_DOCKER_READ_MS);
    return () => clearTimeout(timer);
  }, []);
  return isTime ? <WatchedDocker /> : <span>Docker</span>;
}

function WatchedDocker() {
  useDockerWatch();
  // The watch fills it.
  const docker = useEngineQuery('docker.status', {}, { enabled: false });
  if (!docker.data) return <span>Docker</span>;
  if (docker.data.state === 'unavailable') {
    return (
      <span title={docker.data.message} style={{ display: 'inline-flex', gap: 4 }}>
        <Mark kind="idle" /> No Docker Engine
      </span>
    );
  }
  const { from, warning } = docker.data;
  const found = `Found through ${from}`;
  return (
    <span
      title={warning === undefined ? found : `${found}. ${warning}`}
      style={{ display: 'inline-flex', gap: 4 }}
    >
      <Mark kind="ok" /> Docker {docker.data.version}
    </span>
  );
}

/** Keeps the state of the Docker Engine and the list of its images up to date wherever they are shown. */
function useDockerWatch(): void {
  const queries = useQueryClient();
  useLastingWatch('docker.watch', {}, (change) => {
    if (change.kind === 'status') queries.setQueryData(['docker.status', {}], change.status);
    else void queries.invalidateQueries({ queryKey: ['docker.images'] });
  });
}
