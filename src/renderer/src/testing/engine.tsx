import { MantineProvider } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import {
  createMemoryHistory,
  createRootRoute,
  createRouter,
  RouterContextProvider,
  RouterProvider,
} from '@tanstack/react-router';
import { type RenderResult, render } from '@testing-library/react';
import type { ReactNode } from 'react';
import { createClient } from '../../../shared/client.ts';
import {
  contract,
  type Event,
  type Input,
  type Method,
  type MethodName,
  type Output,
} from '../../../shared/contract.ts';
import { SlipwayError, toWire } from '../../../shared/errors.ts';
import type { Immutable } from '../../../shared/model/immutable.ts';
import type { CallRequest, Transport } from '../../../shared/transport.ts';
import { EngineProvider } from '../lib/engine.ts';
import { createQueryClient } from '../lib/queries.ts';
import { theme } from '../ui/theme.ts';

/** How an engine in memory answers a method; what it throws crosses as an error does. */
export type Answer<N extends MethodName> = (
  input: Immutable<Input<N>>,
  call: { readonly emit: (event: Immutable<Event<N>>) => void; readonly signal: AbortSignal },
) => Immutable<Output<N>> | Promise<Immutable<Output<N>>>;

export type Answers = { readonly [N in MethodName]?: Answer<N> };

/** An engine in memory. What goes in and out is held against the contract, as the real one does. */
export function createTestTransport(answers: Answers): Transport {
  const running = new Map<string, AbortController>();
  const listeners = new Set<(id: string, event: unknown) => void>();
  return {
    async call(request) {
      const controller = new AbortController();
      running.set(request.id, controller);
      const emit = (event: unknown): void => {
        for (const listener of listeners) listener(request.id, event);
      };
      try {
        return { ok: true, value: await answer(answers, request, { emit, signal: controller.signal }) };
      } catch (thrown) {
        if (thrown instanceof SlipwayError) return { ok: false, error: toWire(thrown) };
        throw thrown;
      } finally {
        running.delete(request.id);
      }
    },
    cancel: (id) => running.get(id)?.abort(),
    onEvent(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

async function answer(
  answers: Answers,
  request: CallRequest,
  call: { readonly emit: (event: unknown) => void; readonly signal: AbortSignal },
): Promise<unknown> {
  const known = Object.entries(contract).find(([name]) => name === request.method);
  const handlers: Readonly<Record<string, unknown>> = answers;
  const handler = handlers[request.method];
  if (!known || typeof handler !== 'function') throw new Error(`No answer for ${request.method}`);
  const method: Method = known[1];
  const emit = (event: unknown): void => call.emit(method.event?.parse(event));
  return method.output.parse(await handler(method.input.parse(request.input), { ...call, emit }));
}

/** Renders a view with an engine in memory below it. `location()` tells where its links have led. */
export function renderWithEngine(
  view: ReactNode,
  answers: Answers,
  queries = createQueryClient(),
): RenderResult & { readonly location: () => string } {
  installMissingBrowserParts();
  const history = createMemoryHistory();
  const routeTree = createRootRoute().addChildren([]);
  const result = render(
    <MantineProvider theme={theme} env="test">
      <EngineProvider value={createClient(createTestTransport(answers))}>
        <QueryClientProvider client={queries}>
          <RouterContextProvider router={createRouter({ routeTree, history })}>{view}</RouterContextProvider>
        </QueryClientProvider>
      </EngineProvider>
    </MantineProvider>,
  );
  return { ...result, location: () => history.location.href };
}

/** Renders a view that has its filters in the address, as the route of a page does. */
export function renderAtAddress(
  view: (search: Readonly<Record<string, unknown>>) => ReactNode,
  answers: Answers,
  address = '/',
): RenderResult & { readonly location: () => string } {
  installMissingBrowserParts();
  const history = createMemoryHistory({ initialEntries: [address] });
  const root = createRootRoute({
    component: function Viewed() {
      return view(root.useSearch());
    },
  });
  const result = render(
    <MantineProvider theme={theme} env="test">
      <EngineProvider value={createClient(createTestTransport(answers))}>
        <QueryClientProvider client={createQueryClient()}>
          <RouterProvider router={createRouter({ routeTree: root.addChildren([]), history })} />
        </QueryClientProvider>
      </EngineProvider>
    </MantineProvider>,
  );
  return { ...result, location: () => history.location.href };
}

/** What jsdom does not have and the component library asks for. */
export function installMissingBrowserParts(): void {
  window.matchMedia ??= (query) =>
    Object.assign(new EventTarget(), {
      matches: false,
      media: query,
      onchange: null,
      addListener: () => undefined,
      removeListener: () => undefined,
    });
  window.ResizeObserver ??= class {
    observe(): void {}
    unobserve(): void {}
    disconnect(): void {}
  };
  // The editor measures its text with it.
  Object.defineProperty(Range.prototype, 'getClientRects', { configurable: true, value: () => [] });
  // Without a layout nothing has a size, and a list that draws only what is in sight would draw nothing.
  Object.defineProperties(HTMLElement.prototype, {
    clientHeight: { configurable: true, get: () => 600 },
    clientWidth: { configurable: true, get: () => 900 },
    // Answers a promise in browsers of today.
    scrollIntoView: { configurable: true, value: () => Promise.resolve() },
    scrollTo: { configurable: true, value: () => undefined },
  });
}
