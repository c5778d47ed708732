import { cleanup, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, expect, it } from 'vitest';
import type { Hold, LockStatus } from '../../../../shared/model/lock.ts';
import { renderWithEngine } from '../../testing/engine.tsx';
import { SERVICE } from '../../testing/plan.ts';
import { LockNotice } from './lock-notice.tsx';
import { WaitForLock } from './wait-for-lock.tsx';

afterEach(cleanup);

const FREE: LockStatus = { ledger: 'read', waiting: [] };
const since = '2026-11-01T10:00:00.000Z';

it('a service is put on hold with a reason, says who did it, and the hold is ended', async () => {
  let hold: Hold | undefined;
  let endedBecause: string | undefined;
  renderWithEngine(<LockNotice place={SERVICE} />, {
    'locks.status': () => ({ ...FREE, ...(hold === undefined ? {} : { hold }) }),
    'locks.hold': ({ why }) => {
      hold = { why, by: 'ana', host: 'laptop', since };
      return hold;
    },
    'locks.unhold': ({ why }) => {
      if (hold === undefined) throw new Error('There is no hold.');
      const ended = hold;
      endedBecause = why;
      hold = undefined;
      return ended;
    },
  });
  await userEvent.click(await screen.findByRole('button', { name: 'Put on hold…' }));
  await userEvent.type(await screen.findByRole('textbox', { name: 'Reason' }), 'incident 4711');
  await userEvent.click(screen.getByRole('button', { name: 'Put on hold' }));
  const line = await screen.findByText(/The service was put on hold by ana/);
  expect(line.textContent).toContain(': incident 4711');
  await userEvent.click(screen.getByRole('button', { name: 'End hold…' }));
  const asked = await screen.findByRole('dialog', { name: `End the hold of ${SERVICE.service}` });
  expect(asked.textContent).toContain('It was put on hold by ana: incident 4711');
  await userEvent.type(screen.getByRole('textbox', { name: /^Why it ends/ }), 'solved');
  await userEvent.click(screen.getByRole('button', { name: 'End hold' }));
  expect(await screen.findByRole('button', { name: 'Put on hold…' })).toBeDefined();
  expect(endedBecause).toBe('solved');
});

it('a service shows who has its lock, and how many wait', async () => {
  const holder = {
    id: 'r1',
    by: 'ana',
    host: 'laptop',
    what: 'Deploy web:2 to web',
    since,
    until: since,
  };
  const waiting = [{ id: 'r2', host: 'pipeline', since }];
  renderWithEngine(<LockNotice place={SERVICE} />, {
    'locks.status': () => ({ ...FREE, holder, waiting }),
  });
  const line = await screen.findByText(/Locked: Deploy web:2 to web by ana on laptop/);
  expect(line.textContent).toContain('1 release is waiting');
});

it('nothing is shown where no ledger is set', async () => {
  let asked = 0;
  renderWithEngine(<LockNotice place={SERVICE} />, {
    'locks.status': () => {
      asked += 1;
      return { ledger: 'none', waiting: [] };
    },
  });
  await expect.poll(() => asked).toBe(1);
  expect(screen.queryByRole('button')).toBeNull();
});

it('who waits for a lock sees the place in the queue, and can leave it', async () => {
  let hasLeft = false;
  renderWithEngine(<WaitForLock service={SERVICE} onTurn={() => undefined} />, {
    'locks.wait': (_, { emit, signal }) => {
      emit({ position: 2, waiting: 3 });
      return new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          hasLeft = true;
          reject(new Error('cancelled'));
        });
      });
    },
  });
  await userEvent.click(screen.getByRole('button', { name: 'Wait for the lock' }));
  expect((await screen.findByRole('status')).textContent).toBe('Waiting for the lock: 2 of 3');
  await userEvent.click(screen.getByRole('button', { name: 'Leave the queue' }));
  expect(await screen.findByRole('button', { name: 'Wait for the lock' })).toBeDefined();
  expect(hasLeft).toBe(true);
});
