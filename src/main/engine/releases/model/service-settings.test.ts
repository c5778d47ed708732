import { describe, expect, it } from 'vitest';
import type { ServiceSettings } from '../../../../shared/model/change.ts';
import { serviceDifferences } from './service-differences.ts';
import { differingSettings, serviceAfter, serviceUpdate } from './service-settings.ts';
import { startsDeployment } from './stored-plan.ts';

const SERVICE = {
  desiredCount: 3,
  platformVersion: '1.4.0',
  healthCheckGracePeriodSeconds: 30,
  deploymentConfiguration: {
    minimumHealthyPercent: 100,
    maximumPercent: 200,
    deploymentCircuitBreaker: {
      enable: true,
      rollback: true,
      thresholdConfiguration: { type: 'COUNT' as const, value: 5 },
    },
  },
};

/** What an update with these settings sends. */
function sent(change: ServiceSettings) {
  const settings = differingSettings(SERVICE, change);
  return serviceUpdate({ kind: 'update', ...(settings && { settings }) });
}

describe('the settings of a change', () => {
  it.each<[string, ServiceSettings]>([
    ['the strategy that is the default', { deploymentConfiguration: { strategy: 'ROLLING' } }],
    ['percentages', { deploymentConfiguration: { minimumHealthyPercent: 100, maximumPercent: 200 } }],
    ['a circuit breaker', { deploymentConfiguration: { deploymentCircuitBreaker: { enable: true } } }],
    ['alarms that are off', { deploymentConfiguration: { alarms: { enable: false } } }],
    ['grace period and platform', { healthCheckGracePeriodSeconds: 30, platformVersion: '1.4.0' }],
    ['ECS Exec', { enableExecuteCommand: false }],
  ])('are not sent when the service already has them: %s', (_case, change) => {
    expect(sent(change)).toEqual({});
  });

  it('send only what differs, and a nested object as a whole', () => {
    expect(
      sent({
        healthCheckGracePeriodSeconds: 30,
        enableExecuteCommand: true,
        deploymentConfiguration: {
          maximumPercent: 150,
          minimumHealthyPercent: 100,
          deploymentCircuitBreaker: { rollback: false },
        },
      }),
    ).toEqual({
      enableExecuteCommand: true,
      deploymentConfiguration: {
        maximumPercent: 150,
        deploymentCircuitBreaker: {
          enable: true,
          rollback: false,
          thresholdConfiguration: { type: 'COUNT', value: 5 },
        },
      },
    });
  });

  it('have the fields that ECS requires of alarms', () => {
    const change = { deploymentConfiguration: { alarms: { enable: true, alarmNames: ['5xx'] } } };
    expect(sent(change).deploymentConfiguration?.alarms).toEqual({
      alarmNames: ['5xx'],
      enable: true,
      rollback: false,
    });
  });

  it('are described in words', () => {
    const settings = differingSettings(SERVICE, {
      healthCheckGracePeriodSeconds: 60,
      deploymentConfiguration: {
        strategy: 'CANARY',
        canaryConfiguration: { canaryPercent: 5, canaryBakeTimeInMinutes: 10 },
        deploymentCircuitBreaker: { enable: false },
      },
    });
    const action = { kind: 'update', desiredCount: 4, ...(settings && { settings }) } as const;
    const lines = serviceDifferences(SERVICE, action).map(
      ({ subject, name, before = '', after = '' }) => `${subject} ${name}: ${before} → ${after}`,
    );
    expect(lines).toEqual([
      'desired count : 3 → 4',
      'strategy : ROLLING → CANARY',
      'canary share:  → 5 %',
      'canary bake time:  → 10 min',
      'circuit breaker : on, rolls back → off',
      'health check grace period : 30 s → 60 s',
    ]);
    expect(serviceAfter(SERVICE, action).deploymentConfiguration).toMatchObject({
      strategy: 'CANARY',
      maximumPercent: 200,
    });
  });

  it('start a deployment with another platform version, and with nothing else', () => {
    const { deploymentConfiguration } = SERVICE;
    const others = { deploymentConfiguration, enableExecuteCommand: true, healthCheckGracePeriodSeconds: 1 };
    expect(startsDeployment({ kind: 'update', desiredCount: 1, settings: others })).toBe(false);
    expect(startsDeployment({ kind: 'update', settings: { platformVersion: 'LATEST' } })).toBe(true);
  });
});
