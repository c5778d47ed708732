import type { ReactNode } from 'react';
import { SlipwayError } from '../../shared/errors.ts';
import type { Answers } from '../src/testing/engine.tsx';
import { GalleryWindow } from './gallery-window.tsx';

/** One thing to look at. `name` is its address in the gallery. */
export interface GalleryState {
  readonly name: string;
  readonly render: () => ReactNode;
}

export const ACCOUNT = '/a/sandbox/us-east-1';
export const CLUSTER = `${ACCOUNT}/c/main`;

/** How a page looks with each of these answers of the engine. */
export function statesOf(page: string, address: string, answers: Readonly<Record<string, Answers>>) {
  return Object.entries(answers).map(
    ([state, given]): GalleryState => ({
      name: `${page}/${state}`,
      render: () => <GalleryWindow address={address} answers={given} />,
    }),
  );
}

/** An answer that never comes. */
export const loading = () => new Promise<never>(() => undefined);

export function failed(): never {
  throw new SlipwayError(
    'UNAVAILABLE',
    'AWS in us-east-1 did not answer. Check the network, then try again.',
    {
      retryable: true,
    },
  );
}

export function forbidden(): never {
  throw new SlipwayError('FORBIDDEN', 'AWS refused to read this.', {
    detail: { action: 'ecs:DescribeServices' },
  });
}
