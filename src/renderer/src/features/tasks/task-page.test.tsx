import { cleanup, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { SlipwayError } from '../../../../shared/errors.ts';
import type { Guard } from '../../../../shared/model/environment.ts';
import type { Task } from '../../../../shared/model/task.ts';
import { createQueryClient } from '../../lib/queries.ts';
import { parseServiceSearch } from '../../lib/search.ts';
import { type Answers, renderAtAddress, renderWithEngine } from '../../testing/engine.tsx';
import { A_TASK_DETAIL, aTaskOf } from '../../testing/tasks.ts';
import { RunTaskDialog } from './run-task-dialog.tsx';
import { matchingTasks, matrixOf } from './task-groups.ts';
import { TaskPage } from './task-page.tsx';
import { TasksTable } from './tasks-table.tsx';
import { TASKS_TEXT } from './tasks-text.ts';

afterEach(cleanup);

const SERVICE = { account: 'sandbox', region: 'us-east-1', cluster: 'main', service: 'web' };
const GUARD: Guard = {
  environment: 'production',
  from: 'rule',
  confirm: 'name',
  readOnly: false,
  mutableTags: 'allow',
};

const USUAL: Answers = {
  'accounts.refused': () => [],
  'environments.of': () => GUARD,
  'tasks.get': () => A_TASK_DETAIL,
  'tasks.lines': () => ({
    containers: [],
    notRead: [
      'app is not read: the log driver splunk sends its lines elsewhere, to https://logs.example:8088.',
    ],
  }),
  'tasks.checkStop': () => ({
    effects: [{ isWarning: false, sentence: 'web starts another task in its place.' }],
    word: 'web',
  }),
};

const drawn = new Set<string>();
function Drawn({ task }: { readonly task: Task }) {
  drawn.add(task.id);
  return null;
}

function renderTasks(answers: Answers, address?: string) {
  return renderAtAddress(
    (search) => (
      <TasksTable
        service={SERVICE}
        revision="web:42"
        actions={() => null}
        search={parseServiceSearch(search)}
      />
    ),
    answers,
    address,
  );
}

function openPage(answers: Answers, search: { readonly ask?: 'stop' } = {}) {
  const { service, ...place } = SERVICE;
  return renderWithEngine(
    <TaskPage
      {...place}
      service={service}
      task={A_TASK_DETAIL.task.id}
      search={search}
      actions={() => null}
    />,
    { ...USUAL, ...answers },
  );
}

describe('the page of a task', () => {
  it('shows containers with their exit code, where it runs, its protection and what could not be read', async () => {
    openPage({});
    expect(await screen.findByText('10.0.1.4')).toBeDefined();
    expect(screen.getByText('eni-0a1b')).toBeDefined();
    expect(screen.getByText(/^Protected until/)).toBeDefined();
    const elsewhere = await screen.findByRole('link', { name: 'https://logs.example:8088' });
    expect(elsewhere.getAttribute('href')).toBe('https://logs.example:8088');
    expect(elsewhere.parentElement?.textContent).toMatch(/to https:\/\/logs\.example:8088\.$/);
    const row = screen.getByRole('row', { name: /sidecar/ });
    expect(within(row).getByText('2')).toBeDefined();
    expect(within(row).getByText('OutOfMemoryError')).toBeDefined();
  });

  it('shows a tag with odd characters as text', async () => {
    const value = '<img src=x onerror=alert(1)>';
    openPage({ 'tasks.get': () => ({ ...A_TASK_DETAIL, tags: [{ key: 'owner', value }] }) });
    expect(await screen.findByText(value)).toBeDefined();
  });

  it('says why a task failed, and that Slipway kept it', async () => {
    const task: Task = {
      ...A_TASK_DETAIL.task,
      lastStatus: 'STOPPED',
      desiredStatus: 'STOPPED',
      state: 'failing',
      stoppedReason: 'Essential container in task exited',
      keptAt: '2026-01-02T04:00:00.000Z',
    };
    openPage({
      'tasks.get': () => ({
        ...A_TASK_DETAIL,
        task,
        failure: { cause: 'exited with code 1', container: 'app' },
      }),
    });
    expect(await screen.findByText('app exited with code 1.')).toBeDefined();
    expect(screen.getByText(/ECS no longer has this task. Slipway kept this record/)).toBeDefined();
    expect(screen.getByRole('button', { name: 'Stop task…' })).toHaveProperty('disabled', true);
  });

  it('says what is wrong with an address that leads to no task', async () => {
    openPage({
      'tasks.get': () => {
        throw new SlipwayError('NOT_FOUND', 'The task abc is in the cluster other. Open it there.');
      },
    });
    expect(await screen.findByText('The task abc is in the cluster other. Open it there.')).toBeDefined();
  });

  it('stops a task once the name is typed that production asks for', async () => {
    const sent: unknown[] = [];
    openPage(
      {
        'tasks.stop': (input) => {
          sent.push(input);
          return A_TASK_DETAIL.task;
        },
      },
      { ask: 'stop' },
    );
    const dialog = await screen.findByRole('dialog', { name: /^Stop task/ });
    expect(await within(dialog).findByText('web starts another task in its place.')).toBeDefined();
    const button = within(dialog).getByRole('button', { name: 'Stop task' });
    expect(button).toHaveProperty('disabled', true);
    fireEvent.change(await within(dialog).findByRole('textbox', { name: /^Type web/ }), {
      target: { value: 'web' },
    });
    fireEvent.change(within(dialog).getByRole('textbox', { name: 'Reason' }), {
      target: { value: ' It hangs ' },
    });
    fireEvent.click(button);
    await waitFor(() =>
      expect(sent).toEqual([
        expect.objectContaining({ confirmation: 'web', why: 'It hangs', cluster: 'main' }),
      ]),
    );
  });
});

describe('a one-off task from the window', () => {
  const run = (answers: Answers) =>
    renderWithEngine(<RunTaskDialog service={SERVICE} revision="web:42" opened onClose={() => undefined} />, {
      ...USUAL,
      'environments.of': () => ({ ...GUARD, confirm: 'click' }),
      ...answers,
    });

  const CHECKED = {
    revision: 'web:42',
    container: 'app',
    containers: ['app'],
    command: ['/bin/sh', '-c', 'exit 3'],
    ownCommand: [],
    place: 'FARGATE',
    checks: [],
  };

  it('is checked first, says where its command cannot be read, and shows its exit code', async () => {
    const asked: unknown[] = [];
    run({
      'tasks.checkRun': ({ commandLine = '' }) => {
        if (commandLine.includes('"')) {
          throw new SlipwayError(
            'INVALID_INPUT',
            `The command can't be read at character 6: the quote " has no end.`,
          );
        }
        return { ...CHECKED, command: ['/bin/sh', '-c', commandLine] };
      },
      'tasks.run': (input, { emit }) => {
        asked.push(input);
        emit({ kind: 'task', task: aTaskOf('web:42', 'us-east-1a') });
        return {
          id: '0b8f8d4e-3d0c-4a68-9b5c-0f0c7b0f9a01',
          task: aTaskOf('web:42', 'us-east-1a'),
          container: 'app',
          exitCode: 3,
          sentence: 'The task ended: app exited with code 3.',
        };
      },
    });
    const command = await screen.findByRole('textbox', { name: 'Command' });
    fireEvent.change(command, { target: { value: 'echo "x' } });
    fireEvent.change(screen.getByRole('textbox', { name: 'Variables' }), {
      target: { value: 'MODE=full\nnonsense' },
    });
    expect(screen.getByText('Line 2 is not KEY=VALUE.')).toBeDefined();
    fireEvent.change(screen.getByRole('textbox', { name: 'Variables' }), { target: { value: 'MODE=full' } });
    fireEvent.click(screen.getByRole('button', { name: 'Review' }));
    expect(await screen.findByText(/at character 6/)).toBeDefined();
    fireEvent.click(screen.getByRole('button', { name: 'Back' }));
    fireEvent.change(await screen.findByRole('textbox', { name: 'Command' }), {
      target: { value: 'exit 3' },
    });
    fireEvent.click(screen.getByRole('button', { name: 'Review' }));
    const start = await screen.findByRole('button', { name: 'Run task' });
    await waitFor(() => expect(start).toHaveProperty('disabled', false));
    fireEvent.click(start);
    expect(await screen.findByText('The task ended: app exited with code 3.')).toBeDefined();
    expect(asked).toEqual([
      expect.objectContaining({
        taskDefinition: 'web:42',
        command: ['/bin/sh', '-c', 'exit 3'],
        environment: [{ name: 'MODE', value: 'full' }],
      }),
    ]);
  });

  it('that has stopped is not said to continue while its last lines are read', async () => {
    const end = Promise.withResolvers<never>();
    run({
      'tasks.checkRun': () => CHECKED,
      'tasks.run': (_input, { emit }) => {
        emit({ kind: 'task', task: { ...aTaskOf('web:42', 'us-east-1a'), lastStatus: 'STOPPED' } });
        return end.promise;
      },
    });
    fireEvent.change(await screen.findByRole('textbox', { name: 'Command' }), {
      target: { value: 'exit 3' },
    });
    fireEvent.click(screen.getByRole('button', { name: 'Review' }));
    const start = await screen.findByRole('button', { name: 'Run task' });
    await waitFor(() => expect(start).toHaveProperty('disabled', false));
    fireEvent.click(start);
    expect(await screen.findByText('The task has stopped. Its last lines are being read.')).toBeDefined();
    expect(screen.queryByText(/continues/)).toBeNull();
  });
});

describe('the tasks of a service', () => {
  const many = [
    ...Array.from({ length: 5 }, () => aTaskOf('web:42', 'us-east-1a')),
    aTaskOf('web:42', 'us-east-1b'),
    ...Array.from({ length: 2 }, () => aTaskOf('web:41', 'us-east-1b')),
    { ...aTaskOf('web:41', 'us-east-1a'), lastStatus: 'STOPPED', desiredStatus: 'STOPPED' },
  ];

  it('are counted by revision and zone, the newest revision first, and an uneven spread is told', () => {
    expect(matrixOf(many)).toEqual({
      zones: ['us-east-1a', 'us-east-1b'],
      revisions: [
        { revision: 'web:42', counts: [5, 1], total: 6, isUneven: true },
        { revision: 'web:41', counts: [0, 2], total: 2, isUneven: true },
      ],
    });
    expect(matchingTasks(many, { revision: 'web:41', text: '' })).toHaveLength(2);
    expect(matchingTasks(many, { state: 'stopped', text: '' })).toHaveLength(1);
  });

  it('are filtered by a cell, which the address has, and of more the first hundred are drawn', async () => {
    const hundreds = Array.from({ length: 120 }, (_, index) =>
      aTaskOf('web:42', index % 4 === 0 ? 'us-east-1a' : 'us-east-1b'),
    );
    const { location } = renderTasks({
      'services.tasks': () => [
        ...hundreds,
        {
          ...aTaskOf('web:40', 'us-east-1a'),
          lastStatus: 'STOPPED',
          desiredStatus: 'STOPPED',
          keptAt: '2026-01-02T04:00:00.000Z',
        },
      ],
    });
    expect(await screen.findByText('Show 21 more of 21')).toBeDefined();
    expect(screen.getAllByLabelText(/^Open task/)).toHaveLength(100);
    fireEvent.click(screen.getByLabelText('30 of web:42 in us-east-1a'));
    await waitFor(() => expect(screen.queryByText(/^Show 21 more/)).toBeNull());
    expect(location()).toBe('/?taskRevision=web%3A42&taskZone=us-east-1a');
    fireEvent.click(screen.getByLabelText('30 of web:42 in us-east-1a'));
    fireEvent.click(screen.getByText('Kept', { selector: 'fieldset button' }));
    await waitFor(() => expect(screen.getAllByLabelText(/^Open task/)).toHaveLength(1));
    expect(location()).toBe('/?taskState=kept');
  });

  it('keep their filters in the address, so that a reload and Back from a task show the same tasks', async () => {
    const { location } = renderTasks(
      { 'services.tasks': () => [aTaskOf('web:41', 'us-east-1a'), aTaskOf('web:42', 'us-east-1b')] },
      '/?taskText=web:41',
    );
    await waitFor(() => expect(screen.getAllByLabelText(/^Open task/)).toHaveLength(1));
    fireEvent.change(screen.getByDisplayValue('web:41'), { target: { value: 'nothing' } });
    await waitFor(() => expect(location()).toBe('/?taskText=nothing'));
    fireEvent.click(await screen.findByText(TASKS_TEXT.clearFilter));
    await waitFor(() => expect(screen.getAllByLabelText(/^Open task/)).toHaveLength(2));
    expect(location()).toBe('/');
  });

  it('draws only the rows that a new answer has changed, wherever they stand then', async () => {
    drawn.clear();
    const old = Array.from({ length: 60 }, () => aTaskOf('web:42', 'us-east-1a'));
    const started = aTaskOf('web:42', 'us-east-1b');
    let answer: readonly Task[] = old;
    const queries = createQueryClient();
    renderWithEngine(
      <TasksTable service={SERVICE} revision="web:42" actions={Drawn} search={{}} />,
      { 'services.tasks': () => structuredClone(answer) },
      queries,
    );
    await waitFor(() => expect(drawn.size).toBe(60));
    drawn.clear();
    answer = [started, ...old];
    await queries.refetchQueries({ queryKey: ['services.tasks'] });
    await waitFor(() => expect(screen.getAllByLabelText(/^Open task/)).toHaveLength(61));
    expect([...drawn]).toEqual([started.id]);
  });

  it('are found by whatever their row says, by ARN, stop code and image, in any case', () => {
    const stopped: Task = {
      ...aTaskOf('Web-API:41', 'us-east-1b'),
      stopCode: 'EssentialContainerExited',
      stoppedReason: 'Essential container in task exited',
      containers: [
        { name: 'app', exitCode: 137, reason: 'OutOfMemoryError: container killed', image: 'acme/api:1.9.0' },
      ],
    };
    const tasks = [aTaskOf('web:42', 'us-east-1a'), stopped];
    const found = (text: string) => matchingTasks(tasks, { text }).map(({ id }) => id);
    for (const text of [
      stopped.arn,
      stopped.id.toUpperCase(),
      'web-api:41',
      'essentialcontainer',
      'Essential container',
      'code 137',
      'container killed',
      'acme/api:1.9',
    ])
      expect([text, found(text)]).toEqual([text, [stopped.id]]);
    expect(found('nowhere')).toEqual([]);
  });
});
