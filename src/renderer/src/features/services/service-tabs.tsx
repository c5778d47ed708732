import { Box, Button, Tabs } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { assertNever } from '../../../../shared/assert-never.ts';
import type { Scope } from '../../../../shared/model/account.ts';
import type { ServiceDetail, ServiceRef } from '../../../../shared/model/service.ts';
import { logsSearchOf, SERVICE_TABS, type ServiceSearch, type ServiceTab } from '../../lib/search.ts';
import { useShortcuts } from '../../lib/shortcuts.ts';
import { LoadingRows } from '../../ui/loading-rows.tsx';
import { DeploymentHistory } from '../deployments/deployment-history.tsx';
import { EventsTable } from '../events/events-table.tsx';
import { RevisionTimeline } from '../revisions/revision-timeline.tsx';
import { RunningForwards } from '../sessions/running-forwards.tsx';
import { TaskShell } from '../sessions/task-shell.tsx';
import { TasksTable } from '../tasks/tasks-table.tsx';
import { Configuration } from './configuration.tsx';
import styles from './service-tabs.module.css';
import { SERVICE_TEXT } from './service-text.ts';

/** The charts come with a library of their own, which the other tabs do without. */
const MetricsPanel = lazy(async () => ({
  default: (await import('../metrics/metrics-panel.tsx')).MetricsPanel,
}));

const MetricStrip = lazy(async () => ({
  default: (await import('../metrics/metrics-panel.tsx')).MetricStrip,
}));

/** Loaded when the tab is opened. */
const LogsTab = lazy(async () => ({ default: (await import('../logs/logs-tab.tsx')).LogsTab }));

/** Loaded when it is opened. */
const ServiceJournal = lazy(async () => ({
  default: (await import('../journal/journal-page.tsx')).ServiceJournal,
}));

const FIRST_TAB: ServiceTab = 'history';

const LABELS: Readonly<Record<ServiceTab, string>> = {
  history: 'History',
  tasks: 'Tasks',
  logs: 'Logs',
  metrics: 'Metrics',
  events: 'Events',
  configuration: 'Configuration',
  revisions: 'Revisions',
};

interface ServiceTabsProps {
  readonly service: ServiceRef;
  readonly detail: ServiceDetail;
  /** What the address says: the tab, and what it shows. */
  readonly search: ServiceSearch;
  /** The ARN of the deployment whose card is open. */
  readonly deployment: string | undefined;
}

/** The parts of the service page that are looked at one at a time; the address says which. */
export function ServiceTabs({ service, detail, search, deployment }: ServiceTabsProps) {
  const navigate = useNavigate();
  const tab = search.tab ?? FIRST_TAB;
  const open = (next: ServiceTab): void =>
    void navigate({
      to: '/a/$account/$region/c/$cluster/s/$service',
      params: service,
      search: (before) => ({ ...before, tab: next }),
      replace: true,
    });
  useShortcuts({
    tab: (key) => {
      const next = SERVICE_TABS[key];
      if (next) open(next);
    },
  });
  return (
    <Tabs
      value={tab}
      onChange={(next) => {
        const known = SERVICE_TABS.find((each) => each === next);
        if (known) open(known);
      }}
      keepMounted={false}
      classNames={{ tab: styles.tab, list: styles.list }}
    >
      <Tabs.List>
        {SERVICE_TABS.map((each) => (
          <Tabs.Tab key={each} value={each}>
            {LABELS[each]}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      <Tabs.Panel value={tab}>
        <Panel service={service} detail={detail} search={search} deployment={deployment} />
      </Tabs.Panel>
    </Tabs>
  );
}

function Panel({ service, detail, search, deployment }: ServiceTabsProps) {
  const tab = search.tab ?? FIRST_TAB;
  switch (tab) {
    case 'history':
      return (
        <>
          <DeploymentHistory service={service} revision={detail.revision} />
          <ServiceChanges service={service} />
        </>
      );
    case 'tasks':
      return (
        <>
          <RunningForwards cluster={service.cluster} />
          <TasksTable service={service} revision={detail.revision} actions={TaskShell} search={search} />
        </>
      );
    case 'logs':
      return (
        <>
          <Suspense fallback={<div className={styles.strip} />}>
            <div className={styles.strip}>
              <MetricStrip service={service} minutes={60} />
            </div>
          </Suspense>
          <Suspense fallback={<LoadingRows what={LABELS.logs} rows={8} height={20} />}>
            <LogsTab service={service} revision={detail.revision} search={logsSearchOf({ ...search })} />
          </Suspense>
        </>
      );
    case 'metrics':
      return (
        <Suspense fallback={<LoadingRows what={SERVICE_TEXT.metrics} rows={3} height={150} />}>
          <MetricsPanel service={service} deployment={deployment} />
        </Suspense>
      );
    case 'events':
      return <EventsTable events={detail.events} />;
    case 'configuration':
      return <Configuration detail={detail} />;
    case 'revisions':
      return (
        <RevisionTimeline service={service} scope={scopeOf(service)} family={detail.family} search={search} />
      );
    default:
      return assertNever(tab);
  }
}

/** What the journal has of the service, holds too, on demand. */
function ServiceChanges({ service }: { readonly service: ServiceRef }) {
  const [isOpen, setOpen] = useState(false);
  if (!isOpen) {
    return (
      <Button variant="subtle" size="compact-sm" my="xs" onClick={() => setOpen(true)}>
        {SERVICE_TEXT.showJournal}
      </Button>
    );
  }
  return (
    <Suspense fallback={<LoadingRows what={SERVICE_TEXT.journal} rows={4} height={40} />}>
      <Box mt="md">
        <ServiceJournal service={service} />
      </Box>
    </Suspense>
  );
}

function scopeOf({ account, region }: ServiceRef): Scope {
  return { account, region };
}
