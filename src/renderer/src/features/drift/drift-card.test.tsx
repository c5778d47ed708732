import { cleanup, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, expect, it } from 'vitest';
import type { Drift } from '../../../../shared/model/drift.ts';
import { renderWithEngine } from '../../testing/engine.tsx';
import { SERVICE } from '../../testing/plan.ts';
import { DriftCard, WriteBackStep } from './drift-card.tsx';

afterEach(cleanup);

const DRIFT: Drift = {
  declarations: [
    {
      kind: 'cloudformation',
      title: 'CloudFormation stack shop',
      where: 'arn:aws:cloudformation:us-east-1:123456789012:stack/shop/1',
      isOwner: true,
      same: 4,
      differences: [
        { name: 'image of app', declared: 'web:1', running: 'web:2' },
        { name: 'variable MODE of app' },
      ],
      computed: [{ name: 'cpu', by: 'the parameter Cpu' }],
      notes: [],
    },
  ],
  notRead: [],
};

const PATCH = {
  title: 'CloudFormation stack shop',
  sentence: 'This changes shop.yml. Nothing is committed.',
  id: 'p1',
  file: '/shop/shop.yml',
  diff: '--- a/shop.yml\n+++ b/shop.yml\n',
};

it('the card of declarations shows what differs without hidden values, and writes a patch that was shown', async () => {
  const written: string[] = [];
  renderWithEngine(<DriftCard service={SERVICE} />, {
    'drift.get': () => DRIFT,
    'drift.patch': () => ({ patches: [PATCH] }),
    'drift.applyPatch': ({ id }: { readonly id: string }) => {
      written.push(id);
      return { file: PATCH.file };
    },
  });
  const members = await screen.findByLabelText('Differences from CloudFormation stack shop');
  expect(members.textContent).toContain('variable MODE of appanother value');
  expect(members.textContent).toContain('cpucomputed from the parameter Cpu');
  await userEvent.click(screen.getByRole('button', { name: 'Write the images back…' }));
  expect((await screen.findByRole('region', { name: 'Patch of /shop/shop.yml' })).textContent).toContain(
    '+++ b/shop.yml',
  );
  await userEvent.click(screen.getByRole('button', { name: 'Write into the file' }));
  expect((await screen.findByRole('status')).textContent).toContain('Written into /shop/shop.yml');
  expect(written).toEqual(['p1']);
});

it('after a deployment, the owner that has another image is named with the patch; another difference is not', async () => {
  let found: Drift = DRIFT;
  const answers = { 'drift.get': () => found, 'drift.patch': () => ({ patches: [PATCH] }) };
  renderWithEngine(<WriteBackStep service={SERVICE} revision="web:42" />, answers);
  const step = await screen.findByRole('region', { name: 'Declared image' });
  expect(step.textContent).toContain(
    'CloudFormation stack shop owns this service and declares another image',
  );
  await userEvent.click(screen.getByRole('button', { name: 'Write the images back…' }));
  expect(await screen.findByRole('button', { name: 'Copy patch' })).toBeTruthy();
  cleanup();
  const [stack] = DRIFT.declarations;
  found = { ...DRIFT, declarations: stack === undefined ? [] : [{ ...stack, differences: [] }] };
  let asked = 0;
  const again = renderWithEngine(<WriteBackStep service={SERVICE} revision="web:42" />, {
    'drift.get': () => {
      asked += 1;
      return found;
    },
  });
  await expect.poll(() => asked).toBe(1);
  expect(again.container.querySelector('section')).toBeNull();
});

it('the card of declarations is not there for a service that nothing declares', async () => {
  let asked = 0;
  const { container } = renderWithEngine(<DriftCard service={SERVICE} />, {
    'drift.get': () => {
      asked += 1;
      return { declarations: [], notRead: [] };
    },
  });
  await expect.poll(() => asked).toBe(1);
  expect(container.querySelector('section')).toBeNull();
});
