import { describe, expect, it } from 'vitest';
import { plainText } from '../../../../shared/escape-sequences.ts';
import type { Deployment } from '../../../../shared/model/deployment.ts';
import type { LogLevel, ServiceLogLine, ServiceLogSource } from '../../../../shared/model/log.ts';
import { jsonLineOf, piecesOf } from './line-content.ts';
import {
  expressionSearch,
  isChosen,
  loadExpressions,
  matcherOf,
  NO_FILTER,
  textSearch,
  toggled,
} from './log-filter.ts';
import { entriesAsText, isEntry, marksOf, rowsOf, splitRevisions } from './log-marks.ts';
import { createLogStore, type LogStore } from './log-store.ts';
import { createLogView } from './log-view.ts';
import { logsAddressOf, momentAddress, searchOf, windowOf } from './logs-search.ts';

const START = Date.parse('2026-11-27T14:02:00.000Z');

function line(id: string, ms: number, changed: Partial<ServiceLogLine> = {}): ServiceLogLine {
  return {
    id,
    at: new Date(START + ms).toISOString(),
    taskId: 'a41c9e',
    container: 'app',
    revision: 'web:40',
    text: id,
    ...changed,
  };
}

const textsOf = (store: LogStore): readonly string[] => store.entries.map(({ text }) => text);

describe('log lines', () => {
  it('of all tasks are merged by time, late ones in their place and equal times in the order of arrival', () => {
    const store = createLogStore();
    store.add([line('b', 20), line('d', 40, { taskId: '3be8f0' })]);
    store.add([line('a', 10), line('c1', 30), line('c2', 30), line('e', 50)]);
    expect(textsOf(store)).toEqual(['a', 'b', 'c1', 'c2', 'd', 'e']);
    store.add([line('c3', 30)]);
    expect(textsOf(store)).toEqual(['a', 'b', 'c1', 'c2', 'c3', 'd', 'e']);
  });

  it('that are read twice are there once', () => {
    const store = createLogStore();
    store.add([line('a', 10), line('a', 10)]);
    expect(store.add([line('a', 10), line('b', 5)]).entries.map(({ text }) => text)).toEqual(['b']);
    expect(store.lines).toBe(2);
  });

  it('beyond the bound drop the oldest, and are counted', () => {
    const store = createLogStore(10, 5);
    const view = createLogView(store);
    for (let index = 0; index < 40; index += 1)
      view.add(store.add([line(String(index), index, { level: 'warn' })]));
    expect(store.lines).toBeLessThanOrEqual(15);
    expect(store.dropped).toBe(40 - store.lines);
    expect(store.counts.levels.get('warn')).toBe(store.lines);
    expect(view.entries).toEqual(store.entries);
    expect(store.entries.at(-1)?.text).toBe('39');
  });

  it('of a stack trace belong to the line before them of the same container, also across batches', () => {
    const store = createLogStore();
    const view = createLogView(store);
    view.apply(matcherOf(NO_FILTER, textSearch('orders.js', true)));
    view.add(store.add([line('Error: timeout', 1), line('other task', 1, { taskId: '3be8f0' })]));
    view.add(store.add([line('    at reserve (inventory.js:88:13)', 2)]));
    expect(view.entries).toEqual([]);
    view.add(store.add([line('    at place (orders.js:41:5)', 2), line('\tat main', 2), line('next', 3)]));
    expect(store.entries.map(({ head, rest }) => [head, rest.length])).toEqual([
      ['Error: timeout', 3],
      ['other task', 0],
      ['next', 0],
    ]);
    expect(view.entries.map(({ head }) => head)).toEqual(['Error: timeout']);
    expect(store.lines).toBe(6);
    expect(entriesAsText(store.entries).split('\n')).toHaveLength(6);
  });

  it('without a time stand where they arrived', () => {
    const store = createLogStore();
    store.add([line('a', 10), line('without', 0, { at: undefined }), line('b', 20)]);
    expect(textsOf(store)).toEqual(['a', 'without', 'b']);
  });
});

