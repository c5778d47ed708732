import { RegisterTaskDefinitionRequest$, TaskDefinition$ } from '@aws-sdk/client-ecs';
import { NormalizedSchema } from '@smithy/core/schema';
import { describe, expect, it } from 'vitest';
import { taskDefinitionWithEveryMember } from '../testing/schema-samples.ts';
import { DESCRIBED_ONLY, registrationInput, withImages } from './registration.ts';

function membersOf(schema: typeof TaskDefinition$): readonly string[] {
  return [...NormalizedSchema.of(schema).structIterator()].map(([name]) => name);
}

describe('registrationInput', () => {
  it('drops exactly the fields that RegisterTaskDefinition does not have', () => {
    const accepted = new Set(membersOf(RegisterTaskDefinitionRequest$));
    const refused = membersOf(TaskDefinition$).filter((name) => !accepted.has(name));
    expect([...DESCRIBED_ONLY].sort()).toEqual(refused.sort());
  });

  it('keeps every other field, including tags', () => {
    const { tags, ...content } = taskDefinitionWithEveryMember();
    const described = {
      taskDefinition: {
        ...content,
        taskDefinitionArn: 'arn:aws:ecs:eu-west-1:111122223333:task-definition/web:41',
        revision: 41,
        status: 'ACTIVE' as const,
        requiresAttributes: [{ name: 'ecs.capability.x' }],
        compatibilities: ['EC2' as const],
        registeredAt: new Date(0),
        registeredBy: 'arn:aws:iam::111122223333:user/ana',
        deregisteredAt: new Date(0),
        deleteRequestedAt: new Date(0),
      },
      tags: tags ?? [],
    };
    expect(registrationInput(described)).toEqual({ ...content, tags });
  });

  it('keeps empty strings, false and 0, and drops tags if there are none', () => {
    const content = {
      family: 'web',
      containerDefinitions: [
        {
          name: 'app',
          image: 'web:1',
          cpu: 0,
          essential: false,
          environment: [{ name: 'EMPTY', value: '' }],
        },
      ],
    };
    expect(registrationInput({ taskDefinition: content, tags: [] })).toStrictEqual(content);
  });

  it('keeps a field that AWS adds later', () => {
    const later = { family: 'web', containerDefinitions: [], somethingNew: { deep: [0] } };
    expect(registrationInput({ taskDefinition: later })).toEqual(later);
  });
});

describe('withImages', () => {
  const input = {
    family: 'web',
    containerDefinitions: [
      { name: 'app', image: 'registry:5000/web:1', cpu: 0 },
      { name: 'proxy', image: 'proxy:3' },
    ],
  };

  it('changes the image of the named container and nothing else', () => {
    expect(withImages(input, [{ container: 'app', image: 'registry:5000/web:2' }])).toEqual({
      family: 'web',
      containerDefinitions: [
        { name: 'app', image: 'registry:5000/web:2', cpu: 0 },
        { name: 'proxy', image: 'proxy:3' },
      ],
    });
  });

  it('names the existing containers when one is unknown', () => {
    expect(() => withImages(input, [{ container: 'ap', image: 'web:2' }])).toThrowError(
      'web has no container “ap”. It has: app, proxy.',
    );
  });

  it.each([
    [
      'two images for one container',
      [
        { container: 'app', image: 'web:2' },
        { container: 'app', image: 'web:3' },
      ],
    ],
    ['text that is no image reference', [{ container: 'app', image: 'Web::2' }]],
  ])('refuses %s', (_, images) => {
    expect(() => withImages(input, images)).toThrowError(expect.objectContaining({ code: 'INVALID_INPUT' }));
  });
});
