import { describe, expect, it } from 'vitest';
import { choosePushTarget } from './push-target.ts';

const HOST = '123456789012.dkr.ecr.eu-central-1.amazonaws.com';
const APP = { container: 'app', image: `${HOST}/shop/web:1.2.0` };
const PROXY = { container: 'proxy', image: 'nginx:1.27' };

describe('the repository that an image is pushed to', () => {
  it('is that of the only container without -i', () => {
    expect(choosePushTarget([APP], [], [])).toEqual({
      registry: HOST,
      repository: 'shop/web',
      tag: undefined,
      containers: ['app'],
    });
  });

  it('is that of the container of -i CONTAINER=', () => {
    expect(choosePushTarget([APP, PROXY], ['app='], [])).toMatchObject({
      repository: 'shop/web',
      containers: ['app'],
    });
  });

  it('is that of slipway.yml where it names one container', () => {
    const expected = [{ container: 'app', repository: 'shop/next' }];
    expect(choosePushTarget([APP, PROXY], [], expected)).toMatchObject({
      registry: undefined,
      repository: 'shop/next',
      containers: ['app'],
    });
  });

  it('goes to all containers that use the repository of -i, with its tag', () => {
    const worker = { ...APP, container: 'worker' };
    expect(choosePushTarget([APP, worker, PROXY], ['shop/web:2'], [])).toEqual({
      registry: HOST,
      repository: 'shop/web',
      tag: '2',
      containers: ['app', 'worker'],
    });
  });

  it('is another one with -i CONTAINER=REPOSITORY', () => {
    expect(choosePushTarget([APP, PROXY], ['proxy=shop/proxy'], [])).toEqual({
      registry: undefined,
      repository: 'shop/proxy',
      tag: undefined,
      containers: ['proxy'],
    });
  });

  it.each([
    [
      [APP, PROXY],
      [],
      'The service has the containers app, proxy. Name the one that gets the image: -i CONTAINER=.',
    ],
    [[APP], ['web='], 'The service has no container web. Its containers: app.'],
    [[APP], ['app=', 'app='], 'One image is pushed, so give -i once, as -i CONTAINER=.'],
    [[APP], ['other'], 'No container of the service uses other.'],
  ])('is refused where it is not clear: %j %j', (containers, wanted, sentence) => {
    expect(() => choosePushTarget(containers, wanted, [])).toThrow(sentence);
  });
});
