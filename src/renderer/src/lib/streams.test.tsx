import { cleanup, screen } from '@testing-library/react';
import { useEffect } from 'react';
import { afterEach, expect, it } from 'vitest';
import { SlipwayError } from '../../../shared/errors.ts';
import { renderWithEngine } from '../testing/engine.tsx';
import { serviceListFolding } from './service-list.ts';
import { useEngineFold } from './streams.ts';

afterEach(cleanup);

const CLUSTER = { account: 'sandbox', region: 'us-east-1', cluster: 'production' };

function Services({ onDraw }: { readonly onDraw: (count: number) => void }) {
  const { data, error } = useEngineFold('services.list', CLUSTER, serviceListFolding);
  const count = data?.names?.length ?? 0;
  useEffect(() => onDraw(count), [count, onDraw]);
  return <p>{`${count} services${error === null ? '' : `, then ${error.message}`}`}</p>;
}

it('what arrives in many parts is drawn a few times, and none of it is lost when the rest fails', async () => {
  const drawn: number[] = [];
  const onDraw = (count: number): void => void drawn.push(count);
  const rest = Promise.withResolvers<void>();
  const names = Array.from({ length: 200 }, (_, index) => `service-${index}`);
  renderWithEngine(<Services onDraw={onDraw} />, {
    async 'services.list'(_input, { emit }) {
      for (let count = 1; count <= names.length; count += 1)
        emit({ kind: 'names', names: names.slice(0, count) });
      await rest.promise;
      throw new SlipwayError('UNAVAILABLE', 'AWS is gone.');
    },
  });
  rest.resolve();
  await screen.findByText('200 services, then AWS is gone.');
  expect(drawn.length).toBeLessThan(10);
});
