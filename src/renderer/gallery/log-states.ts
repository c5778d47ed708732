import type { Deployment } from '../../shared/model/deployment.ts';
import type { ServiceLogLine, ServiceLogSource } from '../../shared/model/log.ts';
import type { Answer, Answers } from '../src/testing/engine.tsx';
import { LONG_NAME } from './samples.ts';
import { CLUSTER, failed, forbidden, type GalleryState, loading, statesOf } from './states-of.tsx';

const START = Date.parse('2026-11-27T14:02:00.000Z');
const instant = (ms: number): string => new Date(START + ms).toISOString();
/** Where the newest line of the samples is. */
const RANGE = `from=${instant(-60_000)}&until=${instant(900_000)}`;

const NEW_TASKS = ['a41c9e0b1f', '77be02aa31', '0f3d510e77'];
const OLD_TASKS = ['3be8f0c2d4', '91c4d70e15'];

function aSource(
  taskId: string,
  revision: string,
  changed: Partial<ServiceLogSource> = {},
): ServiceLogSource {
  return {
    taskId,
    revision,
    container: 'app',
    logGroup: '/ecs/web',
    logStream: `ecs/app/${taskId}`,
    state: 'healthy',
    startedAt: instant(0),
    ...changed,
  };
}

function aLine(index: number, text: string, changed: Partial<ServiceLogLine> = {}): ServiceLogLine {
  const isNew = index % 3 !== 0;
  const tasks = isNew ? NEW_TASKS : OLD_TASKS;
  return {
    id: String(index),
    at: instant(index * 731),
    taskId: tasks[index % tasks.length] ?? '',
    container: 'app',
    revision: isNew ? 'web:40' : 'web:39',
    level: 'info',
    text,
    ...changed,
  };
}

const ERROR = { taskId: '77be02aa31', revision: 'web:40', level: 'error' } as const;

/** Every kind of line: levels, a stack trace, JSON, colours, characters that steer, and a line of 256 kB. */
const LINES: readonly ServiceLogLine[] = [
  ...Array.from({ length: 24 }, (_, index) => aLine(index, `POST /orders 201 in ${30 + (index % 17)} ms`)),
  aLine(25, 'order 88231: inventory answered after 1,840 ms (limit 2,000 ms)', { level: 'warn' }),
  aLine(26, 'POST /orders 504: inventory timeout after 2,000 ms', ERROR),
  ...['inventory.js:88:13', 'orders.js:41:5', 'router.js:12:3', 'server.js:9:1'].map((at, index) =>
    aLine(27 + index / 10, `    at reserve (/app/dist/${at})`, {
      ...ERROR,
      id: `frame ${index}`,
      at: instant(26 * 731 + index),
    }),
  ),
  aLine(
    28,
    '{"level":"info","msg":"order accepted","order":88244,"customer":"c-1042","items":3,"total":149.9,"currency":"EUR","region":"eu","trace":"4be91d7c0ffee"}',
  ),
  aLine(
    29,
    '\u001b[32mGET\u001b[0m /orders/88245 \u001b[1;34m200\u001b[0m in \u001b[35m12 ms\u001b[0m\u001b]0;title\u0007',
  ),
  aLine(30, 'name=\u202egnp.exe ends here\u0007', { level: 'debug' }),
  aLine(31, `payload ${'x'.repeat(256_000)}`),
  ...Array.from({ length: 20 }, (_, index) =>
    aLine(32 + index, `GET /orders/${88_240 + index} 200 in 12 ms`),
  ),
];

const DEPLOYMENT: Deployment = {
  arn: 'arn:aws:ecs:us-east-1:123456789012:service-deployment/main/web/1',
  id: '1',
  status: 'IN_PROGRESS',
  outcome: 'in-progress',
  startedAt: instant(4e3),
  revision: 'web:40',
  images: [],
  previousRevision: 'web:39',
  isRollbackTarget: false,
  callerIdentity: 'mira',
};

const SOURCES: readonly ServiceLogSource[] = [
  ...NEW_TASKS.map((taskId) => aSource(taskId, 'web:40')),
  ...OLD_TASKS.map((taskId, index) =>
    aSource(taskId, 'web:39', index === 0 ? {} : { state: 'stopped', stoppedAt: instant(20_000) }),
  ),
];

function answering(
  lines: readonly ServiceLogLine[],
  sources: readonly ServiceLogSource[],
  notRead: readonly string[] = [],
): Answers {
  const logs: Answer<'services.logs'> = (_, { emit }) => {
    emit({
      kind: 'sources',
      sources,
      notRead,
      via: 'polls',
      why: 'Live tail costs money, so Slipway reads new lines every 2 s.',
    });
    emit({ kind: 'lines', lines });
    emit({ kind: 'caught-up' });
    return { count: lines.length, notRead };
  };
  return { 'services.logs': logs, 'services.deployments': () => [DEPLOYMENT] };
}

/** The log view of a service. */
export const LOG_STATES: readonly GalleryState[] = [
  ...statesOf('logs', `${CLUSTER}/s/web?tab=logs&${RANGE}`, {
    lines: answering(LINES, SOURCES),
    empty: answering([], SOURCES),
    'no-tasks': answering([], []),
    'not-read': answering([], [], ['proxy of web:40 writes to splunk: read its logs there.']),
    loading: { 'services.logs': loading },
    failed: { 'services.logs': failed },
    forbidden: { 'services.logs': forbidden },
    long: answering(
      [aLine(1, LONG_NAME.repeat(4), { container: LONG_NAME }), aLine(2, 'a line'), aLine(3, 'another')],
      [aSource(LONG_NAME, 'web:40', { container: LONG_NAME }), ...SOURCES],
      [LONG_NAME],
    ),
  }),
  ...statesOf(
    'logs-filter',
    `${CLUSTER}/s/web?tab=logs&${RANGE}&q=order%7Ctimeout&regex=on&at=${instant(19_000)}`,
    {
      moment: answering(LINES, SOURCES),
    },
  ),
  ...statesOf('logs-filter', `${CLUSTER}/s/web?tab=logs&${RANGE}&q=(order&regex=on`, {
    wrong: answering(LINES, SOURCES),
  }),
];
