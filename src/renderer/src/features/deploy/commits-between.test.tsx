import { cleanup, screen, within } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { CommitsBetween as Commits } from '../../../../shared/model/commits.ts';
import { noClone } from '../../testing/deploy.ts';
import { type Answer, type Answers, renderWithEngine } from '../../testing/engine.tsx';
import { CommitsBetween } from './commits-between.tsx';

afterEach(cleanup);

const IMAGE = '127.0.0.1:5000/acme/web';
const RUNNING = { container: 'app', image: `${IMAGE}:1.8.3`, digests: [] };
const COMMIT = {
  commit: '4be91d7c0ffee',
  author: 'Ana',
  subject: 'Fix <b>rounding</b>',
  committedAt: '2026-11-20T12:00:00.000Z',
};
const IN_CLONE = { clone: '/home/ana/web', order: 'forward', commits: [COMMIT], total: 1 } as const;

function show(answer: () => Commits, answers: Answers = {}) {
  renderWithEngine(
    <CommitsBetween
      scope={{ account: 'dev', region: 'us-east-1' }}
      running={RUNNING}
      chosen={`${IMAGE}:1.9.0`}
    />,
    {
      'images.commits': answer,
      'app.info': () => ({ version: '0.1.0', host: 'browser', nativeDialogs: false }),
      ...answers,
    },
  );
  return userEvent.setup();
}

describe('the commits of a chosen image', () => {
  it('have author and subject as text, and how many more there are', async () => {
    show(() => noClone({ ...IN_CLONE, total: 131 }));
    const list = await screen.findByRole('list', { name: 'Commits' });
    expect(within(list).getByText('Fix <b>rounding</b>')).toBeTruthy();
    expect(within(list).getByText('Ana')).toBeTruthy();
    expect(within(list).getByText('and 130 more')).toBeTruthy();
    expect(screen.getByRole('status').textContent).toBe('The chosen image adds 131 commits.');
  });

  it('say that the chosen image is older', async () => {
    show(() => noClone({ ...IN_CLONE, order: 'reverse' }));
    expect((await screen.findByRole('status')).textContent).toBe(
      'The chosen image is older: it lacks 1 commit of the running image.',
    );
  });

  it('are the two of the labels without a clone, with a link to the comparison', async () => {
    show(() => noClone());
    expect((await screen.findByRole('status')).textContent).toBe(
      'Running commit 1a2b3c4, chosen commit 4be91d7.',
    );
    expect(screen.getByRole('link', { name: 'Compare on github.com' }).getAttribute('href')).toBe(
      'https://github.com/acme/web/compare/1a2b3c4d5e6f...4be91d7c0ffee',
    );
  });

  it('are listed as soon as a clone is named', async () => {
    const setClone = vi.fn<Answer<'images.setClone'>>(() => ({}));
    const user = show(() => noClone(setClone.mock.calls.length > 0 ? IN_CLONE : {}), {
      'images.setClone': setClone,
    });
    await user.click(await screen.findByRole('button', { name: 'List commits from a local clone' }));
    const folder = screen.getByRole('textbox', { name: 'Folder of a clone of https://github.com/acme/web' });
    await user.type(folder, '/home/ana/web{Enter}');
    expect(await screen.findByText('From the clone /home/ana/web')).toBeTruthy();
    expect(setClone).toHaveBeenCalledExactlyOnceWith(
      { repository: 'https://github.com/acme/web', folder: '/home/ana/web' },
      expect.anything(),
    );
  });
});
