import { describe, expect, it } from 'vitest';
import { chooseImages } from './image-choice.ts';

const ECR = '123456789012.dkr.ecr.us-east-1.amazonaws.com';
const CONTAINERS = [
  { container: 'app', image: `${ECR}/shop/web:1.0.0` },
  { container: 'migrate', image: `${ECR}/shop/web@sha256:${'a'.repeat(64)}` },
  { container: 'proxy', image: 'nginx:1.26' },
];

describe('an image that is named with -i', () => {
  it.each([
    [[`${ECR}/shop/web:2.0.0`], { app: `${ECR}/shop/web:2.0.0`, migrate: `${ECR}/shop/web:2.0.0` }],
    [['shop/web:2.0.0'], { app: `${ECR}/shop/web:2.0.0`, migrate: `${ECR}/shop/web:2.0.0` }],
    [['nginx:1.27'], { proxy: 'nginx:1.27' }],
    // The registry and the namespace that an image of Docker Hub has without saying so.
    [['docker.io/library/nginx:1.27'], { proxy: 'docker.io/library/nginx:1.27' }],
    [['proxy=caddy:2'], { proxy: 'caddy:2' }],
    [['app=nginx:1', 'proxy=nginx:2'], { app: 'nginx:1', proxy: 'nginx:2' }],
  ])('%j goes to the containers that are meant', (wanted, images) => {
    const chosen = chooseImages(CONTAINERS, wanted);
    expect(Object.fromEntries(chosen.map(({ container, image }) => [container, image]))).toEqual(images);
  });

  it.each([
    [
      ['shop/api:1'],
      /^No container of the service uses shop\/api\. Its containers: app \(.+\), proxy \(nginx:1\.26\)\.$/,
    ],
    [['worker=nginx:1'], /^The service has no container worker\. Its containers: app/],
    [[''], /^-i is empty\. Give an image such as repository:tag, and check that its variable is set\.$/],
    [
      ['not an image'],
      /^not an image is not an image: “ ” is a character that .* \(character 4\)\. Give one such as repository:tag/,
    ],
    [
      ['shop/web:2', 'shop/web:3'],
      /^The container app can't get both .+:2 and .+:3\. Name the container of each with -i CONTAINER=IMAGE\.$/,
    ],
  ])('%j is refused with what there is', (wanted, sentence) => {
    expect(() => chooseImages(CONTAINERS, wanted)).toThrow(sentence);
  });
});
