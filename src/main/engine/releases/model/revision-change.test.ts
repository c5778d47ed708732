import { describe, expect, it } from 'vitest';
import type { RevisionChange } from '../../../../shared/model/change.ts';
import { taskDefinitionWithEveryMember } from '../../testing/schema-samples.ts';
import { applyRevisionChange } from './revision-change.ts';

const CONTENT = {
  family: 'web',
  cpu: '256',
  memory: '512',
  containerDefinitions: [
    {
      name: 'app',
      image: 'acme/web:1',
      environment: [
        { name: 'EMPTY', value: '' },
        { name: 'LEVEL', value: 'info' },
      ],
      secrets: [{ name: 'TOKEN', valueFrom: '/web/token' }],
      memory: 256,
    },
    { name: 'proxy', image: 'acme/proxy:1' },
  ],
};

function changed(change: RevisionChange) {
  return applyRevisionChange(CONTENT, change);
}

describe('a change of a revision', () => {
  it('sets variables in place, adds new ones at the end and keeps empty values', () => {
    const set = [
      { name: 'LEVEL', value: 'debug' },
      { name: 'NEW', value: '' },
    ];
    expect(changed({ environment: [{ container: 'app', set }] }).containerDefinitions?.[0]).toEqual({
      ...CONTENT.containerDefinitions[0],
      environment: [
        { name: 'EMPTY', value: '' },
        { name: 'LEVEL', value: 'debug' },
        { name: 'NEW', value: '' },
      ],
    });
  });

  it('turns a variable into a secret when the variable is removed with it', () => {
    const secrets = [{ container: 'app', set: [{ name: 'LEVEL', valueFrom: '/web/level' }] }];
    expect(() => changed({ secrets })).toThrow(
      'LEVEL of the container app would be a variable and a secret at once.',
    );
    const [app] =
      changed({ secrets, environment: [{ container: 'app', remove: ['LEVEL'] }] }).containerDefinitions ?? [];
    expect(app?.environment).toEqual([{ name: 'EMPTY', value: '' }]);
    expect(app?.secrets).toContainEqual({ name: 'LEVEL', valueFrom: '/web/level' });
  });

  it('gives sizes to the task and to one container', () => {
    const content = changed({
      cpu: '512',
      memory: '1024',
      containers: [{ container: 'proxy', cpu: 0, memoryReservation: 64 }],
    });
    expect(content).toMatchObject({ cpu: '512', memory: '1024' });
    expect(content.containerDefinitions).toEqual([
      CONTENT.containerDefinitions[0],
      { name: 'proxy', image: 'acme/proxy:1', cpu: 0, memoryReservation: 64 },
    ]);
  });

  it.each([
    [{ environment: [{ container: 'nginx' }] }, 'web has no container “nginx”. It has: app, proxy.'],
    [{ containers: [{ container: 'nginx', cpu: 1 }] }, 'web has no container “nginx”.'],
    [
      { environment: [{ container: 'app', remove: ['GONE'] }] },
      'The container app has no variable GONE to remove.',
    ],
    [
      { secrets: [{ container: 'app', remove: ['GONE'] }] },
      'The container app has no secret GONE to remove.',
    ],
  ])('refuses what does not exist: %j', (change, sentence) => {
    expect(() => changed(change)).toThrow(sentence);
  });

  it('changes nothing else in a task definition with every field', () => {
    const content = taskDefinitionWithEveryMember();
    const [first, ...others] = content.containerDefinitions ?? [];
    const container = first?.name ?? '';
    const after = applyRevisionChange(content, {
      environment: [{ container, set: [{ name: 'ADDED', value: '1' }] }],
    });
    expect(after).toEqual({
      ...content,
      containerDefinitions: [
        { ...first, environment: [...(first?.environment ?? []), { name: 'ADDED', value: '1' }] },
        ...others,
      ],
    });
  });
});
