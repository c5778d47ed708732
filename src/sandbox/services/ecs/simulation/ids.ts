/** Ids in the forms that ECS gives them. The same seed gives the same ids in the same order. */
export interface IdSource {
  /** Of a task or container: 32 hexadecimal digits. */
  hex(): string;
  /** Of a deployment or a service revision: 19 decimal digits. */
  decimal(): string;
  /** Of a service deployment: 21 characters of base64url. */
  token(): string;
  /** Of a service event or an attachment. */
  uuid(): string;
}

const HEX = '0123456789abcdef';
const DECIMAL = '0123456789';
const BASE64URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

export function createIdSource(seed: number): IdSource {
  const random = createRandom(seed);

  function pick(alphabet: string, length: number): string {
    let picked = '';
    for (let at = 0; at < length; at += 1) picked += alphabet.charAt(Math.floor(random() * alphabet.length));
    return picked;
  }

  return {
    hex: () => pick(HEX, 32),
    decimal: () => pick(DECIMAL.slice(1), 1) + pick(DECIMAL, 18),
    token: () => pick(BASE64URL, 21),
    uuid: () => [8, 4, 4, 4, 12].map((length) => pick(HEX, length)).join('-'),
  };
}

/** Mulberry32: numbers from 0 up to 1 that follow from the seed. Not for secrets. */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
