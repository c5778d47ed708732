import { cleanup, screen } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { SlipwayError } from '../../../../shared/errors.ts';
import type { Daemon } from '../../../../shared/model/daemon.ts';
import { openWindow } from '../../testing/window.tsx';

const CLUSTER = '/a/sandbox/us-east-1/c/main';
const DIGEST = `sha256:9f2c41ab${'0'.repeat(56)}`;

const agent: Daemon = {
  name: 'agent',
  arn: 'arn:aws:ecs:us-east-1:123456789012:daemon/main/agent',
  isDeleting: false,
  revisions: [
    {
      arn: 'arn:aws:ecs:us-east-1:123456789012:daemon-revision/main/agent/2',
      taskDefinition: 'agent:2',
      images: [{ container: 'agent', image: 'acme/agent:1.1', digest: DIGEST }],
      running: 3,
    },
  ],
  deployments: [
    {
      arn: 'arn:aws:ecs:us-east-1:123456789012:daemon-deployment/main/agent/a',
      outcome: 'rolled-back',
      status: 'ROLLBACK_SUCCESSFUL',
      taskDefinition: 'agent:3',
    },
  ],
};

afterEach(cleanup);

describe('the page of a cluster', () => {
  it('lists its managed daemons with what they run and how their deployments ended', async () => {
    openWindow(CLUSTER, { 'services.list': () => [], 'daemons.list': () => [agent] });
    expect(await screen.findByText('Managed daemons')).toBeDefined();
    expect(screen.getByText(/agent:2, 3 instances/)).toBeDefined();
    expect(screen.getByText('acme/agent:1.1')).toBeDefined();
    expect(screen.getByText(/agent:3: Rolled back/)).toBeDefined();
  });

  it('says why its managed daemons could not be read', async () => {
    openWindow(CLUSTER, {
      'services.list': () => [],
      'daemons.list': () => {
        throw new SlipwayError('FORBIDDEN', "sandbox isn't allowed to list daemons.");
      },
    });
    expect(await screen.findByText(/isn't allowed to list daemons/)).toBeDefined();
  });
});
