/** One world's end of the context bridge. */
export interface Bridge {
  /** Puts an API on `window` of the page's world. Throws what `contextBridge.exposeInMainWorld` throws. */
  expose(name: string, api: unknown): void;
}

/** How a value goes over the bridge: copied by structured clone, or rebuilt on the other side. */
type Carried =
  | { readonly kind: 'clone'; readonly value: unknown }
  | { readonly kind: 'again'; readonly index: number }
  | { readonly kind: 'list'; readonly items: readonly Carried[] }
  | { readonly kind: 'object'; readonly entries: readonly (readonly [string, Carried])[] }
  | { readonly kind: 'function' | 'promise'; readonly id: number }
  /** A function of the side that it goes to. */
  | { readonly kind: 'own-function'; readonly id: number }
  | { readonly kind: 'error'; readonly message: string };

type Message =
  | { readonly type: 'expose'; readonly name: string; readonly api: Carried }
  | { readonly type: 'call'; readonly id: number; readonly args: readonly Carried[] }
  | { readonly type: 'settle'; readonly id: number; readonly isFulfilled: boolean; readonly value: Carried }
  | { readonly type: 'reply'; readonly value: Carried }
  | { readonly type: 'throw'; readonly message: string };

/**
 * The context bridge between the page's world and the isolated one, after docs/api/context-bridge.md and
 * shell/renderer/api/electron_api_context_bridge.cc: functions and promises are proxied, errors keep their message
 * alone, lists and plain objects are rebuilt, whatever else is cloned, and what is exposed is frozen and cannot be
 * replaced. Electron does this inside of V8; here the worlds talk by events of the DOM, which are dispatched
 * synchronously to both and whose detail Chromium clones between worlds. Their name is known to both ends alone.
 *
 * Its text is sent into pages, so it refers to nothing outside of itself.
 */
