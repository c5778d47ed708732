import { cleanup, screen } from '@testing-library/react';
import { afterEach, expect, it } from 'vitest';
import { SlipwayError } from '../../../../shared/errors.ts';
import { renderWithEngine } from '../../testing/engine.tsx';
import { DockerCard } from './docker-card.tsx';

afterEach(cleanup);

/** What HTML allows in a `dl`: https://html.spec.whatwg.org/multipage/grouping-content.html#the-dl-element */
function partsOfList(container: HTMLElement): readonly (string | undefined)[] {
  return [...(container.querySelector('dl')?.children ?? [])].map(({ tagName }) => tagName);
}

it('keeps to terms and descriptions while Docker is asked, and where it cannot be asked', async () => {
  const { container } = renderWithEngine(<DockerCard />, {
    'docker.status': () => new Promise(() => undefined),
  });
  await screen.findByText(/Loading Docker/);
  expect(partsOfList(container)).toEqual(['DT', 'DD']);
  cleanup();

  const failed = renderWithEngine(<DockerCard />, {
    'docker.status': () => {
      throw new SlipwayError('UNAVAILABLE', 'The engine did not respond.');
    },
  });
  await screen.findByText(/The engine did not respond/);
  expect(partsOfList(failed.container)).toEqual(['DT', 'DD']);
});
