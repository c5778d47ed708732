import { cleanup, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, expect, it } from 'vitest';
import type { ReleaseStep } from '../../../../shared/model/plan.ts';
import { renderWithEngine } from '../../testing/engine.tsx';
import { aPlan } from '../../testing/plan.ts';
import { useExecution } from './execution.ts';
import { emptyInput } from './plan-input.ts';

const at = '2026-11-20T16:00:00Z';
const plan = aPlan();

function Probe() {
  const { steps, start } = useExecution(plan);
  return (
    <button type="button" onClick={() => void start(emptyInput(plan), new Set())}>
      {steps.map(({ operation, state, result }) => [operation, state, result].join(' ')).join(', ')}
    </button>
  );
}

async function stepsAfter(...events: readonly ReleaseStep[]): Promise<void> {
  renderWithEngine(<Probe />, {
    'releases.execute': (_input, { emit }) => {
      for (const event of events) emit(event);
      return new Promise(() => undefined);
    },
  });
  await userEvent.click(screen.getByRole('button'));
}

afterEach(cleanup);

it('the steps of an execution take the answer in place of what was sent', async () => {
  await stepsAfter(
    { operation: 'RegisterTaskDefinition', state: 'sent', at },
    { operation: 'RegisterTaskDefinition', state: 'done', at, result: 'web:42' },
  );
  expect(await screen.findByText('RegisterTaskDefinition done web:42')).toBeDefined();
});

it('the steps of an execution keep a call that is sent again apart from the one that failed', async () => {
  await stepsAfter(
    { operation: 'UpdateService', state: 'sent', at },
    { operation: 'UpdateService', state: 'failed', at },
    { operation: 'UpdateService', state: 'sent', at },
  );
  expect(await screen.findByText(/^UpdateService failed ?, UpdateService sent ?$/)).toBeDefined();
});
