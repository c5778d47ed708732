import { useNavigate } from '@tanstack/react-router';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { ServiceRef } from '../../../../shared/model/service.ts';
import { useEngineQuery } from '../../lib/queries.ts';
import type { LogsSearch } from '../../lib/search.ts';
import { LoadingRows } from '../../ui/loading-rows.tsx';
import { type LogsAddress, logsAddressOf, searchOf, windowOf } from './logs-search.ts';
import { LOGS_TEXT } from './logs-text.ts';
import { LogsView } from './logs-view.tsx';

const DEPLOYMENTS_POLL_MS = 10_000;
/** The address follows what is typed after this time. */
const WRITTEN_AFTER_MS = 400;

interface LogsTabProps {
  readonly service: ServiceRef;
  /** The revision that the service is set to. */
  readonly revision: string;
  /** What the address says. */
  readonly search: LogsSearch;
}

/** The lines of all tasks of a service, merged, in the time range that the address says. */
export function LogsTab({ service, revision, search }: LogsTabProps) {
  const [address, setAddress] = useLogsAddress(service, search);
  const deployments = useEngineQuery('services.deployments', service, { pollMs: DEPLOYMENTS_POLL_MS });
  const newest = deployments.data?.[0];
  const deployedAt = newest?.startedAt ?? newest?.createdAt;
  const range = JSON.stringify(address.range);
  const isWaiting =
    address.range.kind === 'deployment' && deployments.data === undefined && deployments.error === null;
  const start = address.range.kind === 'deployment' ? deployedAt : undefined;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the text of the range stands for it; it ends when it was chosen
  const window = useMemo(() => windowOf(address.range, Date.now(), start), [range, start]);
  if (isWaiting) return <LoadingRows what={LOGS_TEXT.loading} rows={8} height={20} />;
  return (
    <LogsView
      key={`${window.since} ${window.until}`}
      service={service}
      revision={revision}
      window={window}
      address={address}
      onAddress={setAddress}
      deployments={deployments.data ?? []}
    />
  );
}

/** What the address says, and a way to change it. The fields change at once, the address a moment later. */
function useLogsAddress(service: ServiceRef, search: LogsSearch) {
  const navigate = useNavigate();
  const [address, setAddress] = useState(() => logsAddressOf(search));
  const written = useRef(JSON.stringify(search));
  const given = JSON.stringify(search);
  // Another address was opened in this window, such as that of a moment.
  useEffect(() => {
    if (given === written.current) return;
    written.current = given;
    setAddress(logsAddressOf(JSON.parse(given)));
  }, [given]);
  const wanted = JSON.stringify(searchOf(address));
  useEffect(() => {
    if (wanted === JSON.stringify(searchOf(logsAddressOf(JSON.parse(written.current))))) return;
    const timer = setTimeout(() => {
      const logs: LogsSearch = JSON.parse(wanted);
      written.current = JSON.stringify(logs);
      void navigate({
        to: '/a/$account/$region/c/$cluster/s/$service',
        params: service,
        search: ({ dialog, to, deployment, promote }) => ({
          tab: 'logs',
          ...(dialog && { dialog }),
          ...(to !== undefined && { to }),
          ...(deployment !== undefined && { deployment }),
          ...(promote !== undefined && { promote }),
          ...logs,
        }),
        replace: true,
      });
    }, WRITTEN_AFTER_MS);
    return () => clearTimeout(timer);
  }, [wanted, navigate, service]);
  const change = (next: Partial<LogsAddress>): void => setAddress((before) => ({ ...before, ...next }));
  return [address, change] as const;
}
