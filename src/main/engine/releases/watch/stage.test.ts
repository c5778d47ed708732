import type { ServiceDeployment } from '@aws-sdk/client-ecs';
import { describe, expect, it } from 'vitest';
import { stageOf, stageSeen } from './stage.ts';

const at = (time: string): Date => new Date(`2026-01-02T${time}.000Z`);

function shifting(production: number, different: Partial<ServiceDeployment> = {}): ServiceDeployment {
  return {
    lifecycleStage: 'PRODUCTION_TRAFFIC_SHIFT',
    targetServiceRevision: { requestedProductionTrafficWeight: production },
    deploymentConfiguration: { strategy: 'LINEAR', linearConfiguration: { stepBakeTimeInMinutes: 2 } },
    ...different,
  };
}

describe('the stage of a deployment', () => {
  it('restarts with each traffic step, and lasts as long as the strategy says', () => {
    const first = stageSeen(undefined, shifting(25), at('03:00:00'));
    expect(stageSeen(first, shifting(25), at('03:01:00'))).toBe(first);
    const second = stageSeen(first, shifting(50), at('03:02:04'));
    expect(stageOf(shifting(50), second, 1)).toEqual({
      name: 'PRODUCTION_TRAFFIC_SHIFT',
      since: '2026-01-02T03:02:04.000Z',
      until: '2026-01-02T03:04:04.000Z',
    });
  });

  it('that started before the watch began when ECS last changed it', () => {
    const baking: ServiceDeployment = {
      lifecycleStage: 'BAKE_TIME',
      updatedAt: at('02:59:00'),
      deploymentConfiguration: { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 5 },
    };
    expect(stageOf(baking, stageSeen(undefined, baking, at('03:00:00')), 1)?.until).toBe(
      '2026-01-02T03:04:00.000Z',
    );
  });

  it('began when ECS changed it, although it is read later', () => {
    const first = stageSeen(undefined, shifting(25), at('03:00:00'));
    const second = stageSeen(first, shifting(50, { updatedAt: at('03:02:00') }), at('03:02:06'));
    expect(second?.since).toEqual(at('03:02:00'));
    const third = stageSeen(second, shifting(75, { updatedAt: at('03:02:00') }), at('03:04:06'));
    expect(third?.since).toEqual(at('03:04:06'));
  });

  it('has no known end where ECS waits for tasks, or for all of the traffic', () => {
    const up: ServiceDeployment = { lifecycleStage: 'SCALE_UP' };
    expect(stageOf(up, stageSeen(undefined, up, at('03:00:00')), 1)?.until).toBeUndefined();
    const whole = shifting(100);
    expect(stageOf(whole, stageSeen(undefined, whole, at('03:00:00')), 1)?.until).toBeUndefined();
  });

  it('takes the defaults of ECS where the service does not say', () => {
    const canary = shifting(5, { deploymentConfiguration: { strategy: 'CANARY' } });
    expect(stageOf(canary, stageSeen(undefined, canary, at('03:00:00')), 1)?.until).toBe(
      '2026-01-02T03:10:00.000Z',
    );
  });

  it('ends sooner where the clock of ECS runs faster', () => {
    const baking: ServiceDeployment = {
      lifecycleStage: 'BAKE_TIME',
      deploymentConfiguration: { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 5 },
    };
    expect(stageOf(baking, stageSeen(undefined, baking, at('03:00:00')), 20)?.until).toBe(
      '2026-01-02T03:00:15.000Z',
    );
  });

  it('is none once the deployment has ended', () => {
    const over = shifting(100, { finishedAt: at('03:00:00') });
    expect(stageOf(over, stageSeen(undefined, over, at('03:00:00')), 1)).toBeUndefined();
  });
});
