import { cleanup, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, describe, expect, it } from 'vitest';
import { SlipwayError } from '../../../../shared/errors.ts';
import type { Deployment, Rollout } from '../../../../shared/model/deployment.ts';
import type { ServiceDetail } from '../../../../shared/model/service.ts';
import { A_DIAGNOSIS } from '../../testing/diagnosis.ts';
import type { Answers } from '../../testing/engine.tsx';
import { openWindow } from '../../testing/window.tsx';

const PAGE = '/a/sandbox/us-east-1/c/main/s/web';
const OLD = `sha256:9f2c41ab${'0'.repeat(56)}`;
const NEW = `sha256:c07d5e13${'0'.repeat(56)}`;

const web: ServiceDetail = {
  name: 'web',
  arn: 'arn:aws:ecs:us-east-1:123456789012:service/main/web',
  cluster: 'main',
  state: 'steady',
  desired: 4,
  running: 4,
  pending: 0,
  cells: ['running', 'running', 'running', 'running'],
  revision: 'web:41',
  imageVersion: 'latest',
  environment: 'production',
  taskDefinitionArn: 'arn:aws:ecs:us-east-1:123456789012:task-definition/web:41',
  family: 'web',
  controller: 'ECS',
  configuration: [],
  runs: [
    {
      container: 'app',
      image: 'acme/web:latest',
      digests: [
        { digest: OLD, tasks: 3 },
        { digest: NEW, tasks: 1 },
      ],
    },
  ],
  events: [],
  tags: [],
  consoleUrl: 'https://us-east-1.console.aws.amazon.com/ecs/v2/clusters/main/services/web',
};

const around: Answers = { 'services.list': () => [], 'services.deployments': () => [] };

afterEach(() => {
  cleanup();
  localStorage.clear();
});

function release(revision: string, isRollbackTarget: boolean): Deployment {
  return {
    arn: `arn:aws:ecs:us-east-1:123456789012:service-deployment/main/web/${revision}`,
    id: revision,
    status: 'SUCCESSFUL',
    outcome: 'succeeded',
    revision,
    images: [{ container: 'web', image: 'registry/web:1.9.0' }],
    isRollbackTarget,
  };
}