export function createBridge(secret: string, side: 'page' | 'isolated'): Bridge {
  const DEEPEST = 1000;
  const { document, CustomEvent: Event, Promise: NativePromise } = window;
  const dispatch = document.dispatchEvent.bind(document);
  const outgoing = `${secret}-${side}`;
  const incoming = `${secret}-${side === 'page' ? 'isolated' : 'page'}`;

  const given: { readonly call: (args: readonly unknown[]) => unknown; readonly original: object }[] = [];
  const givenIds = new Map<object, number>();
  const taken = new WeakMap<object, number>();
  const unsettled = new Map<number, PromiseWithResolvers<unknown>>();
  let reply: Message | undefined;
  let promises = 0;

  document.addEventListener(incoming, (event) => {
    const message = (event as CustomEvent<Message>).detail;
    if (message.type === 'reply' || message.type === 'throw') reply = message;
    else send(answer(message));
  });

  function send(message: Message): void {
    dispatch(new Event(outgoing, { detail: message }));
  }

  /** Dispatching is synchronous, so the reply is there when it returns. */
  function request(message: Message): unknown {
    reply = undefined;
    send(message);
    const answered: Message | undefined = reply;
    reply = undefined;
    return result(answered);
  }

  function result(answered: Message | undefined): unknown {
    if (answered?.type === 'reply') return restore(answered.value);
    throw new Error(answered?.type === 'throw' ? answered.message : 'The other world did not answer.');
  }

  function answer(message: Message): Message {
    try {
      return { type: 'reply', value: carry(act(message)) };
    } catch (error) {
      const isError = typeof error === 'object' && error !== null && 'message' in error;
      const unknown =
        'An unknown exception occurred in the isolated context, an error occurred but a valid exception was not thrown.';
      return { type: 'throw', message: isError ? String(error.message) : unknown };
    }
  }

  function act(message: Message): unknown {
    switch (message.type) {
      case 'expose':
        return install(message.name, restore(message.api));
      case 'call':
        return given[message.id]?.call(message.args.map((each) => restore(each)));
      case 'settle': {
        const promise = unsettled.get(message.id);
        unsettled.delete(message.id);
        const value = restore(message.value);
        if (message.isFulfilled) promise?.resolve(value);
        else promise?.reject(value);
        return undefined;
      }
      default:
        throw new Error(`The bridge does not answer ${message.type}.`);
    }
  }

  function install(name: string, api: unknown): void {
    if (name in window) {
      throw new Error('Cannot bind an API on top of an existing property on the window object');
    }
    Object.defineProperty(window, name, { value: freeze(api), enumerable: true });
  }

  function freeze(value: unknown): unknown {
    if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
    for (const each of Object.values(value)) freeze(each);
    return Object.freeze(value);
  }

  function carry(value: unknown, seen = new Map<object, number>(), depth = 0, owner?: object): Carried {
    if (depth >= DEEPEST) {
      throw new TypeError(
        'Electron contextBridge recursion depth exceeded.  Nested objects deeper than 1000 are not supported.',
      );
    }
    if (typeof value === 'function') return carryFunction(value, owner);
    if (typeof value !== 'object' || value === null) return { kind: 'clone', value };
    const before = seen.get(value);
    if (before !== undefined) return { kind: 'again', index: before };
    if (value instanceof NativePromise) return carryPromise(value);
    if (value instanceof Error) return { kind: 'error', message: value.message };
    const inner = (each: unknown): Carried => carry(each, seen, depth + 1, value);
    if (Array.isArray(value)) {
      seen.set(value, seen.size);
      return { kind: 'list', items: value.map(inner) };
    }
    if (!isPlain(value)) return { kind: 'clone', value };
    seen.set(value, seen.size);
    return { kind: 'object', entries: Object.entries(value).map(([name, each]) => [name, inner(each)]) };
  }

  function carryFunction(value: object, owner: object | undefined): Carried {
    const own = taken.get(value);
    if (own !== undefined) return { kind: 'own-function', id: own };
    const before = givenIds.get(value);
    if (before !== undefined) return { kind: 'function', id: before };
    const id = given.length;
    given.push({
      call: (args): unknown => Reflect.apply(value as () => unknown, owner, args),
      original: value,
    });
    givenIds.set(value, id);
    return { kind: 'function', id };
  }

  function carryPromise(promise: Promise<unknown>): Carried {
    promises += 1;
    const id = promises;
    const settle = (isFulfilled: boolean) => (value: unknown) => {
      request({ type: 'settle', id, isFulfilled, value: carry(value) });
    };
    promise.then(settle(true), settle(false));
    return { kind: 'promise', id };
  }

  function restore(carried: Carried, seen: object[] = []): unknown {
    switch (carried.kind) {
      case 'clone':
        return carried.value;
      case 'again':
        return seen[carried.index];
      case 'error':
        return new Error(carried.message);
      case 'own-function':
        return given[carried.id]?.original;
      case 'function':
        return takeFunction(carried.id);
      case 'promise': {
        const settled = NativePromise.withResolvers<unknown>();
        unsettled.set(carried.id, settled);
        return settled.promise;
      }
      case 'list': {
        const list: unknown[] = [];
        seen.push(list);
        for (const item of carried.items) list.push(restore(item, seen));
        return list;
      }
      case 'object': {
        const object = {};
        seen.push(object);
        for (const [name, each] of carried.entries) {
          const property = {
            value: restore(each, seen),
            writable: true,
            enumerable: true,
            configurable: true,
          };
          Object.defineProperty(object, name, property);
        }
        return object;
      }
    }
  }

  function takeFunction(id: number): unknown {
    const proxy = (...args: readonly unknown[]): unknown =>
      request({ type: 'call', id, args: args.map((each) => carry(each)) });
    taken.set(proxy, id);
    return proxy;
  }

  function isPlain(value: object): boolean {
    const prototype: unknown = Object.getPrototypeOf(value);
    return prototype === null || prototype === Object.prototype;
  }

  return {
    expose(name, api) {
      request({ type: 'expose', name, api: carry(api) });
    },
  };
}
