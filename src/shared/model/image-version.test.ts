import { describe, expect, it } from 'vitest';
import { imageVersionText, mainContainer, releaseName } from './image-version.ts';

const ONE = `sha256:1111111${'0'.repeat(57)}`;
const TWO = `sha256:2222222${'0'.repeat(57)}`;
const REGISTRY = '127.0.0.1:4566/web';

describe('the image version of an image', () => {
  it.each([
    [`${REGISTRY}:1.8.3`, undefined, '1.8.3'],
    [`${REGISTRY}:1.8.3@${ONE}`, ONE, '1.8.3'],
    [`${REGISTRY}@${ONE}`, ONE, '1111111'],
    ['nginx', undefined, 'latest'],
    ['nginx', ONE, 'latest 1111111'],
    ['not an image', undefined, 'not an image'],
  ])('%s is %s', (image, digest, text) => {
    expect(imageVersionText(undefined, { container: 'web', image, digest })).toBe(text);
  });
});

describe('the image version of a service', () => {
  const image = (tag: string, digest: string) => ({ container: 'web', image: `${REGISTRY}:${tag}`, digest });

  it.each([
    [image('1.8.3', ONE), image('1.9.0', TWO), '1.8.3 → 1.9.0'],
    [image('latest', ONE), image('latest', TWO), '1111111 → 2222222'],
    [image('1.8.3', ONE), image('1.8.3', ONE), '1.8.3'],
    [undefined, image('1.8.3', ONE), '1.8.3'],
    [undefined, undefined, ''],
  ])('%#', (now, next, text) => {
    expect(imageVersionText(now, next)).toBe(text);
  });

  it('is that of the container with the service’s name, or else of the first container', () => {
    const images = [
      { container: 'envoy', image: 'envoy:1' },
      { container: 'web', image: 'web:2' },
    ];
    expect(mainContainer(images, ['web'])?.image).toBe('web:2');
    expect(mainContainer(images, ['shop'])?.image).toBe('envoy:1');
    expect(mainContainer([], ['web'])).toBeUndefined();
  });
});

it('a release is named by the image version of its main container, and its revision', () => {
  const images = [
    { container: 'proxy', image: 'envoy:1.34.1' },
    { container: 'web', image: `${REGISTRY}:1.8.3` },
  ];
  expect(releaseName({ images, revision: 'web:17' }, 'shop')).toBe('1.8.3 (web:17)');
  expect(releaseName({ images: [], revision: 'web:17' }, 'shop')).toBe('web:17');
  expect(releaseName({ images, revision: undefined }, 'web')).toBe('1.8.3');
  expect(releaseName({ images: [], revision: undefined }, 'web')).toBeUndefined();
});
