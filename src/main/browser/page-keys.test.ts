import { describe, expect, it } from 'vitest';
import { newKey } from '../testing/browser-host.ts';
import { createPageKeys } from './page-keys.ts';

const MINUTE_MS = 60_000;

describe('the keys of pages', () => {
  it('are accepted until Slipway ends, one for each ticket', () => {
    const keys = createPageKeys();
    const [first, second] = [newKey(), newKey()];
    for (const key of [first, second]) {
      expect(keys.isAccepted(key)).toBe(false);
      expect(keys.admit({ key, ticket: keys.issueTicket(() => undefined) })).toBeUndefined();
    }
    for (const key of [first, second]) {
      expect(keys.isAccepted(key)).toBe(true);
      expect(keys.admit({ key })).toBeUndefined();
    }
    expect(createPageKeys().isAccepted(first)).toBe(false);
  });

  it('are refused for a minute after 20 wrong tickets, while accepted keys keep working', () => {
    let now = 0;
    const keys = createPageKeys(() => now);
    const known = newKey();
    keys.admit({ key: known, ticket: keys.issueTicket(() => undefined) });
    for (let tried = 0; tried < 20; tried += 1) {
      expect(keys.admit({ key: newKey(), ticket: newKey() })).toBe('unknown-ticket');
    }
    const request = { key: newKey(), ticket: keys.issueTicket(() => undefined) };
    expect(keys.admit(request)).toBe('too-many-tries');
    expect(keys.isAccepted(request.key)).toBe(false);
    expect(keys.admit({ key: known })).toBeUndefined();

    now = MINUTE_MS;
    expect(keys.admit(request)).toBeUndefined();
  });
});
