/** A value as JSON can carry it: primitives as they are, everything else as a list that starts with its kind. */
export type Encoded = string | number | boolean | null | EncodedList;

interface EncodedList extends ReadonlyArray<Encoded | undefined> {}

export interface Codec {
  /** Throws `An object could not be cloned.` for what the structured clone algorithm refuses. */
  encode(value: unknown): string;
  decode(text: string): unknown;
}

/**
 * Carries structured clones over text, since the DevTools protocol has no other way into a page. It knows what
 * `ipcRenderer` documents ("Arguments will be serialized with the Structured Clone Algorithm"): primitives, Date,
 * RegExp, Map, Set, Error, ArrayBuffer, Uint8Array, lists and plain objects, with references that are shared. Functions,
 * promises and symbols are refused, as docs/api/ipc-renderer.md says.
 *
 * Its text is sent into pages too, so it refers to nothing outside of itself.
 */
export function createCodec(): Codec {
  const REFUSED = 'An object could not be cloned.';

  function encodeValue(value: unknown, seen: Map<object, number>): Encoded {
    switch (typeof value) {
      case 'string':
      case 'boolean':
        return value;
      case 'number':
        return Number.isFinite(value) && !Object.is(value, -0)
          ? value
          : ['number', Object.is(value, -0) ? '-0' : String(value)];
      case 'undefined':
        return ['undefined'];
      case 'bigint':
        return ['bigint', String(value)];
      case 'object':
        return value === null ? null : encodeObject(value, seen);
      default:
        throw new Error(REFUSED);
    }
  }

  function encodeObject(value: object, seen: Map<object, number>): Encoded {
    const before = seen.get(value);
    if (before !== undefined) return ['again', before];
    seen.set(value, seen.size);
    const encode = (each: unknown): Encoded => encodeValue(each, seen);
    if (Array.isArray(value)) return ['list', ...value.map(encode)];
    if (value instanceof Date) return ['date', value.getTime()];
    if (value instanceof RegExp) return ['regexp', value.source, value.flags];
    if (value instanceof Map) return ['map', ...[...value].flat().map(encode)];
    if (value instanceof Set) return ['set', ...[...value].map(encode)];
    if (value instanceof Error) return ['error', value.name, value.message];
    if (value instanceof ArrayBuffer) return ['buffer', toBase64(new Uint8Array(value))];
    if (value instanceof Uint8Array) return ['bytes', toBase64(value)];
    if (value instanceof Promise || value instanceof WeakMap || value instanceof WeakSet) {
      throw new Error(REFUSED);
    }
    return ['object', ...Object.entries(value).flatMap(([name, each]) => [name, encode(each)])];
  }

  function decodeValue(encoded: Encoded, seen: unknown[]): unknown {
    if (typeof encoded !== 'object' || encoded === null) return encoded;
    const [kind, ...parts] = encoded;
    const first = parts[0];
    if (kind === 'undefined') return undefined;
    if (kind === 'number') return Number(first);
    if (kind === 'bigint') return BigInt(String(first));
    if (kind === 'again') return seen[Number(first)];
    return decodeObject(String(kind), parts, seen);
  }

  function decodeObject(kind: string, parts: readonly (Encoded | undefined)[], seen: unknown[]): unknown {
    const decode = (each: Encoded | undefined): unknown => decodeValue(each ?? null, seen);
    const keep = <Kept>(value: Kept): Kept => {
      seen.push(value);
      return value;
    };
    switch (kind) {
      case 'date':
        return keep(new Date(Number(parts[0])));
      case 'regexp':
        return keep(new RegExp(String(parts[0]), String(parts[1])));
      case 'error':
        return keep(Object.assign(new Error(String(parts[1])), { name: String(parts[0]) }));
      case 'bytes':
        return keep(fromBase64(String(parts[0])));
      case 'buffer':
        return keep(fromBase64(String(parts[0])).buffer);
      case 'list': {
        const list = keep<unknown[]>([]);
        for (const part of parts) list.push(decode(part));
        return list;
      }
      case 'set': {
        const set = keep(new Set());
        for (const part of parts) set.add(decode(part));
        return set;
      }
      case 'map': {
        const map = keep(new Map());
        for (let at = 0; at < parts.length; at += 2) map.set(decode(parts[at]), decode(parts[at + 1]));
        return map;
      }
      case 'object': {
        const object = keep({});
        for (let at = 0; at < parts.length; at += 2) {
          const value = decode(parts[at + 1]);
          const property = { value, writable: true, enumerable: true, configurable: true };
          Object.defineProperty(object, String(parts[at]), property);
        }
        return object;
      }
      default:
        throw new Error(`The simulated shell cannot read a value of the kind ${kind}.`);
    }
  }

  function toBase64(bytes: Uint8Array): string {
    return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
  }

  function fromBase64(text: string): Uint8Array<ArrayBuffer> {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  }

  return {
    encode: (value) => JSON.stringify(encodeValue(value, new Map())),
    decode: (text) => decodeValue(JSON.parse(text) as Encoded, []),
  };
}
