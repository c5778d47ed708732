import { useEffect, useRef, useState } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { formatClock, type TimeZone } from '../../lib/format.ts';
import { useTimeZone } from '../../lib/time-zone.ts';
import { Mark } from '../../ui/mark.tsx';
import type { Chart, ChartLine, ChartMark, LineLook, TimeScale } from './charts.ts';
import { namePlaces } from './mark-names.ts';
import styles from './metric-chart.module.css';
import { METRICS_TEXT } from './metrics-text.ts';

/** The cursor of all charts of a page moves together. */
const SYNC_KEY = 'service-metrics';
const FONT_PX = 10;

/** There is no half of a task. */
const WHOLE_STEPS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000];

/** Pixels. A time so close to the left end would stand over the lowest value of the other axis. */
const HALF_LABEL = 15;

/** The highest values are dotted, and what may still change is dashed, so that no line needs its colour to be told apart. */
const DOTS = [1, 2];
const DASHES = [4, 3];

const COLOURS: Readonly<Record<LineLook, string>> = {
  main: '--ink',
  highest: '--ink',
  behind: '--faint',
  new: '--go',
  bad: '--bad',
};

interface MetricChartProps {
  readonly chart: Chart;
  readonly scale: TimeScale;
  readonly marks: readonly ChartMark[];
  readonly height: number;
}

/** One small chart. Its name says its lowest, highest and last value; the table has the rest. */
export function MetricChart({ chart, scale, marks, height }: MetricChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const zone = useTimeZone();
  const [pointed, setPointed] = useState<number | null>(null);
  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const options = optionsOf({ chart, scale, marks, zone, size: { width: element.clientWidth, height } });
    options.hooks = { ...options.hooks, setCursor: [(plot) => setPointed(plot.cursor.idx ?? null)] };
    const plot = new uPlot(options, dataOf(chart, scale), element);
    const observer = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      plot.destroy();
    };
  }, [chart, scale, marks, zone, height]);
  const at = pointed === null ? undefined : scale.times[pointed];
  const names = marks.map(({ name }) => name);
  return (
    <figure className={styles.chart} style={{ margin: 0 }}>
      <figcaption className={styles.head}>
        <h3>{chart.title}</h3>
        {chart.isAlarming ? <Mark kind="warning" /> : null}
        <b data-bad={chart.isAlarming || undefined}>{chart.headline}</b>
        <span className={styles.note}>{chart.note}</span>
      </figcaption>
      <div
        ref={place}
        className={styles.plot}
        style={{ height }}
        role="img"
        aria-label={[`${chart.summary}.`, ...(names.length === 0 ? [] : [METRICS_TEXT.marks(names)])].join(
          ' ',
        )}
      />
      <ul className={styles.legend} aria-hidden="true">
        {at === undefined ? null : <span>{formatClock(isoOf(at), zone).slice(0, 5)}</span>}
        {chart.lines.map((line) => {
          const words = [line.label, valueAt(line, pointed)].filter((part) => part !== '').join(' ');
          return words === '' ? null : (
            <li key={line.label} data-look={line.look}>
              {words}
            </li>
          );
        })}
      </ul>
    </figure>
  );
}

function valueAt({ values, unit }: ChartLine, index: number | null): string {
  if (index === null) return '';
  const value = values[index];
  return typeof value === 'number' ? METRICS_TEXT.value(value, unit) : METRICS_TEXT.noValue;
}

/** Each line twice: what is whole, and what may still change. */
function dataOf({ lines, shape }: Chart, { times, incomplete }: TimeScale): uPlot.AlignedData {
  const first = shape === 'bars' ? incomplete : incomplete - 1;
  return [
    [...times],
    ...lines.flatMap(({ values }) => [
      values.map((value, index) => (index < incomplete ? value : null)),
      values.map((value, index) => (index >= first ? value : null)),
    ]),
  ];
}

interface Drawing extends Omit<MetricChartProps, 'height'> {
  readonly zone: TimeZone;
  readonly size: { readonly width: number; readonly height: number };
}

