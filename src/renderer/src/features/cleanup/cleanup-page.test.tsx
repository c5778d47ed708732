import { cleanup, screen, within } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { SlipwayError } from '../../../../shared/errors.ts';
import type { CleanupPlan, CleanupPolicy, CleanupProgress } from '../../../../shared/model/cleanup.ts';
import { type Answer, type Answers, renderWithEngine } from '../plan/engine.fixture.tsx';
import { CleanupPage } from './cleanup-page.tsx';

afterEach(cleanup);

const SCOPE = { account: 'sandbox', region: 'us-east-1' };

function aCleanupPlan(policy: CleanupPolicy): CleanupPlan {
  return {
    id: '0b8f8d4e-3d0c-4a68-9b5c-0f0c7b0f9a01',
    scope: SCOPE,
    family: 'web',
    policy,
    createdAt: '2026-11-20T16:00:00Z',
    items: [
      item(3, 'keep', 'runs in production/web'),
      item(2, 'remove', 'not in use'),
      item(1, 'remove', 'not in use'),
    ],
    removing: 2,
    keeping: 1,
    expectedMs: 2_000,
  };
}

function item(number: number, verdict: 'keep' | 'remove', reason: string): CleanupPlan['items'][number] {
  const name = `web:${number}`;
  return {
    arn: `arn:aws:ecs:us-east-1:111111111111:task-definition/${name}`,
    name,
    number,
    status: 'ACTIVE',
    verdict,
    reason,
  };
}

const PROGRESS: CleanupProgress = { deregistered: 1, deleted: 0, spared: ['web:1'], failed: [], total: 2 };

function show(answers: Answers = {}) {
  renderWithEngine(<CleanupPage scope={SCOPE} family="web" />, {
    'families.list': () => [{ family: 'web' }],
    'accounts.list': () => ({ accounts: [] }),
    'cleanup.plan': ({ policy }) => aCleanupPlan(policy),
    ...answers,
  });
  return userEvent.setup();
}

describe('a clean-up', () => {
  it('says what goes and what stays, how many and why, before anything is removed', async () => {
    const user = show();
    await user.click(screen.getByRole('button', { name: 'Preview' }));
    expect(await screen.findByText(/2 go, 1 stays, about 2 s/)).toBeTruthy();

    const rows = within(screen.getByRole('region', { name: 'Revisions' })).getAllByRole('listitem');
    expect(rows.map(({ textContent }) => textContent)).toEqual([
      'web:3staysruns in production/webACTIVE',
      'web:2goesnot in useACTIVE',
      'web:1goesnot in useACTIVE',
    ]);
    expect(screen.getByRole('button', { name: 'Deregister 2 revisions' })).toBeTruthy();
  });

  it('that deletes for good asks for the name of the family', async () => {
    const run = vi.fn<Answer<'cleanup.run'>>(() => PROGRESS);
    const user = show({ 'cleanup.run': run });
    await user.click(screen.getByRole('checkbox', { name: 'Delete for good' }));
    await user.click(screen.getByRole('button', { name: 'Preview' }));
    const name = await screen.findByLabelText(/cannot be brought back/);

    await user.type(name, 'we{Enter}');
    expect(run).not.toHaveBeenCalled();
    await user.type(name, 'b{Enter}');
    expect(await screen.findByText('Done')).toBeTruthy();
    expect(run).toHaveBeenCalledWith(
      { plan: aCleanupPlan({ keepNewest: 10, deleteForGood: true }).id, confirmation: 'web' },
      expect.anything(),
    );
  });

  it('names what was spared because it came into use', async () => {
    const user = show({ 'cleanup.run': () => PROGRESS });
    await user.click(screen.getByRole('button', { name: 'Preview' }));
    await user.click(await screen.findByRole('button', { name: 'Deregister 2 revisions' }));
    expect(await screen.findByText('1 of 2 deregistered, 1 spared')).toBeTruthy();
    expect(screen.getByText(/Came into use since the preview/).textContent).toContain('web:1');
  });

  it('removes nothing where a use could not be read', async () => {
    const user = show({
      'cleanup.plan': () => {
        throw new SlipwayError('FORBIDDEN', 'The tasks of main could not be listed, so nothing is removed.', {
          detail: { action: 'ecs:ListTasks' },
        });
      },
    });
    await user.click(screen.getByRole('button', { name: 'Preview' }));
    expect((await screen.findByRole('alert')).textContent).toContain('ecs:ListTasks');
    expect(screen.queryByRole('button', { name: /Deregister|Delete/ })).toBeNull();
  });

  it('can be stopped, and keeps what was done on the screen', async () => {
    const stopped = vi.fn<() => void>();
    const user = show({
      'cleanup.run': (_, { emit, signal }) => {
        signal.addEventListener('abort', stopped);
        emit({ ...PROGRESS, spared: [], current: 'web:1' });
        return new Promise(() => undefined);
      },
    });
    await user.click(screen.getByRole('button', { name: 'Preview' }));
    await user.click(await screen.findByRole('button', { name: 'Deregister 2 revisions' }));
    await user.click(await screen.findByRole('button', { name: 'Stop' }));
    expect(stopped).toHaveBeenCalledOnce();
    expect(screen.getByText('Stopped')).toBeTruthy();
    expect(screen.getByText('1 of 2 deregistered')).toBeTruthy();
  });
});
