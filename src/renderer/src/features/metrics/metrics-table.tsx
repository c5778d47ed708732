import { Table } from '@mantine/core';
import type { ServiceMetrics } from '../../../../shared/model/metrics.ts';
import { useFormatInstant } from '../../lib/time-zone.ts';
import { chartsOf, timeScaleOf } from './charts.ts';
import styles from './metrics-panel.module.css';
import { METRICS_TEXT } from './metrics-text.ts';

/** The values of the charts, the newest first. */
export function MetricsTable({ metrics }: { readonly metrics: ServiceMetrics }) {
  const format = useFormatInstant();
  const { times, incomplete } = timeScaleOf(metrics);
  const lines = chartsOf(metrics).flatMap(({ title, lines: own }) =>
    own.map((line) => ({ ...line, name: line.label === '' ? title : `${title} ${line.label}` })),
  );
  return (
    // A list of hundreds of rows scrolls by the keyboard too.
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by Tab.
    <section className={styles.table} aria-label={METRICS_TEXT.title} tabIndex={0}>
      <Table stickyHeader>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{METRICS_TEXT.time}</Table.Th>
            {lines.map(({ name }) => (
              <Table.Th key={name} ta="right">
                {name}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {times
            .map((time, index) => (
              <Table.Tr key={time}>
                <Table.Th scope="row" fw={400}>
                  {format(new Date(time * 1000).toISOString())}
                  {index >= incomplete ? ` (${METRICS_TEXT.incomplete})` : ''}
                </Table.Th>
                {lines.map(({ name, values, unit }) => {
                  const value = values[index];
                  return (
                    <Table.Td key={name} ta="right">
                      {typeof value === 'number' ? METRICS_TEXT.value(value, unit) : '–'}
                    </Table.Td>
                  );
                })}
              </Table.Tr>
            ))
            .toReversed()}
        </Table.Tbody>
      </Table>
    </section>
  );
}
