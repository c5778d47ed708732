import { describe, expect, it } from 'vitest';
import { moreMemory } from './more-memory.ts';

const ARN = 'arn:aws:ecs:eu-central-1:111122223333:task-definition/web:42';
const fargate = { taskDefinitionArn: ARN, requiresCompatibilities: ['FARGATE' as const] };

function failure(memoryMiB?: number) {
  const group = { kind: 'out-of-memory' as const, cause: 'ran out of memory', container: 'app', times: 3 };
  return memoryMiB === undefined ? group : { ...group, memoryMiB };
}

describe('more memory', () => {
  it('is twice the memory of the task, where that is the limit', () => {
    const definition = { ...fargate, cpu: '256', memory: '512', containerDefinitions: [{ name: 'app' }] };
    expect(moreMemory(definition, failure(512))).toEqual({
      from: ARN,
      container: 'app',
      beforeMiB: 512,
      afterMiB: 1024,
      change: { memory: '1024' },
    });
  });

  it('raises the CPU to what Fargate requires for that memory', () => {
    const definition = { ...fargate, cpu: '256', memory: '2048', containerDefinitions: [{ name: 'app' }] };
    expect(moreMemory(definition, failure(2048))?.change).toEqual({ cpu: '512', memory: '4096' });
  });

  it('is twice the limit of the container, and the task grows if its containers would not fit', () => {
    const containerDefinitions = [
      { name: 'app', memory: 512 },
      { name: 'proxy', memoryReservation: 128 },
    ];
    const roomy = { ...fargate, cpu: '512', memory: '2048', containerDefinitions };
    const containers = [{ container: 'app', memory: 1024 }];
    expect(moreMemory(roomy, failure(512))?.change).toEqual({ containers });
    const full = { ...fargate, cpu: '512', memory: '1024', containerDefinitions };
    expect(moreMemory(full, failure(512))?.change).toEqual({ memory: '2048', containers });
    const onInstances = { taskDefinitionArn: ARN, containerDefinitions };
    expect(moreMemory(onInstances, failure(512))?.change).toEqual({ containers });
  });

  it('is not offered when the limit is unknown', () => {
    expect(moreMemory(fargate, failure())).toBeUndefined();
    expect(moreMemory(undefined, failure(512))).toBeUndefined();
  });
});
