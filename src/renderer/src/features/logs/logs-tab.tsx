import { useNavigate } from '@tanstack/react-router';
import { useEffect, useEffectEvent, useRef, useState } from 'react';
import type { ServiceRef } from '../../../../shared/model/service.ts';
import { useEngineQuery } from '../../lib/queries.ts';
import { type LogsSearch, withoutLogs } from '../../lib/search.ts';
import { LoadingRows } from '../../ui/loading-rows.tsx';
import {
  type LogRange,
  type LogsAddress,
  type LogWindow,
  logsAddressOf,
  searchOf,
  windowOf,
} from './logs-search.ts';
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
  const isOfDeployment = address.range.kind === 'deployment';
  const isWaiting = isOfDeployment && deployments.data === undefined && deployments.error === null;
  const window = useWindow(address.range, isOfDeployment ? deployedAt : undefined);
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

/** The times of a range, as they were when it was chosen. */
function useWindow(range: LogRange, deployedAt: string | undefined): LogWindow {
  const key = JSON.stringify([range, deployedAt]);
  const [opened, setOpened] = useState(() => ({ key, window: windowOf(range, deployedAt) }));
  if (opened.key === key) return opened.window;
  const next = { key, window: windowOf(range, deployedAt) };
  setOpened(next);
  return next.window;
}

/** What the address says, and a way to change it. The fields change at once, the address a moment later. */
function useLogsAddress(service: ServiceRef, search: LogsSearch) {
  const navigate = useNavigate();
  const [address, setAddress] = useState(() => logsAddressOf(search));
  const written = useRef(JSON.stringify(search));
  const given = JSON.stringify(search);
  // Another address was opened in this window, such as that of a moment.
  const onGiven = useEffectEvent(() => {
    if (given === written.current) return;
    written.current = given;
    setAddress(logsAddressOf(search));
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: the text stands for the search
  useEffect(() => onGiven(), [given]);

  const wanted = searchOf(address);
  const text = JSON.stringify(wanted);
  const write = useEffectEvent(() => {
    written.current = text;
    void navigate({
      to: '/a/$account/$region/c/$cluster/s/$service',
      params: service,
      search: (before) => ({ ...withoutLogs(before), ...wanted, tab: 'logs' as const }),
      replace: true,
    });
  });
  const isWritten = text === JSON.stringify(searchOf(logsAddressOf(search)));
  // biome-ignore lint/correctness/useExhaustiveDependencies: the time begins again with each change
  useEffect(() => {
    if (isWritten) return;
    const timer = setTimeout(() => write(), WRITTEN_AFTER_MS);
    return () => clearTimeout(timer);
  }, [text, isWritten]);
  const change = (next: Partial<LogsAddress>): void => setAddress((before) => ({ ...before, ...next }));
  return [address, change] as const;
}
