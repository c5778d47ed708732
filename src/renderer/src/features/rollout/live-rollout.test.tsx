import { cleanup, screen, waitFor, within } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { cancelled, SlipwayError } from '../../../../shared/errors.ts';
import type { Deployment, Rollout } from '../../../../shared/model/deployment.ts';
import { recall } from '../../lib/memory.ts';
import { createQueryClient } from '../../lib/queries.ts';
import { A_SERVICE, SOME_SETTINGS } from '../../testing/deploy.ts';
import { A_DIAGNOSIS } from '../../testing/diagnosis.ts';
import { type Answer, renderWithEngine } from '../../testing/engine.tsx';
import { aPlan, SERVICE } from '../../testing/plan.ts';
import { LiveRollout } from './live-rollout.tsx';

afterEach(() => {
  cleanup();
  window.localStorage.clear();
});

const ARN = 'arn:aws:ecs:us-east-1:111111111111:service-deployment/main/web/abc';

function aRollout(deployment: Partial<Rollout['deployment']>, sentence: string): Rollout {
  return {
    deployment: {
      arn: ARN,
      id: 'abc',
      status: 'IN_PROGRESS',
      outcome: 'in-progress',
      revision: 'web:42',
      images: [],
      isRollbackTarget: false,
      ...deployment,
    },
    taskGroups: [
      { revision: 'web:41', role: 'old', cells: [], summary: '0 running, 3 gone' },
      {
        revision: 'web:42',
        role: 'new',
        cells: [{ taskId: 't1', state: 'failing', label: 't1, app exited with 1' }],
        summary: '1 failed',
      },
    ],
    circuitBreaker: { status: 'MONITORING', failures: 1, threshold: 3 },
    failures: [{ cause: 'exited with 1', container: 'app', exitCode: 1, times: 3 }],
    events: [],
    sentence,
  };
}

function show(
  last: Rollout,
  told: Partial<Parameters<typeof LiveRollout>[0]> = {},
  deployments: readonly Deployment[] = [],
) {
  return renderWithEngine(
    <LiveRollout service={SERVICE} deploymentArn={ARN} onDismiss={() => undefined} {...told} />,
    { 'releases.watch': () => last, 'services.deployments': () => deployments },
  );
}

