import { describe, expect, it } from 'vitest';
import { capacityOf, demandOf } from '../../ecs/capacity.ts';
import { read } from '../../ecs/check.ts';
import { instanceCapacityOf, instancesHaveCapacity } from './capacity-check.ts';
import { gracePeriodFits, settingsBelongToStrategy, strategyFits } from './strategy-checks.ts';

const DEMAND = { cpu: 512, memory: 1024, ports: ['80/tcp'] };

function anInstance({ cpu = 2048, memory = 4096, ports = ['22'], status = 'ACTIVE' } = {}) {
  return {
    status,
    agentConnected: true,
    remainingResources: [
      { name: 'CPU', integerValue: cpu },
      { name: 'MEMORY', integerValue: memory },
      { name: 'PORTS', stringSetValue: ports },
      { name: 'PORTS_UDP', stringSetValue: ['80'] },
    ],
  };
}

describe('the capacity of a service', () => {
  it.each([
    [{ launchType: 'FARGATE' as const }, { kind: 'fargate' }],
    [{ capacityProviderStrategy: [{ capacityProvider: 'FARGATE_SPOT' }] }, { kind: 'fargate' }],
    [{ launchType: 'EC2' as const }, { kind: 'instances', providers: [] }],
    [
      { capacityProviderStrategy: [{ capacityProvider: 'blue' }] },
      { kind: 'instances', providers: ['blue'] },
    ],
    [{ launchType: 'EXTERNAL' as const }, { kind: 'other' }],
  ])('of %j', (service, capacity) => {
    expect(capacityOf(service)).toEqual(capacity);
  });

  it('is checked for the task’s size, or its containers’ reservations, and for fixed ports', () => {
    const containerDefinitions = [
      { cpu: 128, memory: 512, memoryReservation: 256, portMappings: [{ containerPort: 80, hostPort: 0 }] },
      { cpu: 64, memory: 128, portMappings: [{ containerPort: 53, hostPort: 53, protocol: 'udp' as const }] },
    ];
    const content = { family: 'web', containerDefinitions };
    expect(demandOf(content)).toEqual({ cpu: 192, memory: 384, ports: ['53/udp'] });
    expect(demandOf({ ...content, cpu: '256', memory: '1024', networkMode: 'awsvpc' })).toEqual({
      cpu: 256,
      memory: 1024,
      ports: [],
    });
  });
});

describe('capacity for one more task', () => {
  const placement = { demand: DEMAND, canGrow: false, canStopFirst: false, isConstrained: false };
  const full = instanceCapacityOf(anInstance({ memory: 512 }), DEMAND);
  const free = instanceCapacityOf(anInstance(), DEMAND);

  it.each([
    ['nothing in the way', anInstance(), true],
    ['too little cpu', anInstance({ cpu: 511 }), false],
    ['too little memory', anInstance({ memory: 1023 }), false],
    ['the port taken', anInstance({ ports: ['22', '80'] }), false],
    ['draining', anInstance({ status: 'DRAINING' }), false],
    ['its agent gone', { ...anInstance(), agentConnected: false }, false],
  ])('is on an instance with %s: %s', (_case, instance, fits) => {
    expect(instanceCapacityOf(instance, DEMAND).fits).toBe(fits);
  });

  it.each([
    ['one has room', read([full, free]), placement, 'pass'],
    [
      'one has room, and constraints may leave it out',
      read([free]),
      { ...placement, isConstrained: true },
      'unknown',
    ],
    ['none has room', read([full]), placement, 'fail'],
    ['there are none', read([]), placement, 'fail'],
    ['none has room and more may come', read([full]), { ...placement, canGrow: true }, 'warn'],
    ['none has room and an old task goes first', read([full]), { ...placement, canStopFirst: true }, 'warn'],
    ['they cannot be read', { state: 'unreadable', reason: 'no' } as const, placement, 'unknown'],
  ])('when %s', (_case, rooms, how, result) => {
    expect(instancesHaveCapacity(rooms, how).result).toBe(result);
  });

  it('says what is left when there is none', () => {
    const busy = instanceCapacityOf(anInstance({ cpu: 256, ports: ['80'] }), DEMAND);
    expect(instancesHaveCapacity(read([full, busy]), placement)).toMatchObject({
      message: 'No instance has capacity for one more task (0.5 vCPU, 1 GiB, port 80/tcp)',
      advice: expect.stringMatching(
        /^Of 2 instances one has at most 2 vCPU and 4 GiB left\. 80\/tcp is taken\. Add an instance/,
      ),
      overridable: true,
    });
  });
});

describe('the strategy', () => {
  const advancedConfiguration = {
    alternateTargetGroupArn: 'arn:green',
    productionListenerRule: 'arn:rule',
    roleArn: 'arn:role',
  };
  const withStrategy = (strategy: 'ROLLING' | 'BLUE_GREEN' | 'CANARY', service: object = {}) => ({
    deploymentConfiguration: { strategy },
    ...service,
  });
  const connected = {
    deployments: [{ status: 'PRIMARY', serviceConnectConfiguration: { enabled: true } }],
  };

  it.each([
    ['rolling needs nothing', withStrategy('ROLLING'), 'pass'],
    [
      'canary with its target groups',
      withStrategy('CANARY', { loadBalancers: [{ advancedConfiguration }] }),
      'pass',
    ],
    ['canary with one target group', withStrategy('CANARY', { loadBalancers: [{}] }), 'fail'],
    ['canary with Service Connect', withStrategy('CANARY', connected), 'pass'],
    ['canary with nothing to shift', withStrategy('CANARY'), 'warn'],
    ['blue/green with nothing to shift', withStrategy('BLUE_GREEN'), 'warn'],
  ])('%s', (_case, service, result) => {
    expect(strategyFits(service, read([])).result).toBe(result);
  });

  it.each(['CANARY', 'BLUE_GREEN'] as const)('%s shifts through a gateway connector', (strategy) => {
    expect(strategyFits(withStrategy(strategy), read(['http'])).result).toBe('pass');
    expect(strategyFits(withStrategy(strategy), { state: 'unreadable', reason: 'x' }).result).toBe('unknown');
    expect(gracePeriodFits({ healthCheckGracePeriodSeconds: 30 }, read(['http']))).toBeUndefined();
  });

  it('accepts only its own settings', () => {
    const canary = { canaryConfiguration: { canaryPercent: 5 } };
    expect(settingsBelongToStrategy(canary, withStrategy('CANARY'))).toBeUndefined();
    expect(settingsBelongToStrategy(canary, withStrategy('ROLLING'))?.message).toBe(
      "The canary settings don't apply to the strategy ROLLING",
    );
    expect(settingsBelongToStrategy({ linearConfiguration: {} }, {})?.result).toBe('fail');
  });

  it('accepts a grace period only with a load balancer', () => {
    expect(gracePeriodFits({ healthCheckGracePeriodSeconds: 0 }, read([]))).toBeUndefined();
    expect(gracePeriodFits({ healthCheckGracePeriodSeconds: 30 }, read([]))?.result).toBe('warn');
    expect(
      gracePeriodFits({ healthCheckGracePeriodSeconds: 30, loadBalancers: [{}] }, read([])),
    ).toBeUndefined();
    expect(gracePeriodFits({ healthCheckGracePeriodSeconds: 30, ...connected }, read([]))).toBeUndefined();
  });
});
