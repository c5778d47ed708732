import { cleanup, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, describe, expect, it } from 'vitest';
import { SlipwayError } from '../../../../shared/errors.ts';
import type { ServiceRow } from '../../../../shared/model/service.ts';
import type { Answers } from '../../testing/engine.tsx';
import { openWindow } from '../../testing/window.tsx';

const CLUSTER = '/a/sandbox/us-east-1/c/main';

function row(name: string, imageVersion: string): ServiceRow {
  return {
    name,
    arn: `arn:aws:ecs:us-east-1:123456789012:service/main/${name}`,
    cluster: 'main',
    state: 'steady',
    desired: 2,
    running: 2,
    pending: 0,
    cells: ['running', 'running'],
    revision: `${name}:3`,
    imageVersion,
  };
}

const openCluster = (services: Answers) => openWindow(CLUSTER, services);

afterEach(cleanup);

describe('the service list', () => {
  it('shows the names before any row has been read', async () => {
    openCluster({
      'services.list': (_input, { emit }) => {
        emit({ kind: 'names', names: ['checkout', 'web'] });
        return new Promise(() => undefined);
      },
    });
    expect(await screen.findByRole('link', { name: /checkout/ })).toBeDefined();
    expect(screen.getByRole('link', { name: /web/ })).toBeDefined();
  });

  it('asks for a service when its row is pressed, and its page takes that answer', async () => {
    const asked: unknown[] = [];
    openCluster({
      'services.list': () => [row('web', '1.8.3')],
      'services.get': (input) => {
        asked.push(input);
        return new Promise(() => undefined);
      },
    });
    const link = await screen.findByRole('link', { name: /web/ });
    const user = userEvent.setup();
    await user.pointer({ keys: '[MouseRight]', target: link });
    expect(asked).toHaveLength(0);
    await user.pointer({ keys: '[MouseLeft>]', target: link });
    await waitFor(() => expect(asked).toHaveLength(1));
    await user.pointer({ keys: '[/MouseLeft]' });
    await screen.findByRole('heading', { level: 1, name: 'web' });
    expect(asked).toEqual([{ account: 'sandbox', region: 'us-east-1', cluster: 'main', service: 'web' }]);
  });

  it('has the cause of what is wrong with a service in its row', async () => {
    const sentence = "2 of 3 tasks can't be placed: the cluster has no container instances.";
    const problem = { kind: 'no-capacity', sentence, nextStep: 'Add container instances.' } as const;
    openCluster({ 'services.list': () => [{ ...row('web', '1.8.3'), state: 'failing', problem }] });
    const list = within(await screen.findByRole('region', { name: 'Services' }));
    const web = await list.findByRole('link', { name: /^Failing.*web/ });
    expect(within(web).getByRole('img', { name: 'Failing' })).toBeDefined();
    expect(within(web).getByText(sentence)).toBeDefined();
  });

  it('has failing services first and the mark of a drifted one, like the overview of the cluster', async () => {
    const drift = { kind: 'digests-differ', sentence: 'Two images run.', nextStep: 'Deploy again.' } as const;
    const open = `${CLUSTER}/s/admin`;
    openWindow(open, {
      'services.list': () => [
        row('admin', '1.0.0'),
        { ...row('mailer', '1.0.0'), state: 'degraded', problem: drift },
        { ...row('web', '1.8.3'), state: 'failing' },
      ],
    });
    const list = within(await screen.findByRole('region', { name: 'Services' }));
    await list.findByRole('link', { name: /^Failing.*web/ });
    expect(list.getAllByRole('link').map(({ dataset }) => dataset.service)).toEqual([
      'web',
      'mailer',
      'admin',
    ]);
    expect(list.getByRole('img', { name: 'Drifted' })).toBeDefined();
  });

  it('keeps the row of a service whose batch failed, and marks it', async () => {
    let reads = 0;
    const { queries } = openCluster({
      'services.list': (_input, { emit }) => {
        reads += 1;
        emit({ kind: 'names', names: ['checkout', 'web'] });
        if (reads === 1) return [row('checkout', '2.41.0'), row('web', '1.8.3')];
        emit({ kind: 'rows', rows: [row('web', '1.9.0')] });
        emit({ kind: 'stale', names: ['checkout'], message: 'AWS did not answer for this service.' });
        return [row('web', '1.9.0')];
      },
    });
    expect(await screen.findByText('1.8.3')).toBeDefined();
    await queries.invalidateQueries({ queryKey: ['services.list'] });

    expect(await screen.findByText('1.9.0')).toBeDefined();
    const checkout = screen.getByRole('link', { name: /checkout/ });
    expect(within(checkout).getByText('2.41.0')).toBeDefined();
    expect(await within(checkout).findByRole('img', { name: /AWS did not answer/ })).toBeDefined();
  });

  it('says how old the row of an earlier reading is, until the service is read again', async () => {
    const hourAgo = new Date(Date.now() - 3_600_000).toISOString();
    let reads = 0;
    const { queries } = openCluster({
      'services.list': (_input, { emit }) => {
        reads += 1;
        emit({ kind: 'names', names: ['checkout', 'web'] });
        emit({ kind: 'rows', rows: [row('checkout', '2.41.0'), row('web', '1.8.3')] });
        const kept = reads === 1 ? ['checkout', 'web'] : ['checkout'];
        emit({ kind: 'kept', rows: kept.map((name) => ({ name, readAt: hourAgo })) });
        return [row('checkout', '2.41.0'), row('web', '1.8.3')];
      },
    });
    const web = await screen.findByRole('link', { name: /web/ });
    expect(await within(web).findByText('read 1 h ago')).toBeDefined();
    await queries.invalidateQueries({ queryKey: ['services.list'] });

    await waitFor(() => expect(within(web).queryByText(/^read/)).toBeNull());
    const checkout = screen.getByRole('link', { name: /checkout/ });
    expect(within(checkout).getByText('read 1 h ago')).toBeDefined();
  });

  it('keeps the focus of a row that moves out of sight when the states are read', async () => {
    const names = Array.from({ length: 80 }, (_, index) => `service-${index}`);
    const states = Promise.withResolvers<ServiceRow[]>();
    openCluster({
      'services.list': (_input, { emit }) => {
        emit({ kind: 'names', names });
        return states.promise;
      },
    });
    const first = await screen.findByRole('link', { name: 'service-0' });
    first.focus();
    states.resolve(
      names.map((name, index) => ({ ...row(name, '1.0.0'), state: index === 0 ? 'steady' : 'failing' })),
    );
    await screen.findAllByRole('link', { name: /^Failing/ });
    expect(document.activeElement).toBe(first);
    expect(first.closest('li')?.getAttribute('aria-posinset')).toBe('80');
  });

  it('reads the rows on the screen first, by their names', async () => {
    const visible: unknown[] = [];
    const { queries } = openCluster({
      'services.list': (input) => {
        visible.push(input.visible);
        return [row('checkout', '2.41.0'), row('web', '1.8.3')];
      },
    });
    expect(await screen.findByText('1.8.3')).toBeDefined();
    await queries.invalidateQueries({ queryKey: ['services.list'] });
    expect(visible.at(-1)).toEqual(['checkout', 'web']);
  });

  it('keeps the rows when the whole read fails later, and says why', async () => {
    let reads = 0;
    const { queries } = openCluster({
      'services.list': (_input, { emit }) => {
        reads += 1;
        if (reads > 1) throw new SlipwayError('UNAVAILABLE', 'AWS did not answer. Try again.');
        emit({ kind: 'names', names: ['web'] });
        return [row('web', '1.8.3')];
      },
    });
    expect(await screen.findByText('1.8.3')).toBeDefined();
    await queries.invalidateQueries({ queryKey: ['services.list'] });

    expect((await screen.findByRole('alert')).textContent).toContain('AWS did not answer. Try again.');
    expect(screen.getByText('1.8.3')).toBeDefined();
  });

  it('filters by name and image version, and opens the first match with Enter', async () => {
    const { router } = openCluster({
      'services.list': (_input, { emit }) => {
        emit({ kind: 'names', names: ['checkout', 'web', 'worker'] });
        return [row('checkout', '2.41.0'), row('web', '1.8.3'), row('worker', '1.8.3')];
      },
      'services.get': () => {
        throw new SlipwayError('NOT_FOUND', 'There is no service web in the cluster main.');
      },
    });
    await screen.findByText('2.41.0');
    await userEvent.keyboard('/');
    await userEvent.type(screen.getByRole('searchbox', { name: 'Filter services' }), 'w 1.8');

    expect(screen.queryByRole('link', { name: /checkout/ })).toBeNull();
    await userEvent.keyboard('{Enter}');
    await screen.findByText('There is no service web in the cluster main.');
    expect(router.state.location.pathname).toBe(`${CLUSTER}/s/web`);
  });

  it('says when a cluster has no services', async () => {
    openCluster({
      'services.list': (_input, { emit }) => {
        emit({ kind: 'names', names: [] });
        return [];
      },
    });
    expect(await screen.findByText('No services in main')).toBeDefined();
  });

  it('says once that the login has expired, with a button to try again', async () => {
    openCluster({
      'services.list': () => {
        throw new SlipwayError(
          'AUTH_REQUIRED',
          'The login of the profile has expired. Log in, then try again.',
        );
      },
    });
    expect(await screen.findAllByText(/The login of the profile has expired/)).toHaveLength(1);
    expect(screen.getByRole('button', { name: 'Try again' })).toBeDefined();
  });
});
