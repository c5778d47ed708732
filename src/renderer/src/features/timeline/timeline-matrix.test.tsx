import { cleanup, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, expect, it } from 'vitest';
import type { CommitsBehind, Matrix } from '../../../../shared/model/timeline.ts';
import { renderWithEngine } from '../../testing/engine.tsx';
import { TimelineChanges } from './timeline-changes.tsx';
import { TimelineMatrix } from './timeline-matrix.tsx';

afterEach(cleanup);

const SOURCE = 'https://github.com/acme/web';

function matrixWith(commits: CommitsBehind): Matrix {
  const place = { account: 'sandbox', region: 'us-east-1', accountName: 'sandbox' };
  return {
    environments: [
      { ...place, cluster: 'main', environment: 'production', readAt: '2026-11-27T10:00:00.000Z' },
    ],
    rows: [
      {
        name: 'web',
        cells: [{ environment: 0, service: 'web', state: 'runs', running: { revision: 'web:41' }, commits }],
      },
    ],
  };
}

it('the matrix names the source without a clone once, and keeps the folder that is chosen for it', async () => {
  const chosen: unknown[] = [];
  const commits = { kind: 'uncounted', reason: `No clone of ${SOURCE} is chosen.`, cloneOf: SOURCE } as const;
  renderWithEngine(<TimelineMatrix search={{}} onSearch={() => undefined} isReading={false} />, {
    'timeline.matrix': () => matrixWith(commits),
    'images.setClone': (input) => {
      chosen.push(input);
      return {};
    },
  });
  const section = await screen.findByRole('region', { name: 'Commits that were not counted' });
  expect(section.textContent).toContain(`No clone of ${SOURCE} is chosen. web`);
  await userEvent.click(screen.getByRole('button', { name: 'Choose a clone…' }));
  await userEvent.type(screen.getByLabelText(`Folder of a clone of ${SOURCE}`), '/home/ana/web{Enter}');
  await expect.poll(() => chosen).toEqual([{ repository: SOURCE, folder: '/home/ana/web' }]);
});

it('a change of images without a version names its revisions once', async () => {
  const { environments } = matrixWith({ kind: 'newest' });
  const change = {
    id: 'a change',
    account: 'sandbox',
    region: 'us-east-1',
    cluster: 'main',
    environment: 'production',
    service: 'web',
    kind: 'deploy',
    title: 'Deploy web:42 to web',
    startedAt: '2026-11-27T09:00:00.000Z',
    from: { revision: 'web:41' },
    to: { revision: 'web:42' },
    isOutsideSlipway: false,
  } as const;
  renderWithEngine(<TimelineChanges search={{}} onSearch={() => undefined} />, {
    'timeline.changes': () => ({ environments, isCut: false, changes: [change] }),
  });
  const row = (await screen.findByRole('link', { name: 'web' })).closest('tr');
  expect(row?.textContent?.match(/web:42/g)).toHaveLength(1);
});
