import { describe, expect, it } from 'vitest';
import { CurrentSettings } from '../../../shared/model/current-settings.ts';
import { currentSettings } from './current-settings.ts';

describe('the current settings', () => {
  it('are read from the service and its task definition', () => {
    const settings = currentSettings(
      {
        desiredCount: 4,
        platformVersion: '1.4.0',
        enableExecuteCommand: true,
        deploymentConfiguration: {
          strategy: 'CANARY',
          canaryConfiguration: { canaryPercent: 2.5, canaryBakeTimeInMinutes: 30 },
          deploymentCircuitBreaker: {
            enable: true,
            rollback: true,
            thresholdConfiguration: { type: 'COUNT', value: 5 },
          },
          lifecycleHooks: [
            { targetType: 'PAUSE', lifecycleStages: ['POST_TEST_TRAFFIC_SHIFT'] },
            {
              hookTargetArn: 'arn:aws:lambda:eu-central-1:111122223333:function:smoke-test',
              lifecycleStages: ['POST_SCALE_UP'],
            },
          ],
        },
      },
      {
        taskDefinitionArn: 'arn:aws:ecs:eu-central-1:111122223333:task-definition/web:41',
        cpu: '512',
        memory: '1024',
        containerDefinitions: [
          { name: 'app', image: 'acme/web:1', cpu: 0, memory: 768, environment: [{ name: 'EMPTY' }] },
        ],
      },
    );
    expect(CurrentSettings.parse(settings)).toEqual({
      revision: 'web:41',
      cpu: '512',
      memory: '1024',
      containers: [
        {
          container: 'app',
          image: 'acme/web:1',
          memory: 768,
          environment: [{ name: 'EMPTY', value: '' }],
          secrets: [],
        },
      ],
      strategy: 'CANARY',
      canaryPercent: 2.5,
      canaryBakeTimeInMinutes: 30,
      circuitBreaker: { enable: true, rollback: true, threshold: { type: 'COUNT', value: 5 } },
      alarms: { enable: false, rollback: false, names: [] },
      hooks: [
        { name: 'pause', stages: ['POST_TEST_TRAFFIC_SHIFT'] },
        { name: 'smoke-test', stages: ['POST_SCALE_UP'] },
      ],
      desiredCount: 4,
      enableExecuteCommand: true,
      platformVersion: '1.4.0',
    });
  });

  it('of a service without a value are the defaults of ECS', () => {
    const settings = CurrentSettings.parse(currentSettings({}, {}));
    expect(settings).toMatchObject({
      strategy: 'ROLLING',
      circuitBreaker: { enable: false, rollback: false },
      alarms: { enable: false, rollback: false, names: [] },
      containers: [],
    });
  });
});
