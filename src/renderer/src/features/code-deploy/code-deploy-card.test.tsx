import { cleanup, screen } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { SlipwayError } from '../../../../shared/errors.ts';
import type { CodeDeployDeployment, CodeDeployOfService } from '../../../../shared/model/code-deploy.ts';
import { renderWithEngine } from '../../testing/engine.tsx';
import { SERVICE } from '../../testing/plan.ts';
import { CodeDeployCard } from './code-deploy-card.tsx';

afterEach(cleanup);

const GROUP = { application: 'AppECS-main-web', name: 'DgpECS-main-web' };

const UNDER_WAY: CodeDeployDeployment = {
  id: 'd-1A2B3C4D5',
  status: 'InProgress',
  outcome: 'in-progress',
  sentence: 'CodeDeploy replaces the tasks.',
  revision: 'web:42',
  config: 'CodeDeployDefault.ECSCanary10Percent5Minutes',
  startedBy: 'a person or a pipeline',
  createdAt: '2026-11-20T16:00:00Z',
  taskSets: [
    { id: 'ecs-svc/1', role: 'old', revision: 'web:41', percent: 90, desired: 3, running: 3, pending: 0 },
    { id: 'ecs-svc/2', role: 'new', revision: 'web:42', percent: 10, desired: 3, running: 3, pending: 0 },
  ],
  events: [
    {
      name: 'Install',
      status: 'Succeeded',
      startedAt: '2026-11-20T16:00:00Z',
      endedAt: '2026-11-20T16:02:05Z',
    },
    { name: 'AllowTraffic', status: 'InProgress', startedAt: '2026-11-20T16:02:05Z' },
    { name: 'AfterAllowTraffic', status: 'Pending' },
  ],
  consoleUrl: 'https://console.aws.amazon.com/codesuite/codedeploy/deployments/d-1A2B3C4D5?region=us-east-1',
  ways: [{ what: 'Stop and roll back', command: 'aws deploy stop-deployment --deployment-id d-1A2B3C4D5' }],
};

function show(answer: () => CodeDeployOfService, controller = 'CODE_DEPLOY') {
  return renderWithEngine(<CodeDeployCard service={SERVICE} controller={controller} />, {
    'services.codeDeploy': answer,
  });
}

describe('the card of CodeDeploy', () => {
  it('shows a deployment in progress: its traffic, its events and its commands', async () => {
    show(() => ({ group: GROUP, deployment: UNDER_WAY }));
    expect(await screen.findByRole('img', { name: 'Traffic: web:41 90 %, web:42 10 %' })).toBeTruthy();
    expect(screen.getByRole('list', { name: 'Lifecycle events' }).textContent).toContain('Install2 min 05 s');
    expect(screen.getByRole('button', { name: 'Copy “Stop and roll back”' })).toBeTruthy();
    const link = screen.getByRole('link', { name: /d-1A2B3C4D5 in the AWS console/ });
    expect(link.getAttribute('href')).toBe(UNDER_WAY.consoleUrl);
  });

  it('shows the error message of CodeDeploy', async () => {
    const message = 'The deployment timed out while waiting for the replacement task set.';
    const failed: CodeDeployDeployment = {
      ...UNDER_WAY,
      status: 'Failed',
      outcome: 'failed',
      sentence: message,
      error: { code: 'TIMEOUT', message },
      ways: [],
    };
    show(() => ({ group: GROUP, deployment: failed }));
    expect(await screen.findByText(message)).toBeTruthy();
    expect(screen.getByText('TIMEOUT')).toBeTruthy();
    expect(screen.queryByRole('img', { name: /Traffic/ })).toBeNull();
  });

  it('says what is missing: a deployment group, a first deployment, a permission', async () => {
    show(() => ({}));
    expect(
      await screen.findByText(/No CodeDeploy deployment group in this region uses this service/),
    ).toBeTruthy();
    cleanup();
    show(() => ({ group: GROUP }));
    expect(await screen.findByText(/has no deployments yet/)).toBeTruthy();
    cleanup();
    show(() => {
      const detail = { action: 'codedeploy:ListApplications' };
      throw new SlipwayError('FORBIDDEN', 'ana may not list the applications.', { detail });
    });
    expect(await screen.findByText('codedeploy:ListApplications')).toBeTruthy();
  });

  it('is hidden for a service that ECS deploys', () => {
    expect(show(() => ({}), 'ECS').container.querySelector('section')).toBeNull();
  });
});
