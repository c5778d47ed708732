import { screen } from '@testing-library/react';
import { expect, it } from 'vitest';
import type { ServiceMetrics, Verdict } from '../../../../shared/model/metrics.ts';
import { renderWithEngine } from '../../testing/engine.tsx';
import { chartsOf } from './charts.ts';
import { MetricsTable } from './metrics-table.tsx';
import { VerdictNotice } from './verdict-notice.tsx';

const METRICS: ServiceMetrics = {
  since: '2026-01-01T12:00:00.000Z',
  until: '2026-01-01T12:20:00.000Z',
  periodSeconds: 300,
  incompleteFrom: '2026-01-01T12:15:00.000Z',
  series: [
    { metric: 'cpu', statistic: 'average', unit: 'percent', values: [31.4, null, 49, 12] },
    { metric: 'cpu', statistic: 'maximum', unit: 'percent', values: [50, null, 75, 14] },
    { metric: 'cpu', statistic: 'average', unit: 'percent', revision: 'web:40', values: [null, null, 60, 9] },
    { metric: 'requests', statistic: 'sum', unit: 'requests', values: [1000, 1000, 1000, 100] },
    { metric: 'errors', statistic: 'sum', unit: 'requests', values: [0, 5, 105, 3] },
    { metric: 'latency', statistic: 'p95', unit: 'milliseconds', values: [null, null, null, null] },
  ],
  gaps: [],
};

it('the table has every value of the charts, the newest first, and marks what may be incomplete', () => {
  renderWithEngine(<MetricsTable metrics={METRICS} />, {});
  const rows = screen.getAllByRole('row').map((row) => row.textContent);
  expect(rows[0]).toBe('TimeCPU averageCPU maximumCPU web:40HTTP 5xx per minuteRequests per minute');
  expect(rows).toHaveLength(5);
  expect(rows[1]).toContain('(may be incomplete)12 %14 %9 %');
  expect(rows[2]).toContain('49 %75 %60 %21 / min200 / min');
  expect(rows[3]?.match(/–/g)).toHaveLength(3);
});

it('a chart says its lowest, highest and last whole value, and the share of requests that failed', () => {
  const charts = chartsOf(METRICS);
  expect(charts.map(({ summary }) => summary)).toEqual([
    'CPU: lowest 31 %, highest 49 %, last 49 %',
    'HTTP 5xx: lowest 0 / min, highest 21 / min, last 21 / min',
    'Requests: lowest 200 / min, highest 200 / min, last 200 / min',
  ]);
  expect(charts[1]).toMatchObject({ headline: '21 / min', note: '3.7 % of requests', isAlarming: true });
  // The share is that of the newest periods, as the value beside it is: quiet hours before an incident don't dilute it.
  const quiet = METRICS.series.map(({ values, ...series }) => ({
    ...series,
    values: [...Array.from({ length: 10 }, () => (series.metric === 'requests' ? 1000 : 0)), ...values],
  }));
  const longer = chartsOf({ ...METRICS, since: '2026-01-01T11:10:00.000Z', series: quiet });
  expect(longer[1]).toMatchObject({ headline: '21 / min', note: '3.7 % of requests' });
});

it('a verdict that is worse leads to the plan of a rollback, and one that is the same does not', async () => {
  const service = { account: 'acme', region: 'us-east-1', cluster: 'main', service: 'web' };
  const deployment = 'arn:aws:ecs:us-east-1:111111111111:service-deployment/main/web/abc';
  const verdict: Verdict = {
    judgement: 'worse',
    sentence: 'Worse: 5xx 0.1 % → 2.4 %.',
    before: { since: '2026-01-01T11:50:00Z', until: '2026-01-01T12:00:00Z' },
    after: { since: '2026-01-01T12:05:00Z', until: '2026-01-01T12:15:00Z' },
    proposesRollback: true,
    gaps: [],
  };
  const notice = <VerdictNotice service={service} deployment={deployment} />;
  const { unmount } = renderWithEngine(notice, { 'services.verdict': () => verdict });
  expect(await screen.findByText('Worse: 5xx 0.1 % → 2.4 %.')).toBeTruthy();
  expect(screen.getByRole('link', { name: 'Roll back…' }).getAttribute('href')).toContain('dialog=rollback');
  unmount();
  renderWithEngine(notice, {
    'services.verdict': () => ({ ...verdict, judgement: 'same', sentence: 'Same.', proposesRollback: false }),
  });
  expect(await screen.findByText(/^Same\./)).toBeTruthy();
  expect(screen.queryByRole('link')).toBeNull();
});
