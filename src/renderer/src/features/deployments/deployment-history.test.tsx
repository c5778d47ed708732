import { cleanup, screen, within } from '@testing-library/react';
import { afterEach, expect, it } from 'vitest';
import type { Deployment } from '../../../../shared/model/deployment.ts';
import { type Answers, renderWithEngine } from '../../testing/engine.tsx';
import { VerdictNotice } from '../metrics/verdict-notice.tsx';
import { DeploymentHistory } from './deployment-history.tsx';

afterEach(cleanup);

const SERVICE = { account: 'sandbox', region: 'us-east-1', cluster: 'main', service: 'web' };

function aDeployment(number: number, changed: Partial<Deployment> = {}): Deployment {
  return {
    arn: `arn:aws:ecs:us-east-1:111111111111:service-deployment/main/web/${number}`,
    id: String(number),
    status: 'SUCCESSFUL',
    outcome: 'succeeded',
    revision: `web:${number}`,
    images: [],
    isRollbackTarget: false,
    durationMs: 116_000,
    ...changed,
  };
}

it('the history marks the release that runs now, and says that a time is a duration', async () => {
  renderWithEngine(<DeploymentHistory service={SERVICE} revision="web:41" />, {
    'services.deployments': () => [
      aDeployment(42, { status: 'ROLLBACK_SUCCESSFUL', outcome: 'rolled-back' }),
      aDeployment(41),
      aDeployment(40),
    ],
    'services.history': () => ({ releases: [], earlier: [], earlierCount: 0 }),
  });
  const rows = (await screen.findAllByRole('row')).slice(1);
  expect(rows.map((row) => within(row).queryByText('running now') !== null)).toEqual([false, true, false]);
  expect(rows[1]?.textContent).toContain('took 1 min 56 s');
});

it('the row of a release says how the service answers since, once its card has asked, and asks for nothing itself', async () => {
  let asked = 0;
  const { arn } = aDeployment(41);
  const answers: Answers = {
    'services.deployments': () => [aDeployment(41), aDeployment(40)],
    'services.history': () => ({ releases: [], earlier: [], earlierCount: 0 }),
    'services.verdict': () => {
      asked += 1;
      return { judgement: 'worse', sentence: 'Worse: 5xx 0.1 % → 2.4 %.', proposesRollback: false, gaps: [] };
    },
  };
  renderWithEngine(<DeploymentHistory service={SERVICE} revision="web:41" />, answers);
  expect(await screen.findAllByRole('row')).toHaveLength(3);
  expect(asked).toBe(0);
  cleanup();
  renderWithEngine(
    <>
      <VerdictNotice service={SERVICE} deployment={arn} />
      <DeploymentHistory service={SERVICE} revision="web:41" />
    </>,
    answers,
  );
  const [row] = (await screen.findAllByRole('row')).slice(1);
  if (row === undefined) throw new Error('There is no row.');
  expect((await within(row).findByText('responds worse than before')).title).toBe(
    'Worse: 5xx 0.1 % → 2.4 %.',
  );
  expect(screen.getAllByText('responds worse than before')).toHaveLength(1);
  expect(asked).toBe(1);
});

it('no release of the history runs now while a deployment is in progress, such as a rollback to an earlier one', async () => {
  renderWithEngine(<DeploymentHistory service={SERVICE} revision="web:40" />, {
    'services.deployments': () => [
      aDeployment(40, {
        arn: 'arn:aws:ecs:us-east-1:111111111111:service-deployment/main/web/back',
        outcome: 'in-progress',
      }),
      aDeployment(41),
      aDeployment(40),
    ],
    'services.history': () => ({ releases: [], earlier: [], earlierCount: 0 }),
  });
  expect(await screen.findAllByRole('row')).toHaveLength(4);
  expect(screen.queryByText('running now')).toBeNull();
});