describe('the service page', () => {
  it('shows both digests when the tasks of a container run two', async () => {
    openWindow(PAGE, { ...around, 'services.get': () => web });
    expect(await screen.findByText('@9f2c41ab')).toBeDefined();
    expect(screen.getByText('3 tasks')).toBeDefined();
    expect(screen.getByText('@c07d5e13')).toBeDefined();
    expect(screen.getByText('1 task')).toBeDefined();
  });

  it('names the problem of the team ledger once, where neither the lock nor new entries can be read', async () => {
    const problem = 'The table slipway-ledger refuses reads: add dynamodb:Query to your role.';
    openWindow(PAGE, {
      ...around,
      'services.get': () => web,
      'locks.status': () => ({ ledger: 'unavailable', problem, waiting: [] }),
      'ledger.sync': () => ({ received: 0, waiting: 0, problem }),
    });
    expect(await screen.findAllByText(problem, { exact: false })).toHaveLength(1);
    cleanup();
    openWindow(PAGE, {
      ...around,
      'services.get': () => web,
      'locks.status': () => ({ ledger: 'read', waiting: [] }),
      'ledger.sync': () => ({ received: 0, waiting: 2, problem }),
    });
    expect((await screen.findByText(problem, { exact: false })).textContent).toContain(
      '2 changes of this machine',
    );
  });

  it('marks what AWS would refuse before it is clicked, says why, and lets it be tried all the same', async () => {
    const user = userEvent.setup();
    openWindow(PAGE, {
      ...around,
      'services.get': () => web,
      'accounts.refused': ({ changes }) => {
        expect(changes).toContain('deploy');
        return [
          { change: 'deploy', action: 'ecs:UpdateService', at: new Date(Date.now() - 300_000).toISOString() },
        ];
      },
    });
    const deploy = await screen.findByRole('button', { name: /^Deploy/ });
    await waitFor(() => expect(deploy.getAttribute('aria-disabled')).toBe('true'));
    const note = document.getElementById(deploy.getAttribute('aria-describedby') ?? '');
    expect(note?.textContent?.trim()).toBe(
      "You aren't allowed to use ecs:UpdateService (refused 5 min ago).",
    );
    expect(screen.getByRole('button', { name: /^Scale/ }).getAttribute('aria-disabled')).toBeNull();
    await user.click(deploy);
    await user.keyboard('d');
    expect(screen.queryByRole('dialog')).toBeNull();
    await user.click(screen.getByRole('button', { name: 'Try anyway' }));
    expect(deploy.getAttribute('aria-disabled')).toBeNull();
    await user.click(deploy);
    expect(await screen.findByRole('dialog')).toBeDefined();
  });

  it('names all actions that a simulation of the policies denies in one sentence', async () => {
    openWindow(PAGE, {
      ...around,
      'services.get': () => web,
      'accounts.refused': () => [
        { change: 'deploy', action: 'ecs:UpdateService' },
        { change: 'scale', action: 'ecs:UpdateService' },
        { change: 'stop', action: 'ecs:StopServiceDeployment' },
        { change: 'continue', action: 'ecs:ContinueServiceDeployment' },
      ],
    });
    const sentence =
      "You aren't allowed to use ecs:UpdateService, ecs:StopServiceDeployment and ecs:ContinueServiceDeployment (by a simulation of your IAM policies).";
    expect((await screen.findByText(sentence)).textContent.trim()).toBe(sentence);
  });

  it('has the next steps of a failing service beside its cause', async () => {
    const problem = {
      kind: 'health-checks-fail',
      sentence: '30 tasks failed their container health check.',
      nextStep: 'Run the health check in the image.',
    } as const;
    openWindow(PAGE, { ...around, 'services.get': () => ({ ...web, state: 'failing', problem }) });
    expect(await screen.findByText(problem.sentence)).toBeDefined();
    const tasks = screen.getByRole('link', { name: 'Open tasks (web)' });
    expect(tasks.getAttribute('href')).toContain('tab=tasks');
    expect(screen.getByRole('link', { name: 'Roll back… (web)' })).toBeDefined();
  });

  it('shows the address, the size and the scaling of an Express service, and scales its bounds', async () => {
    const express = {
      endpoints: [{ url: 'https://we-0123.ecs.us-east-1.on.aws', isPublic: true }],
      cpu: '1024',
      memory: '2048',
      scaling: {
        minTaskCount: 1,
        maxTaskCount: 20,
        autoScalingMetric: 'AVERAGE_CPU',
        autoScalingTargetValue: 60,
      },
    };
    let asked: unknown;
    openWindow(PAGE, {
      ...around,
      'services.get': () => ({ ...web, isExpress: true, express }),
      'releases.plan': ({ change }) => {
        asked = change;
        throw new SlipwayError('UNAVAILABLE', 'Not now.');
      },
    });
    expect(await screen.findByText('Express')).toBeDefined();
    const link = screen.getByRole('link', { name: 'https://we-0123.ecs.us-east-1.on.aws' });
    expect(link.getAttribute('href')).toBe('https://we-0123.ecs.us-east-1.on.aws');
    expect(screen.getByText('1024 CPU units, 2048 MiB')).toBeDefined();
    expect(screen.getByText('1 to 20 tasks by average CPU, target 60 %')).toBeDefined();

    await userEvent.click(screen.getByRole('button', { name: /^Scale/ }));
    const least = await screen.findByRole('textbox', { name: 'Minimum tasks' });
    await userEvent.clear(least);
    await userEvent.type(least, '3');
    await userEvent.click(screen.getByRole('button', { name: 'Review changes' }));
    await waitFor(() => expect(asked).toEqual({ scaling: { minTaskCount: 3, maxTaskCount: 20 } }));
  });

  it('says in the form of the number of tasks where Application Auto Scaling keeps it', async () => {
    const scaling = { least: 2, most: 10, isSuspended: false, policies: ['cpu'] };
    openWindow(`${PAGE}?dialog=scale`, { ...around, 'services.get': () => ({ ...web, scaling }) });
    const help = await screen.findByText(/Application Auto Scaling keeps the number/);
    expect(help.textContent).toMatch(/between 2 and 10\.$/);
  });

  it('keeps the number of tasks that was typed when Escape closes the form, and Cancel discards it', async () => {
    openWindow(PAGE, { ...around, 'services.get': () => web });
    const scale = await screen.findByRole('button', { name: /^Scale/ });
    const field = () => screen.findByRole<HTMLInputElement>('textbox', { name: 'Desired tasks' });
    await userEvent.click(scale);
    await userEvent.clear(await field());
    await userEvent.type(await field(), '7');
    await userEvent.keyboard('{Escape}');
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    cleanup();
    openWindow(`${PAGE}?dialog=scale`, { ...around, 'services.get': () => web });
    expect((await field()).value).toBe('7');
    await userEvent.click(screen.getByRole('button', { name: 'Cancel' }));
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    await userEvent.click(screen.getByRole('button', { name: /^Scale/ }));
    expect((await field()).value).toBe('4');
  });

  it('has the cause and the next step of what is wrong with the service', async () => {
    const sentence = 'The task definition web:41 is INACTIVE: no deployment can choose it.';
    const problem = {
      kind: 'revision-not-active',
      sentence,
      nextStep: 'Deploy an active revision.',
    } as const;
    openWindow(PAGE, { ...around, 'services.get': () => ({ ...web, state: 'degraded', problem }) });
    expect(await screen.findByText('Drifted')).toBeDefined();
    expect(screen.getByText(sentence)).toBeDefined();
    expect(screen.getByText('Deploy an active revision.')).toBeDefined();
  });

  it('that is opened after a rollback says why on top, until the card of that deployment is open', async () => {
    const failedDeploymentArn = 'arn:aws:ecs:us-east-1:123456789012:service-deployment/main/web/d1';
    const failedBecause = 'The circuit breaker threshold was exceeded.';
    const cause = 'app exited with code 1 (3 times).';
    const answers: Answers = {
      ...around,
      'services.get': () => ({ ...web, state: 'rolled-back', failedDeploymentArn, failedBecause }),
      'services.history': () => ({
        releases: [{ arn: failedDeploymentArn, images: [], cause }],
        earlier: [],
        earlierCount: 0,
      }),
      'releases.watch': () => new Promise(() => undefined),
    };
    openWindow(PAGE, answers);
    expect(await screen.findByText(`The last deployment was rolled back: ${cause}`)).toBeDefined();
    await userEvent.click(screen.getByRole('link', { name: 'Open failure (web)' }));
    await waitFor(() => expect(screen.queryByText(/^The last deployment was rolled back/)).toBeNull());
  });

  it('says the cause of a failing deployment once, on the card of the deployment', async () => {
    const arn = 'arn:aws:ecs:us-east-1:123456789012:service-deployment/main/web/d1';
    const problem = {
      kind: 'tasks-fail',
      sentence: 'Tasks of web:42 stop: app ran out of memory.',
      nextStep: 'Raise its memory.',
    } as const;
    const rollout: Rollout = {
      deployment: {
        arn,
        id: 'd1',
        status: 'IN_PROGRESS',
        outcome: 'in-progress',
        revision: 'web:42',
        images: [],
        isRollbackTarget: false,
      },
      taskGroups: [],
      failures: [],
      events: [],
      sentence: 'In progress, but app ran out of memory, 3 times.',
      diagnosis: A_DIAGNOSIS,
    };
    const failing = { ...web, state: 'failing', problem, activeDeploymentArn: arn } as const;
    openWindow(PAGE, {
      ...around,
      'services.get': () => failing,
      'releases.watch': () => rollout,
    });
    expect(await screen.findByText(rollout.sentence)).toBeDefined();
    expect(screen.getByText(A_DIAGNOSIS.help)).toBeDefined();
    expect(screen.queryByText(problem.sentence)).toBeNull();
    expect(screen.queryByText(problem.nextStep)).toBeNull();
  });

  it('counts tasks on the card of a deployment while that is in progress, and in the heading otherwise', async () => {
    const arn = 'arn:aws:ecs:us-east-1:123456789012:service-deployment/main/web/d1';
    const rollout: Rollout = {
      deployment: {
        arn,
        id: 'd1',
        status: 'IN_PROGRESS',
        outcome: 'in-progress',
        revision: 'web:42',
        images: [],
        isRollbackTarget: false,
      },
      taskGroups: [{ revision: 'web:42', role: 'new', cells: [], summary: '0 of 4 running, 2 starting' }],
      failures: [],
      events: [],
      sentence: 'ECS is starting tasks.',
    };
    let detail: ServiceDetail = { ...web, state: 'deploying', pending: 2, activeDeploymentArn: arn };
    const { queries } = openWindow(PAGE, {
      ...around,
      'services.get': () => detail,
      'releases.watch': (_input, { emit }) => {
        emit(rollout);
        return new Promise(() => undefined);
      },
    });
    expect(await screen.findByText('0 of 4 running, 2 starting')).toBeDefined();
    expect(screen.queryByText('4 of 4 running', { exact: false })).toBeNull();
    detail = web;
    await queries.invalidateQueries({ queryKey: ['services.get'] });
    expect(await screen.findByText('4 of 4 running · web:41')).toBeDefined();
  });

  it('counts tasks in the heading where the deployment in progress cannot be read', async () => {
    const activeDeploymentArn = 'arn:aws:ecs:us-east-1:123456789012:service-deployment/main/web/d1';
    openWindow(PAGE, {
      ...around,
      'services.get': () => ({ ...web, activeDeploymentArn }),
      'releases.watch': () => {
        throw new SlipwayError('FORBIDDEN', "You aren't allowed to read deployments.");
      },
    });
    expect(await screen.findByText("You aren't allowed to read deployments.")).toBeDefined();
    expect(screen.getByText('4 of 4 running · web:41')).toBeDefined();
  });

  it('is not called deploying beside a deployment that was rolled back, before it is read again', async () => {
    const arn = 'arn:aws:ecs:us-east-1:123456789012:service-deployment/main/web/d1';
    openWindow(PAGE, {
      ...around,
      'services.get': () => ({ ...web, state: 'deploying', activeDeploymentArn: arn }),
      'releases.watch': () => ({
        deployment: {
          arn,
          id: 'd1',
          status: 'ROLLBACK_SUCCESSFUL',
          outcome: 'rolled-back',
          revision: 'web:42',
          images: [],
          isRollbackTarget: false,
        },
        taskGroups: [],
        failures: [],
        events: [],
        sentence: 'ECS rolled back to web:41.',
      }),
    });
    expect(await screen.findByText('ECS rolled back to web:41.')).toBeDefined();
    await waitFor(() => expect(screen.getAllByText('Rolled back')).toHaveLength(2));
    expect(screen.queryByText('Deploying')).toBeNull();
  });

  it('offers no rollback in its heading where ECS has just rolled back, and says why', async () => {
    openWindow(PAGE, {
      ...around,
      'services.get': () => ({ ...web, state: 'rolled-back' }),
      'services.deployments': () => [
        { ...release('web:42', false), status: 'ROLLBACK_SUCCESSFUL', outcome: 'rolled-back' },
        release('web:41', false),
        release('web:40', true),
      ],
    });
    const button = await screen.findByRole('button', { name: /^Roll back/ });
    await waitFor(() => expect(button).toHaveProperty('disabled', true));
    expect(button.title).toBe(
      'ECS has rolled back: web:41 runs again. To go further back, choose a release in the history.',
    );
  });

  it('names the release that a rollback goes to, and offers none where no earlier one succeeded', async () => {
    openWindow(PAGE, {
      ...around,
      'services.get': () => web,
      'services.deployments': () => [release('web:41', false), release('web:40', true)],
    });
    expect(await screen.findByRole('button', { name: /^Roll back to 1\.9\.0 \(web:40\)/ })).toHaveProperty(
      'disabled',
      false,
    );
    cleanup();
    openWindow(PAGE, {
      ...around,
      'services.get': () => web,
      'services.deployments': () => [release('web:41', false)],
    });
    const button = await screen.findByRole('button', { name: /^Roll back/ });
    await waitFor(() => expect(button).toHaveProperty('disabled', true));
    expect(button.title).toBe('No earlier release succeeded, so there is nothing to roll back to.');
  });

  it('stays usable after the service was deleted, and says so once with a link back', async () => {
    let isDeleted = false;
    const { queries, router } = openWindow(PAGE, {
      ...around,
      'services.get': () => {
        if (isDeleted) throw new SlipwayError('NOT_FOUND', 'There is no service web in the cluster main.');
        return web;
      },
    });
    await screen.findByText('4 of 4 running', { exact: false });
    isDeleted = true;
    await queries.invalidateQueries({ queryKey: ['services.get'] });

    expect((await screen.findByRole('alert')).textContent).toContain('web was deleted.');
    expect(screen.getByText('@9f2c41ab')).toBeDefined();
    expect(screen.getByRole('button', { name: /Deploy/ }).hasAttribute('disabled')).toBe(true);
    await userEvent.click(screen.getByRole('link', { name: 'Back to services' }));
    expect(router.state.location.pathname).toBe('/a/sandbox/us-east-1/c/main');
  });

  it('says once that the service was deleted, where its deployment is missing too', async () => {
    let isDeleted = false;
    const arn = 'arn:aws:ecs:us-east-1:123456789012:service-deployment/main/web/d1';
    const missing = (what: string): never => {
      throw new SlipwayError('NOT_FOUND', what);
    };
    const fails = Promise.withResolvers<never>();
    openWindow(PAGE, {
      ...around,
      'services.get': () =>
        isDeleted
          ? missing('There is no service web in the cluster main.')
          : { ...web, activeDeploymentArn: arn },
      'releases.watch': (_input, { emit }) => {
        if (isDeleted) return missing('The service was deleted with its deployment.');
        emit({
          deployment: {
            arn,
            id: 'd1',
            status: 'IN_PROGRESS',
            outcome: 'in-progress',
            revision: 'web:42',
            images: [],
            isRollbackTarget: false,
          },
          taskGroups: [],
          failures: [],
          events: [],
          sentence: 'ECS starts tasks of web:42.',
        });
        return fails.promise;
      },
    });
    const stop = await screen.findByRole('button', { name: /^Stop/ });
    expect(screen.queryByRole('button', { name: /^Roll back/ }), 'the card has the way back').toBeNull();
    const runs = screen.getByRole('region', { name: 'Running now' });
    expect(stop.compareDocumentPosition(runs), 'the deployment is first').toBe(
      Node.DOCUMENT_POSITION_FOLLOWING,
    );
    isDeleted = true;
    fails.reject(new SlipwayError('NOT_FOUND', 'The service was deleted with its deployment.'));

    expect(await screen.findByText(/^web was deleted/)).toBeDefined();
    expect(screen.getAllByRole('alert')).toHaveLength(1);
    expect(screen.getByText('ECS starts tasks of web:42.')).toBeDefined();
    expect(screen.queryByRole('button', { name: /^Stop/ })).toBeNull();
  });

  it('offers no change while AWS cannot be reached, and says why on the buttons', async () => {
    let isOffline = false;
    const { queries } = openWindow(PAGE, {
      ...around,
      'services.get': () => {
        if (isOffline) throw new SlipwayError('UNAVAILABLE', "Couldn't reach ecs.us-east-1.amazonaws.com.");
        return web;
      },
    });
    await screen.findByText('4 of 4 running', { exact: false });
    isOffline = true;
    await queries.invalidateQueries({ queryKey: ['services.get'] });
    await screen.findByText("Couldn't reach ecs.us-east-1.amazonaws.com.");
    for (const name of [/^Deploy…/, /^Scale/]) {
      const button = screen.getByRole('button', { name });
      expect(button.hasAttribute('disabled')).toBe(true);
      expect(button.title).toContain('could not be read just now');
    }
    isOffline = false;
    await queries.invalidateQueries({ queryKey: ['services.get'] });
    await waitFor(() =>
      expect(screen.getByRole('button', { name: /^Deploy…/ }).hasAttribute('disabled')).toBe(false),
    );
  });

  it('opens the tab that the address names, and a number key opens another', async () => {
    const { router } = openWindow(`${PAGE}?tab=events`, { ...around, 'services.get': () => web });
    expect(await screen.findByText('No events yet')).toBeDefined();
    await userEvent.keyboard('6');
    expect(await screen.findByText('The service has no tags.')).toBeDefined();
    expect(router.state.location.search).toEqual({ tab: 'configuration' });
  });

  it('opens the choice of a service to promote to with the focus on its first field, and its list closed', async () => {
    openWindow(`${PAGE}?dialog=promote`, { ...around, 'services.get': () => web });
    const account = await screen.findByRole('combobox', { name: 'Account' });
    await waitFor(() => expect(document.activeElement).toBe(account));
    expect(account.getAttribute('aria-expanded')).not.toBe('true');
  });

  it('offers other images where the service to promote from does not exist', async () => {
    const { router } = openWindow(`${PAGE}?dialog=deploy&promote=gone/web`, {
      ...around,
      'services.get': ({ cluster }) => {
        if (cluster === 'gone') throw new SlipwayError('NOT_FOUND', 'The cluster gone does not exist.');
        return web;
      },
    });
    await screen.findByText(/The cluster gone does not exist/);
    await userEvent.click(screen.getByRole('link', { name: 'Choose another image for web' }));
    expect(router.state.location.search).toEqual({ dialog: 'deploy' });
  });

  it('opens a failed deployment of the history by its address, until it is dismissed', async () => {
    const failed: Deployment = {
      arn: 'arn:aws:ecs:us-east-1:123456789012:service-deployment/main/web/old',
      id: 'old',
      status: 'ROLLBACK_SUCCESSFUL',
      outcome: 'rolled-back',
      revision: 'web:40',
      images: [],
      isRollbackTarget: false,
    };
    const sentence = 'app exited with 137, 3 times; ECS rolled back to web:39.';
    const { router } = openWindow(PAGE, {
      ...around,
      'services.get': () => web,
      'services.deployments': () => [failed],
      'services.history': () => ({ releases: [], earlier: [], earlierCount: 0 }),
      'releases.watch': ({ deployment }) => ({
        deployment: { ...failed, arn: deployment },
        taskGroups: [],
        failures: [],
        events: [],
        sentence,
      }),
    });
    await userEvent.click(await screen.findByRole('link', { name: 'web:40' }));
    expect(await screen.findByText(sentence)).toBeDefined();
    expect(router.state.location.search).toEqual({ deployment: failed.arn });
    await userEvent.click(screen.getByRole('button', { name: 'Dismiss' }));
    await waitFor(() => expect(screen.queryByText(sentence)).toBeNull());
    expect(router.state.location.search).toEqual({});
  });
});

describe('a question of the engine', () => {
  it('is shown to the person, and the code is sent back', async () => {
    const answered: unknown[] = [];
    const id = '6b1f6f0e-3f53-4a53-9b3e-0c9a5d1f7a11';
    openWindow(PAGE, {
      ...around,
      'services.get': () => web,
      'prompts.watch': (_input, { emit }) => {
        emit({ id, kind: 'mfa-code', question: 'MFA code of ana, for the profile prod', over: false });
        return new Promise(() => undefined);
      },
      'prompts.answer': (answer) => {
        answered.push(answer);
        return {};
      },
    });
    expect(await screen.findByText('MFA code of ana, for the profile prod')).toBeDefined();
    await userEvent.click(screen.getByLabelText('Digit 1 of the code'));
    await userEvent.keyboard('123456');
    await userEvent.click(screen.getByRole('button', { name: 'Continue' }));
    expect(answered).toEqual([{ id, answer: '123456' }]);
  });
});