describe('a rollout', () => {
  it('says how many errors both revisions write, with the first of the new one', async () => {
    const startedAt = new Date().toISOString();
    const asked: unknown[] = [];
    renderWithEngine(<LiveRollout service={SERVICE} deploymentArn={ARN} onDismiss={() => undefined} />, {
      'releases.watch': () => aRollout({ startedAt, previousRevision: 'web:41' }, 'In progress'),
      'services.deployments': () => [],
      'services.releaseErrors': (input) => {
        asked.push(input);
        const line = { id: '1', taskId: 't1', container: 'app', revision: 'web:42', text: 'ERROR no route' };
        return {
          lines: [line],
          released: { revision: 'web:42', errors: 12, taskMinutes: 5, isPart: false },
          previous: { revision: 'web:41', errors: 0, taskMinutes: 20, isPart: false },
          notRead: [],
        };
      },
    });
    const errors = await screen.findByRole('region', { name: 'Errors in the logs' });
    expect(errors.textContent).toContain('web:422.4 per task and minute (12 in total)');
    expect(errors.textContent).toContain('web:41no errors');
    expect(within(errors).getByRole('list', { name: 'First errors of web:42' }).textContent).toBe(
      'ERROR no route',
    );
    expect(within(errors).getByRole('link', { name: 'Open logs' })).toBeDefined();
    expect(asked).toMatchObject([{ revision: 'web:42', previousRevision: 'web:41', startedAt }]);
  });

  it('never shows a deployment that ECS rolled back as a success', async () => {
    const { container } = show(
      aRollout(
        { status: 'ROLLBACK_SUCCESSFUL', outcome: 'rolled-back', previousRevision: 'web:41' },
        'app exited with 1, 3 times; ECS rolled back to web:41.',
      ),
    );
    expect(await screen.findByText(/ECS rolled back to web:41/)).toBeTruthy();
    expect(screen.getByText('Rolled back')).toBeTruthy();
    expect(screen.queryByText('Succeeded')).toBeNull();
    expect(container.querySelector('[data-outcome="succeeded"]')).toBeNull();
    expect(screen.getByRole('link', { name: 'Compare web:41 and web:42' })).toBeTruthy();
  });

  it('offers the rollback of a failure by the release that it goes to', async () => {
    const failed = aRollout({ status: 'FAILED', outcome: 'failed' }, 'app exited with code 1 (3 times).');
    const target = { ...failed.deployment, arn: `${ARN}d`, revision: 'web:40', isRollbackTarget: true };
    show({ ...failed, diagnosis: A_DIAGNOSIS }, {}, [target]);
    expect(
      (await screen.findByRole('link', { name: /^Roll back to .*web:40/ })).getAttribute('href'),
    ).toContain('dialog=rollback');
  });

  it('that ECS rolled back offers no rollback further back', async () => {
    const ended = aRollout({ status: 'ROLLBACK_SUCCESSFUL', outcome: 'rolled-back' }, 'ECS rolled back.');
    const target = { ...ended.deployment, arn: `${ARN}d`, revision: 'web:40', isRollbackTarget: true };
    show({ ...ended, diagnosis: A_DIAGNOSIS }, {}, [target]);
    expect(await screen.findByRole('button', { name: 'Copy as Markdown' })).toBeTruthy();
    expect(screen.queryByRole('link', { name: /^Roll back to/ })).toBeNull();
  });

  it('that fails while it is in progress has the comparison and the rollback beside the advice, once', async () => {
    const rollout = aRollout({ previousRevision: 'web:41' }, 'app exited with code 1 (3 times).');
    renderWithEngine(<LiveRollout service={SERVICE} deploymentArn={ARN} onDismiss={() => undefined} />, {
      'releases.watch': (_, { emit }) => {
        emit({ ...rollout, diagnosis: A_DIAGNOSIS });
        return new Promise(() => undefined);
      },
    });
    const steps = within(await screen.findByRole('region', { name: 'Next steps' }));
    expect(steps.getByRole('link', { name: 'Compare web:41 and web:42' })).toBeTruthy();
    expect(steps.getByRole('button', { name: /Stop and roll back/ })).toBeTruthy();
    expect(screen.getAllByRole('button', { name: /Stop and roll back/ })).toHaveLength(1);
  });

  it('is titled by where it goes when it is a rollback', async () => {
    show(aRollout({ isRollback: true, revision: 'web:40' }, 'ECS starts tasks of web:40.'));
    expect(await screen.findByRole('region', { name: /^Rollback to web:40/ })).toBeTruthy();
  });

  it('does not repeat the reason of ECS, nor say that it was rolled back while it goes forward', async () => {
    const statusReason = 'Rolled back because of an alarm.';
    const { unmount } = show(
      aRollout({ statusReason, status: 'ROLLBACK_SUCCESSFUL', outcome: 'rolled-back' }, statusReason),
    );
    expect(await screen.findByText(/^Rolled back because of an alarm/)).toBeTruthy();
    expect(screen.queryByText(/^ECS: /)).toBeNull();
    unmount();
    show(aRollout({ statusReason }, 'ECS starts tasks of web:42.'));
    expect(await screen.findByText(/ECS starts tasks of web:42/)).toBeTruthy();
    expect(screen.queryByText(/^ECS: /)).toBeNull();
  });

  it('marks the lines that name an error by a shape and a word too', async () => {
    const failed = aRollout({ status: 'FAILED', outcome: 'failed' }, 'app exited with code 1 (3 times).');
    const lines = [{ text: 'INFO starting' }, { text: 'FATAL cannot start' }];
    const lastLines = { container: 'app', taskId: 'a1b2c3d4', logGroup: '/web', logStream: 'app', lines };
    show({ ...failed, diagnosis: { ...A_DIAGNOSIS, lastLines } });
    const list = await screen.findByRole('list', { name: /^Last lines of app/ });
    const marked = within(list)
      .getAllByRole('listitem')
      .map((line) => within(line).queryByRole('img', { name: 'Error line' }) !== null);
    expect(marked).toEqual([false, true]);
  });

  it('shows an unknown status by its ECS name', async () => {
    show(aRollout({ status: 'PAUSED_BY_AWS', outcome: 'unknown' }, 'ECS says that it is PAUSED_BY_AWS.'));
    expect(await screen.findByText('PAUSED_BY_AWS')).toBeTruthy();
    expect(screen.queryByText('Succeeded')).toBeNull();
  });

  it('shows its result, and can be dismissed then', async () => {
    const onEnded = vi.fn<(rollout: Rollout) => void>();
    const end = aRollout({ status: 'SUCCESSFUL', outcome: 'succeeded' }, 'web:42 runs.');
    const onDismiss = vi.fn<() => void>();
    show(end, { onEnded, onDismiss });
    expect(await screen.findByText('web:42 runs.')).toBeTruthy();
    expect(onEnded).toHaveBeenCalledExactlyOnceWith(end);
    expect(screen.queryByRole('button', { name: /Stop and roll back/ })).toBeNull();

    await userEvent.setup().click(screen.getByRole('button', { name: 'Dismiss' }));
    expect(onDismiss).toHaveBeenCalledOnce();
  });

  it('that was followed to its success is one line, and shows its details on request', async () => {
    let finish: (rollout: Rollout) => void = () => undefined;
    renderWithEngine(<LiveRollout service={SERVICE} deploymentArn={ARN} onDismiss={() => undefined} />, {
      'releases.watch': (_, { emit }) => {
        emit(aRollout({}, '0 of 3 tasks of web:42 run.'));
        return new Promise<Rollout>((resolve) => {
          finish = resolve;
        });
      },
    });
    await screen.findByRole('region', { name: 'New revision web:42' });
    finish(aRollout({ status: 'SUCCESSFUL', outcome: 'succeeded' }, 'web:42 deployed in 6 s.'));
    expect(await screen.findByText('web:42 deployed in 6 s.')).toBeTruthy();
    expect(screen.queryByRole('region', { name: 'New revision web:42' })).toBeNull();
    await userEvent.setup().click(screen.getByRole('button', { name: 'Show details' }));
    expect(screen.getByRole('region', { name: 'New revision web:42' })).toBeTruthy();
  });

  it('in progress shows its task groups, the circuit breaker and the button to stop it', async () => {
    renderWithEngine(<LiveRollout service={SERVICE} deploymentArn={ARN} onDismiss={() => undefined} />, {
      'releases.watch': (_, { emit }) => {
        emit(aRollout({}, '0 of 3 tasks of web:42 run.'));
        return new Promise(() => undefined);
      },
    });
    expect(await screen.findByRole('region', { name: 'New revision web:42' })).toBeTruthy();
    expect(screen.getByText('1 of 3 failures')).toBeTruthy();
    expect(screen.getByRole('button', { name: /Stop and roll back/ })).toBeTruthy();
    expect(screen.queryByRole('button', { name: 'Dismiss' })).toBeNull();
  });

  it('with task sets shows both, which one is primary, and the button to roll back', async () => {
    const taskSet = 'arn:aws:ecs:us-east-1:111111111111:task-set/main/web/2';
    renderWithEngine(<LiveRollout service={SERVICE} deploymentArn={taskSet} onDismiss={() => undefined} />, {
      'releases.watch': (_, { emit }) => {
        emit({
          ...aRollout(
            { arn: taskSet, status: 'ACTIVE', stage: 'SCALE_UP_NEW_TASK_SET' },
            '1 of 3 tasks of web:42 run; web:41 stays the primary task set until they are steady.',
          ),
          strategy: 'TASK_SETS',
          taskGroups: [
            { revision: 'web:41', role: 'old', cells: [], summary: '3 running · primary' },
            {
              revision: 'web:42',
              role: 'new',
              cells: [{ taskId: 't1', state: 'healthy', label: 't1, running' }],
              summary: '1 of 3 healthy',
            },
          ],
        });
        return new Promise(() => undefined);
      },
    });
    const old = await screen.findByRole('region', { name: 'Old revision web:41' });
    expect(old.textContent).toContain('3 running · primary');
    expect(screen.getByText('Task sets')).toBeTruthy();
    expect(screen.getByText('scale up new task set')).toBeTruthy();
    expect(screen.getByRole('button', { name: /Stop and roll back/ })).toBeTruthy();
  });

  it('whose watch failed says so, keeps the last state, and can be watched again', async () => {
    const answers = vi.fn<Answer<'releases.watch'>>((_, { emit }) => {
      emit(aRollout({}, '1 of 3 tasks of web:42 run.'));
      throw new SlipwayError('UNAVAILABLE', 'AWS could not be reached. Check the network and try again.');
    });
    renderWithEngine(<LiveRollout service={SERVICE} deploymentArn={ARN} onDismiss={() => undefined} />, {
      'releases.watch': answers,
    });
    expect((await screen.findByRole('alert')).textContent).toContain('AWS could not be reached');
    expect(screen.getByText('1 of 3 tasks of web:42 run.')).toBeTruthy();
    expect(screen.queryByRole('button', { name: 'Dismiss' })).toBeNull();

    await userEvent.setup().click(screen.getByRole('button', { name: 'Try again' }));
    await waitFor(() => expect(answers).toHaveBeenCalledTimes(2));
  });

  it('ends its watch in the engine when the view closes', async () => {
    const stopped = vi.fn<() => void>();
    const { unmount } = renderWithEngine(
      <LiveRollout service={SERVICE} deploymentArn={ARN} onDismiss={() => undefined} />,
      {
        'releases.watch': (_, { emit, signal }) => {
          signal.addEventListener('abort', stopped);
          emit(aRollout({}, '0 of 3 tasks of web:42 run.'));
          return new Promise(() => undefined);
        },
      },
    );
    await screen.findByText('0 of 3 tasks of web:42 run.');
    unmount();
    await waitFor(() => expect(stopped).toHaveBeenCalledOnce());
  });

  it('shows the traffic shift, and the pause that waits for approval with its two answers', async () => {
    const answered = vi.fn<Answer<'releases.continueHook'>>(() => ({}));
    renderWithEngine(<LiveRollout service={SERVICE} deploymentArn={ARN} onDismiss={() => undefined} />, {
      'releases.watch': (_, { emit }) => {
        emit({
          ...aRollout({ stage: 'POST_TEST_TRAFFIC_SHIFT' }, '3 of 3 tasks of web:42 run.'),
          traffic: [
            { role: 'old', revision: 'web:41', production: 100, test: 0 },
            { role: 'new', revision: 'web:42', production: 0, test: 100 },
          ],
          hooks: [{ id: 'pause-1', target: 'PAUSE', status: 'AWAITING_ACTION', waits: true }],
        });
        return new Promise(() => undefined);
      },
      'releases.continueHook': answered,
    });
    expect(
      await screen.findByRole('img', { name: 'Production traffic: web:41 100 %, web:42 0 %' }),
    ).toBeTruthy();
    await userEvent.setup().click(screen.getByRole('button', { name: 'Continue' }));
    await waitFor(() => expect(answered).toHaveBeenCalledOnce());
    expect(answered.mock.calls[0]?.[0]).toMatchObject({
      deployment: ARN,
      hook: 'pause-1',
      action: 'continue',
    });
  });

  it('that failed shows its evidence and the next steps', async () => {
    const failed = aRollout(
      { status: 'ROLLBACK_SUCCESSFUL', outcome: 'rolled-back', previousRevision: 'web:41' },
      'app exited with 137, out of memory at 512 MiB, 3 times; ECS rolled back to web:41.',
    );
    show({ ...failed, diagnosis: A_DIAGNOSIS });
    expect(await screen.findByText('Raise the memory of app above 512 MiB.')).toBeTruthy();
    expect(screen.getByRole('list', { name: 'Last lines of app' }).textContent).toContain('Killed');
    expect(screen.getByRole('table', { name: 'Failures by cause' }).textContent).toContain('38 s to 52 s');
    expect(screen.getByRole('button', { name: 'Copy as Markdown' })).toBeTruthy();
  });

  it('speaks of stopped tasks only where tasks have stopped', async () => {
    const stuck = {
      kind: 'deployment-stuck',
      cause: "can't be replaced: the percentages leave no task to stop or start",
      times: 3,
    } as const;
    show({
      ...aRollout({}, "A task can't be replaced."),
      diagnosis: { ...A_DIAGNOSIS, stoppedTasks: [stuck] },
    });
    const reported = within(await screen.findByRole('region', { name: 'Reported by ECS' }));
    expect(reported.getByRole('row', { name: /can't be replaced.* 3/ })).toBeTruthy();
    expect(screen.queryByText(/Stopped tasks|deletes stopped tasks/)).toBeNull();
  });

  it('warns past its time limit, offers both choices, and is not shown as failed', async () => {
    const { container } = renderWithEngine(
      <LiveRollout service={SERVICE} deploymentArn={ARN} onDismiss={() => undefined} />,
      {
        'releases.watch': (_, { emit }) => {
          const startedAt = new Date(Date.now() - 6 * 60_000).toISOString();
          emit(aRollout({ startedAt }, '1 of 3 tasks of web:42 run.'));
          return new Promise(() => undefined);
        },
      },
    );
    const user = userEvent.setup();
    const field = await screen.findByRole('textbox', { name: 'Warn me after' });
    await user.type(field, '70');
    expect(screen.queryByRole('alert')).toBeNull();
    await user.clear(field);
    await user.type(field, '5');
    const warning = await screen.findByRole('alert');
    expect(warning.textContent).toContain('Running for more than 5 min.');
    expect(within(warning).getByRole('button', { name: /Stop and roll back/ })).toBeTruthy();
    expect(container.querySelector('[data-outcome="in-progress"]')).toBeTruthy();

    await user.click(within(warning).getByRole('button', { name: 'Keep waiting' }));
    expect(screen.queryByRole('alert')).toBeNull();
    expect(recall('warn-after-minutes')).toBe('5');
  });

  it('that ran out of memory offers a deployment with more memory and a link to the log', async () => {
    const plan = vi.fn<Answer<'releases.plan'>>(() => aPlan());
    const failed = aRollout(
      { status: 'ROLLBACK_SUCCESSFUL', outcome: 'rolled-back', previousRevision: 'web:41' },
      'app exited with 137, out of memory at 512 MiB, 3 times; ECS rolled back to web:41.',
    );
    renderWithEngine(<LiveRollout service={SERVICE} deploymentArn={ARN} onDismiss={() => undefined} />, {
      'releases.watch': () => ({ ...failed, diagnosis: A_DIAGNOSIS }),
      'services.get': () => A_SERVICE,
      'services.settings': () => SOME_SETTINGS,
      'repositories.list': () => [],
      'releases.plan': plan,
    });
    const user = userEvent.setup();
    const logs = await screen.findByRole('link', { name: 'Open in CloudWatch Logs' });
    expect(logs.getAttribute('href')).toBe(A_DIAGNOSIS.lastLines?.consoleUrl);

    await user.click(screen.getByRole('button', { name: /Deploy with more memory/ }));
    expect(
      await screen.findByText(/app ran out of memory at 512 MiB. This deploys web:42 again/),
    ).toBeTruthy();
    expect(screen.getByRole('textbox', { name: 'Task memory' })).toHaveProperty('value', '1024 MiB');
    await user.click(screen.getByRole('button', { name: 'Review changes' }));
    await waitFor(() => expect(plan).toHaveBeenCalledOnce());
    expect(plan.mock.calls[0]?.[0].change).toEqual({
      from: A_DIAGNOSIS.moreMemory?.from,
      memory: '1024',
    });
  });

  it('that has succeeded offers the patch of its declaration while its revision is the one that runs', async () => {
    const declaration = {
      kind: 'cdk' as const,
      title: 'CDK stack shop',
      where: 'arn',
      isOwner: true,
      same: 0,
      differences: [{ name: 'image of app', declared: 'web:1', running: 'web:2' }],
      computed: [],
      notes: [],
    };
    const open = (runningRevision: string) =>
      renderWithEngine(
        <LiveRollout
          service={SERVICE}
          deploymentArn={ARN}
          onDismiss={() => undefined}
          runningRevision={runningRevision}
        />,
        {
          'releases.watch': () =>
            aRollout({ status: 'SUCCESSFUL', outcome: 'succeeded' }, 'web:42 deployed.'),
          'services.deployments': () => [],
          'drift.get': () => ({ declarations: [declaration], notRead: [] }),
        },
      );
    open('web:42');
    expect(await screen.findByRole('button', { name: 'Write the images back…' })).toBeTruthy();
    cleanup();
    open('web:43');
    await screen.findByText('web:42 deployed.');
    expect(screen.queryByRole('region', { name: 'Declared image' })).toBeNull();
  });

  it('is followed again when its page is opened a second time', async () => {
    const queries = createQueryClient();
    const answer = vi.fn<Answer<'releases.watch'>>((_, { emit, signal }) => {
      emit(aRollout({}, '1 of 3 tasks of web:42 run.'));
      return new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(cancelled('The watch')), { once: true });
      });
    });
    const open = () =>
      renderWithEngine(
        <LiveRollout service={SERVICE} deploymentArn={ARN} onDismiss={() => undefined} />,
        { 'releases.watch': answer, 'services.deployments': () => [] },
        queries,
      );
    const first = open();
    await screen.findByText('1 of 3 tasks of web:42 run.');
    first.unmount();

    open();
    await waitFor(() => expect(answer).toHaveBeenCalledTimes(2));
    expect(screen.queryByRole('button', { name: 'Dismiss' })).toBeNull();
  });
});