function optionsOf({ chart, scale, marks, zone, size }: Drawing): uPlot.Options {
  const font = `${FONT_PX}px ${getComputedStyle(document.body).fontFamily}`;
  const isLong = (scale.times.at(-1) ?? 0) - (scale.times[0] ?? 0) > 2 * 86_400;
  const [first] = chart.lines;
  const isWhole = first?.unit === 'tasks' || first?.unit === 'targets';
  return {
    ...size,
    legend: { show: false },
    cursor: { sync: { key: SYNC_KEY }, y: false, drag: { x: false, y: false }, points: { size: 5 } },
    padding: [14, 8, 0, 0],
    scales: { y: { range: (_plot, _least, most) => [0, topOf(most, chart)] } },
    axes: [
      {
        stroke: colourOf('--soft'),
        font,
        size: 20,
        gap: 3,
        space: 64,
        grid: { show: false },
        ticks: { show: false },
        values: (plot, splits) =>
          splits.map((split) =>
            plot.valToPos(split, 'x') < HALF_LABEL ? '' : timeLabel(split, zone, isLong),
          ),
      },
      {
        stroke: colourOf('--soft'),
        font,
        size: 46,
        gap: 4,
        space: 28,
        grid: { stroke: colourOf('--line'), width: 1 },
        ticks: { show: false },
        ...(isWhole ? { incrs: WHOLE_STEPS } : {}),
        values: (_plot, splits) =>
          splits.map((split) => (first === undefined ? '' : METRICS_TEXT.axis(split, first.unit))),
      },
    ],
    series: [{}, ...chart.lines.flatMap((line) => seriesOf(line, chart.shape))],
    hooks: { draw: [(plot) => drawMarks(plot, marks, font)] },
  };
}

function seriesOf({ look }: ChartLine, shape: Chart['shape']): readonly uPlot.Series[] {
  const stroke = colourOf(COLOURS[look]);
  if (shape === 'bars') {
    const paths = uPlot.paths.bars?.({ size: [0.7, 12], align: 1 });
    const bars = { ...(paths === undefined ? {} : { paths }), points: { show: false } };
    return [
      { ...bars, fill: stroke, width: 0 },
      { ...bars, stroke, width: 1, dash: [2, 2] },
    ];
  }
  const isThin = look === 'behind' || look === 'highest';
  const line = { stroke, width: isThin ? 1 : 1.5, points: { show: false }, spanGaps: false };
  return [look === 'highest' ? { ...line, dash: DOTS } : line, { ...line, dash: DASHES }];
}

/** Some room above the highest value, and never a scale without height. */
function topOf(most: number | null, { metric }: Chart): number {
  const highest = (most ?? 0) * 1.1;
  return Math.max(highest, metric === 'cpu' || metric === 'memory' ? 10 : 1);
}

/** Deployments as vertical lines, each with its name where there is room for it. */
function drawMarks(plot: uPlot, marks: readonly ChartMark[], font: string): void {
  const { ctx, bbox } = plot;
  const ratio = devicePixelRatio;
  ctx.save();
  ctx.strokeStyle = colourOf('--go');
  ctx.fillStyle = colourOf('--go');
  ctx.lineWidth = ratio;
  ctx.setLineDash([3 * ratio, 3 * ratio]);
  ctx.font = font.replace(/^\d+px/, `${FONT_PX * ratio}px`);
  ctx.textBaseline = 'bottom';
  const end = bbox.left + bbox.width;
  const shown = marks
    .map(({ at, name }) => ({ x: plot.valToPos(at, 'x', true), name, width: ctx.measureText(name).width }))
    .filter(({ x }) => x >= bbox.left && x <= end);
  const places = namePlaces(shown, { left: bbox.left, right: end });
  for (const [index, { x, name }] of shown.entries()) {
    ctx.beginPath();
    ctx.moveTo(x, bbox.top - 2 * ratio);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    const place = places[index];
    if (place === undefined) continue;
    // Canvas names the side of the text that is at the line.
    ctx.textAlign = place === 'right' ? 'left' : 'right';
    ctx.fillText(name, x, bbox.top - 2 * ratio);
  }
  ctx.restore();
}

function timeLabel(seconds: number, zone: TimeZone, isLong: boolean): string {
  const date = new Date(seconds * 1000);
  if (!isLong) return formatClock(date.toISOString(), zone).slice(0, 5);
  return date.toLocaleDateString('en-CA', {
    month: '2-digit',
    day: '2-digit',
    ...(zone === 'utc' && { timeZone: 'UTC' }),
  });
}

function isoOf(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}

/** A canvas takes no variables of CSS. */
function colourOf(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}
