import { cleanup, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, expect, it } from 'vitest';
import { SlipwayError } from '../../../../shared/errors.ts';
import type { Project } from '../../../../shared/model/project.ts';
import { type Answers, renderWithEngine } from '../../testing/engine.tsx';
import { openWindow } from '../../testing/window.tsx';
import { ProjectsCard } from './projects-card.tsx';

afterEach(() => {
  cleanup();
  localStorage.clear();
});

const SHOP: Project = {
  folder: '/home/ana/shop',
  file: '/home/ana/shop/slipway.yml',
  environments: [
    {
      name: 'staging',
      account: 'profile:acme-dev',
      region: 'eu-central-1',
      cluster: 'shop-staging',
      services: [],
    },
    { name: 'ci', cluster: 'shop', services: [] },
  ],
};

it('a repository that is added shows the environments of its slipway.yml', async () => {
  const added: string[] = [];
  renderWithEngine(<ProjectsCard />, {
    'app.info': () => ({ version: '1', host: 'browser', nativeDialogs: false }),
    'environments.projects': () => [],
    'environments.addProject': ({ folder }) => {
      added.push(folder);
      return [SHOP];
    },
  });
  await userEvent.type(await screen.findByLabelText('Folder of a repository'), '/home/ana/shop');
  await userEvent.click(screen.getByRole('button', { name: 'Add repository' }));
  await waitFor(() => expect(added).toEqual(['/home/ana/shop']));
  expect(
    await screen.findByText('staging: acme-dev, eu-central-1, shop-staging', { exact: false }),
  ).toBeTruthy();
  expect(screen.getByText('ci: no profile or role', { exact: false })).toBeTruthy();
});

it('a broken slipway.yml names its line, the repository can be removed, and a folder that could not be added is kept', async () => {
  const problem =
    '/home/ana/shop/slipway.yml is not valid, line 3: region is wrong. Correct it and try again.';
  let projects: readonly Project[] = [{ ...SHOP, problem, environments: [] }];
  const answers: Answers = {
    'app.info': () => ({ version: '1', host: 'browser', nativeDialogs: false }),
    'environments.projects': () => projects,
    'environments.removeProject': () => {
      projects = [];
      return projects;
    },
    'environments.addProject': () => {
      throw new SlipwayError('INVALID_INPUT', problem);
    },
  };
  const { unmount } = renderWithEngine(<ProjectsCard />, answers);
  expect(await screen.findByText(problem)).toBeTruthy();
  await userEvent.click(screen.getByRole('button', { name: 'Remove /home/ana/shop' }));
  await waitFor(() => expect(screen.queryByText(problem)).toBeNull());
  await userEvent.type(screen.getByLabelText('Folder of a repository'), '/home/ana/shop{Enter}');
  expect(await screen.findByText(problem)).toBeTruthy();
  unmount();
  renderWithEngine(<ProjectsCard />, answers);
  expect(screen.getByLabelText('Folder of a repository')).toHaveProperty('value', '/home/ana/shop');
});

it('the environments of slipway.yml stand beside the accounts and open their cluster', async () => {
  openWindow('/journal', {
    'journal.list': () => ({ entries: [] }),
    'environments.projects': () => [SHOP],
    'accounts.list': () => ({
      accounts: [
        {
          id: 'profile:acme-dev',
          name: 'acme-dev',
          kind: 'profile',
          region: 'us-east-1',
          environment: 'development',
        },
      ],
    }),
  });
  const link = await screen.findByRole('link', { name: 'staging' });
  expect(link.getAttribute('href')).toContain('/eu-central-1/c/shop-staging');
});
