import { cleanup, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, expect, it } from 'vitest';
import { renderWithEngine } from '../../testing/engine.tsx';
import { useBuild } from './use-build.ts';

const INPUT = {
  folder: '/src',
  account: 'sandbox',
  region: 'us-east-1',
  dockerfile: 'Dockerfile',
  repository: 'web',
  tag: '1',
};

function Probe() {
  const { progress, start } = useBuild();
  return (
    <button type="button" onClick={() => void start(INPUT)}>
      {`${progress.lines.at(0)} to ${progress.lines.at(-1)}, ${progress.dropped} dropped`}
    </button>
  );
}

afterEach(cleanup);

it('the log of a build keeps its end, and counts the lines that are no longer shown', async () => {
  renderWithEngine(<Probe />, {
    'docker.build': (_input, { emit }) => {
      const lines = Array.from({ length: 600 }, (_, index) => `line ${index}`);
      emit({ kind: 'log', lines, dropped: 7 });
      return new Promise(() => undefined);
    },
  });
  await userEvent.click(screen.getByRole('button'));
  expect(await screen.findByText('line 100 to line 599, 107 dropped')).toBeDefined();
});
