import type { WireError } from './errors.ts';

export interface CallRequest {
  /** Chosen by the caller; unique among its calls. */
  readonly id: string;
  readonly method: string;
  readonly input: unknown;
}

export type CallAnswer =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly error: WireError };

/** What a host gives a renderer: the three channels. `call` never rejects because of a handler. */
export interface Transport {
  call(request: CallRequest): Promise<CallAnswer>;
  cancel(id: string): void;
  /** Listens to the events of all calls; answers a function that stops listening. */
  onEvent(listener: (id: string, event: unknown) => void): () => void;
}
