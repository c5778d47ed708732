import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type ClockControl, serveClockControl } from './clock-control.ts';

const setSpeed = vi.fn<(speed: number) => void>();
let control: ClockControl;
beforeEach(async () => {
  control = await serveClockControl(setSpeed);
});
afterEach(async () => {
  await control.close();
  setSpeed.mockReset();
});

async function put(address: string, method = 'PUT'): Promise<number> {
  return (await fetch(address, { method })).status;
}

describe('the control of a sandbox clock', () => {
  it('sets the speed that its address is asked for', async () => {
    expect(await put(`${control.address}/0.01`)).toBe(204);
    expect(await put(`${control.address}/20`)).toBe(204);
    expect(setSpeed.mock.calls).toEqual([[0.01], [20]]);
  });

  it('ignores what is not a number above 0', async () => {
    for (const speed of ['0', '-1', '', 'fast', 'Infinity', '1e999']) {
      expect({ speed, status: await put(`${control.address}/${speed}`) }).toEqual({ speed, status: 400 });
    }
    expect(setSpeed).not.toHaveBeenCalled();
  });

  it('answers only at its exact address', async () => {
    const { origin } = new URL(control.address);
    for (const path of ['/', '/speed/20', `/${'0'.repeat(32)}/speed/20`]) {
      expect({ path, status: await put(origin + path) }).toEqual({ path, status: 404 });
    }
    expect(await put(`${control.address}/20`, 'POST')).toBe(404);
    expect(setSpeed).not.toHaveBeenCalled();
  });

  it('returns the reason when the speed could not be set, and continues', async () => {
    setSpeed.mockImplementationOnce(() => {
      throw new Error('The disk is full.');
    });
    const refused = await fetch(`${control.address}/20`, { method: 'PUT' });
    expect(refused.status).toBe(500);
    expect(await refused.text()).toBe('The disk is full.');
    expect(await put(`${control.address}/20`)).toBe(204);
  });
});
