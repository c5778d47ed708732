import { EventEmitter } from 'node:events';

/** Asked of every object by the language and by Node, not by the app. */
const ASKED_BY_OTHERS: ReadonlySet<string> = new Set([
  'then',
  'toJSON',
  'domain',
  'constructor',
  '__esModule',
  'default',
]);

/**
 * An object that throws when the app uses a part of Electron that the simulation does not have, so that nothing
 * passes a test only because it was left out.
 */
export function strict<Part extends object>(name: string, part: Part): Part {
  const refuse = (property: string): never => {
    throw new Error(
      `The simulated Electron has no ${name}.${property}. Add it to e2e/shell/electron after Electron's documentation.`,
    );
  };
  return new Proxy(part, {
    get(target, property, receiver): unknown {
      if (isUnknown(target, property)) return refuse(property);
      return Reflect.get(target, property, receiver);
    },
    set(target, property, value, receiver) {
      if (isUnknown(target, property)) return refuse(property);
      return Reflect.set(target, property, value, receiver);
    },
  });
}

function isUnknown(target: object, property: string | symbol): property is string {
  return typeof property === 'string' && !(property in target) && !ASKED_BY_OTHERS.has(property);
}

export interface PreventableEvent {
  preventDefault(): void;
  readonly defaultPrevented: boolean;
}

/** The first argument of every event of Electron (docs/api/structures/event.md is Node's `Event`). */
export function preventableEvent<Details extends object>(details: Details): Details & PreventableEvent {
  let isPrevented = false;
  return Object.defineProperties(details, {
    preventDefault: {
      value: () => {
        isPrevented = true;
      },
    },
    defaultPrevented: { get: () => isPrevented },
  }) as Details & PreventableEvent;
}

/** An emitter of Electron's events. To listen to one that the simulation never emits throws. */
export class ElectronEmitter extends EventEmitter {
  private readonly part: string;
  private readonly known: ReadonlySet<string>;

  /**
   * @param events those that the simulation emits, or has a reason to leave out
   */
  constructor(part: string, events: readonly string[]) {
    super();
    this.part = part;
    this.known = new Set(events);
  }

  override on(name: string | symbol, listener: (...args: unknown[]) => void): this {
    this.checkEvent(name);
    return super.on(name, listener);
  }

  override addListener(name: string | symbol, listener: (...args: unknown[]) => void): this {
    return this.on(name, listener);
  }

  override once(name: string | symbol, listener: (...args: unknown[]) => void): this {
    this.checkEvent(name);
    return super.once(name, listener);
  }

  override prependListener(name: string | symbol, listener: (...args: unknown[]) => void): this {
    this.checkEvent(name);
    return super.prependListener(name, listener);
  }

  protected checkEvent(name: string | symbol): void {
    if (typeof name !== 'string' || this.known.has(name)) return;
    throw new Error(`The simulated Electron never emits the event ${name} of ${this.part}.`);
  }
}

/**
 * Emits as Electron's native code does: what a listener throws is an uncaught exception of the process, and no error of
 * whoever caused the event (gin_helper/event_emitter.cc calls by `node::MakeCallback`).
 */
export function emitNatively(emitter: EventEmitter, name: string, ...args: readonly unknown[]): void {
  try {
    emitter.emit(name, ...args);
  } catch (error) {
    process.emit('uncaughtException', error instanceof Error ? error : new Error(String(error)));
  }
}

/** Emits an event that can be prevented, and answers whether it was. */
export function emitPreventable(
  emitter: EventEmitter,
  name: string,
  details: object = {},
  ...args: readonly unknown[]
): boolean {
  const event = preventableEvent(details);
  emitNatively(emitter, name, event, ...args);
  return event.defaultPrevented;
}
