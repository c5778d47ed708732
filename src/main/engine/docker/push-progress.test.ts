import { expect, it } from 'vitest';
import type { PushEvent } from '../../../shared/model/docker.ts';
import { createTransferMeter } from '../ports/transfer-meter.ts';
import {
  applyPushMessage,
  layerSizesOf,
  type PushLayers,
  type PushMessage,
  pushEventOf,
} from './push-progress.ts';
import { followPush } from './push-stream.ts';

function after(...messages: readonly PushMessage[]) {
  const none = new Map();
  const apply = (layers: PushLayers, message: PushMessage) => applyPushMessage(layers, message, none);
  return [...messages.reduce<PushLayers>(apply, none).values()];
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

it('shows that the engine tries a layer again, and in how many seconds', () => {
  const pushing = { id: 'a', status: 'Pushing', progressDetail: { current: 512, total: 2048 } };
  const retrying = { id: 'a', status: 'Retrying in 5 seconds' };
  expect(after(pushing, retrying)).toEqual([
    { id: 'a', state: 'retrying', sentBytes: 512, totalBytes: 2048, retryInSeconds: 5 },
  ]);
  expect(after(pushing, retrying, pushing)).toEqual([
    { id: 'a', state: 'pushing', sentBytes: 512, totalBytes: 2048 },
  ]);
});

it('a push reports nothing before it knows a layer', async () => {
  async function* stream() {
    yield JSON.stringify({ status: 'The push refers to repository [registry.example/web]' });
    yield JSON.stringify({ id: 'a', status: 'Layer already exists' });
    yield JSON.stringify({ aux: { Digest: `sha256:${'0'.repeat(64)}` } });
  }
  const events: PushEvent[] = [];
  await followPush('registry.example/web:1', stream(), {
    sizes: new Map(),
    emit: (event) => void events.push(event),
  });
  expect(events.map(({ layers }) => layers.length)).toEqual([1]);
});

async function failureOf(message: string): Promise<unknown> {
  async function* stream() {
    yield JSON.stringify({ errorDetail: { message }, error: message });
  }
  const following = { sizes: new Map(), emit: () => undefined };
  return followPush('registry.example/web:1', stream(), following).catch((error: unknown) => error);
}

it.each([
  'Put "https://registry.example/v2/web/blobs/uploads/1": dial tcp 127.0.0.1:443: connect: connection refused',
  'received unexpected HTTP status: 507 Insufficient Storage',
  'dial tcp: lookup registry.example: no such host',
  'received unexpected HTTP status: 503 Service Unavailable',
])('a registry that cannot take an image now is retryable: %s', async (message) => {
  expect(await failureOf(message)).toMatchObject({
    code: 'REGISTRY_UNAVAILABLE',
    retryable: true,
    message: expect.stringContaining('Push again; layers that are complete are kept.'),
  });
});

it.each([
  'denied: requested access to the resource is denied',
  'tag invalid: The image tag 1 already exists and the tag is immutable: tag cannot be overwritten',
])('a registry that refuses an image is not retryable: %s', async (message) => {
  expect(await failureOf(message)).toMatchObject({ code: 'REGISTRY_REFUSED', retryable: false });
});

const [BASE, APP] = ['a'.repeat(64), 'b'.repeat(64)].map((hex) => `sha256:${hex}`) as [string, string];

it('the sizes of layers are those of the steps that made one, and unknown where the history does not tell them apart', () => {
  const [base, app] = ['a'.repeat(12), 'b'.repeat(12)];
  expect([...layerSizesOf([BASE, APP], [0, 20, 0, 300])]).toEqual([
    [base, 300],
    [app, 20],
  ]);
  // WORKDIR of a folder that is there makes a layer without a byte.
  expect([...layerSizesOf([BASE, APP], [0, 300])]).toEqual([
    [base, 300],
    [app, 0],
  ]);
  expect(layerSizesOf([BASE, APP], [0, 0, 300]).size).toBe(0);
});

/** The last event of a push whose messages come a second apart. */
function eventAfter(sizes: ReadonlyMap<string, number>, ...messages: readonly PushMessage[]): PushEvent {
  let at = 0;
  let layers: PushLayers = new Map();
  const meter = createTransferMeter(() => at);
  const events = messages.map((message) => {
    layers = applyPushMessage(layers, message, sizes);
    const event = pushEventOf(layers, sizes, meter);
    at += 1000;
    return event;
  });
  return events.at(-1) ?? { layers: [], sentBytes: 0 };
}

const SIZES = new Map([
  ['a', 2000],
  ['b', 1000],
  ['c', 500],
]);
const pushingA = (current: number) => ({
  id: 'a',
  status: 'Pushing',
  progressDetail: { current, total: 2000 },
});

it('a push tells its bytes, speed and time left from what the registry does not have', () => {
  const waiting = ['a', 'b', 'c'].map((id) => ({ id, status: 'Preparing' }));
  const there = { id: 'c', status: 'Layer already exists' };
  expect(eventAfter(SIZES, ...waiting, there, pushingA(500), pushingA(1500))).toMatchObject({
    sentBytes: 1500,
    totalBytes: 3000,
    bytesPerSecond: 300,
    secondsLeft: 5,
  });
});

it('a push tells no time left while the size of a layer is unknown, or one waits to be sent again', () => {
  const unknown = eventAfter(new Map(), { id: 'b', status: 'Waiting' }, pushingA(500), pushingA(1500));
  expect(unknown).toMatchObject({ sentBytes: 1500, bytesPerSecond: 750 });
  expect(unknown).not.toHaveProperty('totalBytes');
  expect(unknown).not.toHaveProperty('secondsLeft');
  const retrying = { id: 'a', status: 'Retrying in 5 seconds' };
  const waits = eventAfter(SIZES, { id: 'b', status: 'Preparing' }, pushingA(500), retrying);
  expect(waits).toMatchObject({ totalBytes: 3000 });
  expect(waits).not.toHaveProperty('secondsLeft');
});
