import { cleanup, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { SlipwayError } from '../../../../shared/errors.ts';
import { type Answer, renderWithEngine } from '../../testing/engine.tsx';
import { ConnectionsCard } from './connections-card.tsx';
import { DockerCard } from './docker-card.tsx';

afterEach(cleanup);

const ACCOUNT = { kind: 'profile', region: 'us-east-1', environment: 'unclassified' } as const;
const PROBLEM = 'The profile old (line 8 of /home/ana/.aws/config) has no source_profile. Add it.';

function openConnections(
  identity: Answer<'accounts.identity'>,
  accept: Answer<'accounts.accept'> = () => ({}),
) {
  renderWithEngine(<ConnectionsCard />, {
    'accounts.list': () => ({
      accounts: [
        { ...ACCOUNT, id: 'profile:acme', name: 'acme' },
        { ...ACCOUNT, id: 'profile:shop', name: 'shop', accountNumber: '111111111111' },
        {
          ...ACCOUNT,
          id: 'profile:stage',
          name: 'stage',
          credentials: 'sso',
          accountNumber: '210987654321',
          accountAlias: 'acme-staging',
          arn: 'arn:aws:sts::210987654321:assumed-role/Developer/ana',
          expiresAt: '2026-11-28T18:30:00.000Z',
        },
        { ...ACCOUNT, id: 'profile:old', name: 'old', problem: PROBLEM },
      ],
    }),
    'environments.of': () => ({
      environment: 'production',
      name: 'Live shop',
      from: 'rule',
      confirm: 'name',
      readOnly: false,
      mutableTags: 'allow',
    }),
    'accounts.identity': identity,
    'accounts.accept': accept,
  });
}

const row = (name: RegExp) => screen.findByRole('row', { name });

describe('connections in the settings', () => {
  it('are not checked before somebody asks, and then say who AWS thinks we are', async () => {
    const identity = vi.fn<Answer<'accounts.identity'>>(() => ({
      accountNumber: '123456789012',
      arn: 'arn:aws:sts::123456789012:assumed-role/deployer/ana',
    }));
    openConnections(identity);
    expect(await within(await row(/^acme/)).findByText('Live shop')).toBeDefined();
    expect((await row(/^acme/)).textContent).toContain('Not checked');
    expect(identity).not.toHaveBeenCalled();
    await userEvent.click(screen.getByRole('button', { name: 'Check the connection to acme' }));
    expect(await row(/acme us-east-1 123456789012 .* Connected, ana/)).toBeDefined();
  });

  it('say what their credentials come from, which account they lead to and when they expire, without a check', async () => {
    openConnections(() => {
      throw new SlipwayError('INTERNAL', 'Nothing is asked.');
    });
    const { textContent } = await row(/^stage us-east-1 210987654321 acme-staging IAM Identity Center/);
    expect(textContent).toContain('Connected, ana');
    expect(screen.getByText('Expires').querySelector('time')?.dateTime).toBe('2026-11-28T18:30:00.000Z');
  });

  it('offer the roles of a session that no profile signs in with yet', async () => {
    renderWithEngine(<ConnectionsCard />, {
      'accounts.list': () => ({ accounts: [], sessions: ['corp'] }),
      'accounts.roles': () => [{ accountId: '123456789012', roleName: 'Developer' }],
    });
    await userEvent.click(await screen.findByRole('button', { name: 'Add roles of corp…' }));
    expect(await screen.findByText('Developer')).toBeDefined();
  });

  it('show the account that was kept before they are checked, and another one is used only if somebody says so', async () => {
    const accept = vi.fn<Answer<'accounts.accept'>>(() => ({}));
    const isAccepted = (): boolean => accept.mock.calls.length > 0;
    openConnections(() => {
      if (isAccepted()) return { accountNumber: '222222222222', arn: 'arn:aws:iam::222222222222:user/ana' };
      const detail = {
        account: 'profile:shop',
        expectedAccount: '111111111111',
        actualAccount: '222222222222',
      };
      throw new SlipwayError('AUTH_REQUIRED', 'Slipway expects 111111111111 for shop.', { detail });
    }, accept);
    expect(await row(/^shop us-east-1 111111111111/)).toBeDefined();
    await userEvent.click(screen.getByRole('button', { name: 'Check the connection to shop' }));
    await userEvent.click(await screen.findByRole('button', { name: 'Use 222222222222 from now on' }));
    expect(accept.mock.calls[0]?.[0]).toEqual({ account: 'profile:shop', accountNumber: '222222222222' });
    expect(await row(/shop us-east-1 222222222222 .* Connected, ana/)).toBeDefined();
  });

  it('that cannot work say why, with the line of the file or the sentence of AWS', async () => {
    openConnections(() => {
      throw new SlipwayError('AUTH_REQUIRED', 'The key of acme was rejected.');
    });
    expect((await row(/^old/)).textContent).toContain(PROBLEM);
    await userEvent.click(await screen.findByRole('button', { name: 'Check the connection to acme' }));
    expect(await screen.findByText('The key of acme was rejected.')).toBeDefined();
  });
});

describe('Docker in the settings', () => {
  it('names its version, where it was found, and registries without their logins', async () => {
    renderWithEngine(<DockerCard />, {
      'docker.status': () => ({
        state: 'connected',
        version: '28.2',
        from: 'the context desktop-linux',
        platform: { os: 'linux', architecture: 'arm64' },
      }),
      'docker.logins': () => ({ registries: ['index.docker.io'], store: 'docker-credential-desktop' }),
    });
    expect(await screen.findByText('Docker 28.2, linux/arm64')).toBeDefined();
    for (const text of ['the context desktop-linux', 'index.docker.io', 'docker-credential-desktop'])
      expect(await screen.findByText(text)).toBeDefined();
  });

  it('says why it is not connected', async () => {
    renderWithEngine(<DockerCard />, {
      'docker.status': () => ({ state: 'unavailable', message: 'Start Docker.' }),
      'docker.logins': () => ({ registries: [] }),
    });
    expect(await screen.findByText('Not connected. Start Docker.')).toBeDefined();
    expect(await screen.findByText('None in the Docker configuration')).toBeDefined();
  });
});