describe('a filter of log lines', () => {
  const levels: readonly LogLevel[] = ['error', 'warn', 'info', 'debug'];

  it('is applied in parts, newest lines first, while lines go on arriving', () => {
    const store = createLogStore();
    const batch = (from: number, count: number): readonly ServiceLogLine[] =>
      Array.from({ length: count }, (_, index) =>
        line(`order ${from + index}`, from + index, { level: levels[index % 4] }),
      );
    store.add(batch(0, 3_000));
    const view = createLogView(store);
    view.apply(matcherOf({ ...NO_FILTER, hiddenLevels: ['debug'] }, textSearch('ORDER 2', false)));
    view.work(() => true);
    expect(view.isComplete).toBe(false);
    expect(view.entries.at(-1)?.text).toBe('order 2998');
    view.add(store.add(batch(20_000, 8)));
    view.add(store.add([line('order 2, late', 1_500)]));
    view.work(() => false);
    expect(view.isComplete).toBe(true);
    const expected = store.entries.filter(({ text, level }) => /order 2/.test(text) && level !== 'debug');
    expect(view.entries).toEqual(expected);
    expect(view.lines).toBe(expected.length);
  });

  it('of tasks and revisions keeps what was not chosen, and shows new ones unless only some were chosen', () => {
    const except = toggled({ kind: 'all' }, 'web:39');
    expect([isChosen(except, 'web:39'), isChosen(except, 'web:41')]).toEqual([false, true]);
    expect(toggled(except, 'web:39')).toEqual({ kind: 'all' });
    const only = toggled({ kind: 'only', names: ['a'] }, 'b');
    expect([isChosen(only, 'b'), isChosen(only, 'c')]).toEqual([true, false]);
  });

  it.each([
    ['order|timeout', 'a timeout', [[2, 9]]],
    [
      '5\\d\\d',
      'GET 504 503',
      [
        [4, 7],
        [8, 11],
      ],
    ],
    ['in \\d+ ms$', 'in 12 ms in 9 ms', [[9, 16]]],
    ['(a+)+b', `${'a'.repeat(30)}`, []],
  ])('with the expression %s finds its places in %j', async (expression, text, places) => {
    const compiled = expressionSearch(await loadExpressions(), expression, true);
    if (compiled.kind !== 'search') throw new Error('The expression was refused.');
    expect(compiled.search.highlight(text)).toEqual(places);
    expect(compiled.search.matches(text)).toBe(places.length > 0);
  });

  it('with an expression that doubles its work at each character ends at once on a line of 256 kB', async () => {
    const compiled = expressionSearch(await loadExpressions(), '^(a|a)*(a+)+$', true);
    if (compiled.kind !== 'search') throw new Error('The expression was refused.');
    expect(compiled.search.matches(`${'a'.repeat(256 * 1024)}b`)).toBe(false);
  });

  it.each([
    ['a(b', 'missing closing )', 1],
    ['ab**', 'invalid nested repetition operator', 3],
    ['x[z-a]', 'invalid character class range', 3],
    ['ab(?=c)', 'invalid or unsupported Perl syntax', 3],
  ])('names what is wrong with %s, and where', async (expression, reason, position) => {
    const compiled = expressionSearch(await loadExpressions(), expression, false);
    expect(compiled).toMatchObject({ kind: 'problem', problem: { reason, position } });
    expect(expression).toContain(compiled.kind === 'problem' ? compiled.problem.part : undefined);
  });

  it('with a text takes its characters as they are', () => {
    expect(textSearch('a.b (c)', true).matches('xa.b (c)y')).toBe(true);
    expect(textSearch('a.b', true).matches('aXb')).toBe(false);
    expect(textSearch('ERR', false).highlight('an error')).toEqual([[3, 6]]);
  });
});

describe('the text of a log line', () => {
  it('has its colours, and nothing that steers a terminal or the page', () => {
    const raw =
      '\u001b[31mred\u001b[0m\u001b]0;title\u0007\u001b]52;c;aGk=\u001b\\\u001b[2J\u001b[10;10H \u202eabc\u0007';
    expect(piecesOf(raw, undefined)).toMatchObject([
      { text: 'red', tone: 'red' },
      { text: String.raw` \u202eabc\u0007`, tone: undefined },
    ]);
    expect(plainText('\u001b[1;38;5;208mPOST\u001b[m /\u009b31mx\u009b0m')).toBe('POST /x');
  });

  it('is highlighted across its colours', () => {
    const pieces = piecesOf('\u001b[32mti\u001b[1mme\u001b[0mout', textSearch('meo', true).highlight);
    expect(pieces.map(({ text, isMatch }) => [text, isMatch])).toEqual([
      ['ti', false],
      ['me', true],
      ['o', true],
      ['ut', false],
    ]);
  });

  it.each([
    ['decorations that add up', '\u001b[1m'.repeat(50_000)],
    ['one sequence of numbers', `\u001b[${'1;'.repeat(100_000)}m`],
    ['sequences that never end', '\u001b['.repeat(100_000)],
    ['titles that never end', '\u001b]'.repeat(100_000)],
  ])('with %s is read in time in proportion to it', (_, raw) => {
    expect(
      piecesOf(raw, undefined)
        .map(({ text }) => text)
        .join(''),
    ).toBe('');
    expect(plainText(raw)).toBe('');
  });

  it('that is a JSON object is its message and its other fields', () => {
    const json = jsonLineOf(
      '{"time":1,"level":"info","msg":"accepted","order":7,"to":{"a":[1]},"__proto__":"x"}',
    );
    expect(json).toMatchObject({
      message: 'accepted',
      listed: [
        ['order', '7'],
        ['to', '{"a":[1]}'],
        ['__proto__', 'x'],
      ],
      moreFields: 0,
    });
    for (const other of ['[1]', '"text"', '{"a":', 'a {"b":1}', ''])
      expect(jsonLineOf(other)).toBeUndefined();
  });

  it('that is JSON of very deep nesting is text, and brackets in its strings do not count', () => {
    const deep = (open: string, close: string): string => `{"a":${open.repeat(6_000)}${close.repeat(6_000)}}`;
    expect(jsonLineOf(deep('[', ']'))).toBeUndefined();
    expect(jsonLineOf(deep('{"a":', '}').replace('{}', '{"a":1}'))).toBeUndefined();
    expect(jsonLineOf(`{"msg":"${'['.repeat(500)} \\" {{"}`)?.message).toBe(`${'['.repeat(500)} " {{`);
    expect(jsonLineOf(`{"msg":"flat","list":[${'[],'.repeat(500)}{}]}`)?.message).toBe('flat');
  });
});

