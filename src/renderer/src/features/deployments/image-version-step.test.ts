import { describe, expect, it } from 'vitest';
import type { Deployment } from '../../../../shared/model/deployment.ts';
import { deploymentBefore, imageVersionSteps } from './image-version-step.ts';

const A = `sha256:${'a'.repeat(64)}`;
const B = `sha256:${'b'.repeat(64)}`;

function deployment(
  revision: string,
  outcome: Deployment['outcome'],
  image: string,
  digest?: string,
): Deployment {
  return {
    arn: `arn:aws:ecs:us-east-1:123456789012:service-deployment/main/web/${revision}`,
    id: revision,
    status: 'SUCCESSFUL',
    outcome,
    revision,
    images: [{ container: 'app', image, ...(digest !== undefined && { digest }) }],
    isRollbackTarget: false,
  };
}

describe('the image of a release', () => {
  it('is the same under another tag when the digest is the same', () => {
    const after = deployment('web:2', 'succeeded', 'acme/web:1.0.1', A);
    const before = deployment('web:1', 'succeeded', 'acme/web:1.0.0', A);
    expect(imageVersionSteps(after, before)).toEqual([{ kind: 'same', container: 'app', after: '1.0.1' }]);
  });

  it('has changed under the same tag when the digest differs', () => {
    const after = deployment('web:2', 'succeeded', 'acme/web:latest', B);
    const before = deployment('web:1', 'succeeded', 'acme/web:latest', A);
    expect(imageVersionSteps(after, before)).toMatchObject([
      { kind: 'changed', before: 'latest', after: 'latest' },
    ]);
  });
});

describe('the previous release', () => {
  const third = deployment('web:3', 'in-progress', 'acme/web:3');
  const failed = deployment('web:2', 'rolled-back', 'acme/web:2');
  const first = deployment('web:1', 'succeeded', 'acme/web:1');

  it('skips releases that did not last', () => {
    expect(deploymentBefore([third, failed, first], 0)).toBe(first);
  });

  it('is the one that ECS names as the source', () => {
    expect(deploymentBefore([{ ...third, previousRevision: 'web:2' }, failed, first], 0)).toBe(failed);
  });
});
