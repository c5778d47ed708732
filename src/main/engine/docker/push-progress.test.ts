import { expect, it } from 'vitest';
import { applyPushMessage, type PushLayers, type PushMessage } from './push-progress.ts';

function after(...messages: readonly PushMessage[]) {
  return [...messages.reduce<PushLayers>(applyPushMessage, new Map()).values()];
}

it('push progress follows each layer from waiting to pushed', () => {
  expect(after({ id: 'a', status: 'Preparing' }, { id: 'b', status: 'Waiting' })).toEqual([
    { id: 'a', state: 'waiting', sentBytes: 0, totalBytes: 0 },
    { id: 'b', state: 'waiting', sentBytes: 0, totalBytes: 0 },
  ]);
  const pushing = { id: 'a', status: 'Pushing', progressDetail: { current: 512, total: 2048 } };
  expect(after(pushing)).toEqual([{ id: 'a', state: 'pushing', sentBytes: 512, totalBytes: 2048 }]);
  expect(after(pushing, { id: 'a', status: 'Pushed' })).toEqual([
    { id: 'a', state: 'pushed', sentBytes: 2048, totalBytes: 2048 },
  ]);
});

it('push progress never exceeds the size of the layer, although the engine sends a little more', () => {
  const layers = after({ id: 'a', status: 'Pushing', progressDetail: { current: 2560, total: 2048 } });
  expect(layers).toEqual([{ id: 'a', state: 'pushing', sentBytes: 2560, totalBytes: 2560 }]);
});

it('push progress distinguishes existing layers from mounted ones, and ignores the rest', () => {
  expect(
    after(
      { status: 'The push refers to repository [registry/web]' },
      { id: 'a', status: 'Layer already exists' },
      { id: 'b', status: 'Mounted from shop/base' },
      { id: 'v1', status: 'v1: digest: sha256:00 size: 1' },
    ).map(({ id, state }) => [id, state]),
  ).toEqual([
    ['a', 'exists'],
    ['b', 'mounted'],
  ]);
});