describe('the marks of logs', () => {
  const deployment: Deployment = {
    arn: 'arn',
    id: '1',
    status: 'SUCCESSFUL',
    outcome: 'succeeded',
    images: [],
    isRollbackTarget: false,
    startedAt: new Date(START + 15).toISOString(),
    finishedAt: new Date(START + 35).toISOString(),
    revision: 'web:40',
    callerIdentity: 'mira',
  };
  const stopped: ServiceLogSource = {
    taskId: '3be8f0c2',
    container: 'app',
    revision: 'web:39',
    logGroup: 'g',
    logStream: 's',
    state: 'stopped',
    stoppedAt: new Date(START + 25).toISOString(),
  };

  it('stand between the lines by their time, and the first error is its line', () => {
    const store = createLogStore();
    store.add([line('a', 10), line('b', 20, { level: 'error' }), line('c', 30), line('d', 40)]);
    const facts = { sources: [stopped, stopped], healthy: [], firstErrors: store.firstErrors };
    const marks = marksOf({ ...facts, deployments: [deployment], since: START, until: START + 100 });
    expect(marks.map(({ title }) => title)).toEqual([
      'Deployment of web:40 started by mira',
      'First error of web:40',
      'Task 3be8f0 of web:39 stopped',
      'Deployment of web:40 succeeded',
    ]);
    const shown = (from: number) =>
      rowsOf(store.entries, from, marks).map((row) => (isEntry(row) ? row.text : row.kind));
    expect(shown(0)).toEqual(['a', 'started', 'b', 'stopped', 'c', 'ended', 'd']);
    expect(shown(2)).toEqual(['stopped', 'c', 'ended', 'd']);
  });

  it('outside of the time range are left out', () => {
    const facts = { sources: [stopped], healthy: [], firstErrors: new Map(), deployments: [deployment] };
    expect(marksOf({ ...facts, since: START + 20, until: START + 30 }).map(({ kind }) => kind)).toEqual([
      'stopped',
    ]);
  });

  it('tell the new revision by its number, after a rollback too', () => {
    expect(splitRevisions(new Set(['web:9', 'web:10', 'proxy:70']), 'web:9')).toEqual({
      newest: 'web:10',
      earlier: ['web:9', 'proxy:70'],
    });
    expect(splitRevisions(new Set(), 'web:9')).toEqual({ newest: 'web:9', earlier: [] });
  });
});

describe('the address of logs', () => {
  it('keeps range, filter and moment, and leaves out what is usual', () => {
    const search = {
      from: '2026-11-27T14:00:00.000Z',
      until: '2026-11-27T14:30:00.000Z',
      q: 'a.*b',
      regex: 'on',
      case: 'on',
      levels: 'error,warn',
      task: 'a,b',
      container: '!proxy',
      at: '2026-11-27T14:02:00.000Z',
    };
    expect(searchOf(logsAddressOf(search))).toEqual(search);
    expect(searchOf(logsAddressOf({}))).toEqual({});
    expect(logsAddressOf({ range: 'ever', from: 'x', at: 'y', levels: '' })).toMatchObject({
      range: { kind: '15m' },
      moment: undefined,
    });
  });

  it('of a moment reads the same lines whenever it is opened', () => {
    const { range } = momentAddress(NO_FILTER, START);
    expect(windowOf(range, undefined, START + 90_000_000)).toMatchObject({
      since: '2026-11-27T13:47:00.000Z',
      until: '2026-11-27T14:17:00.000Z',
    });
    expect(windowOf({ kind: '1h' }, undefined, START).since).toBe('2026-11-27T13:02:00.000Z');
    expect(windowOf({ kind: 'deployment' }, 'then', START).since).toBe('then');
  });
});
