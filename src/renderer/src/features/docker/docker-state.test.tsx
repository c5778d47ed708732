import { cleanup, screen, waitFor } from '@testing-library/react';
import { afterEach, expect, it, vi } from 'vitest';
import type { DockerChange } from '../../../../shared/model/docker.ts';
import { useEngineQuery } from '../../lib/queries.ts';
import { type Answer, renderWithEngine } from '../../testing/engine.tsx';
import { DockerState } from './docker-state.tsx';

afterEach(cleanup);

function LocalImages() {
  const images = useEngineQuery('docker.images', {});
  return <p>{images.data?.length ?? 0} images</p>;
}

it('the status bar and the local images follow the events of the Docker Engine, which is not polled', async () => {
  const told = Promise.withResolvers<(change: DockerChange) => void>();
  const status = vi.fn<Answer<'docker.status'>>();
  const images = vi.fn<Answer<'docker.images'>>(() => []);
  renderWithEngine(
    <>
      <DockerState />
      <LocalImages />
    </>,
    {
      'docker.status': status,
      'docker.images': images,
      'docker.watch': (_, { emit }) => {
        told.resolve(emit);
        return new Promise(() => undefined);
      },
    },
  );
  const tell = await told.promise;
  const platform = { os: 'linux', architecture: 'amd64' };
  const connected = { state: 'connected', version: '27.0', from: 'DOCKER_HOST', platform } as const;
  tell({ kind: 'status', status: connected });
  expect(await screen.findByText(/Docker 27\.0/)).toBeTruthy();
  await waitFor(() => expect(images).toHaveBeenCalledTimes(1));

  images.mockReturnValue([{ id: 'a', names: ['web:1'], createdAt: '2026-11-20T16:00:00Z', sizeBytes: 1 }]);
  tell({ kind: 'images' });
  expect(await screen.findByText('1 images')).toBeTruthy();
  tell({ kind: 'status', status: { state: 'unavailable', message: 'Start Docker.' } });
  expect(await screen.findByText(/No Docker Engine/)).toBeTruthy();
  expect(status).not.toHaveBeenCalled();
});
