import { describe, expect, it } from 'vitest';
import { chooseFolders, chooseLocalImages, pushableTargets } from './push-choice.ts';

const HOST = '123456789012.dkr.ecr.eu-central-1.amazonaws.com';
const APP = { container: 'app', image: `${HOST}/shop/web:1.2.0` };
const WORKER = { container: 'worker', image: `${HOST}/shop/jobs:1.2.0` };
const PROXY = { container: 'proxy', image: 'nginx:1.27' };
const REPOSITORIES = ['shop/web', 'shop/jobs'].map((name) => ({
  name,
  uri: `${HOST}/${name}`,
  arn: '',
  tagMutability: 'MUTABLE',
}));
const TARGETS = pushableTargets([APP, WORKER, PROXY], [], REPOSITORIES);

describe('the repositories that --build-all pushes to', () => {
  it('are those of ECR that containers use, each once, and no image of another registry', () => {
    const again = { container: 'shell', image: APP.image };
    expect(pushableTargets([APP, WORKER, PROXY, again], [], REPOSITORIES)).toEqual([
      { registry: HOST, repository: 'shop/web', tag: undefined, containers: ['app', 'shell'] },
      { registry: HOST, repository: 'shop/jobs', tag: undefined, containers: ['worker'] },
    ]);
  });

  it('are that of slipway.yml where it names the container', () => {
    expect(
      pushableTargets([PROXY], [{ container: 'proxy', repository: 'shop/proxy' }], REPOSITORIES),
    ).toEqual([{ registry: undefined, repository: 'shop/proxy', tag: undefined, containers: ['proxy'] }]);
  });
});

describe('the Dockerfiles of --build-all', () => {
  it.each([
    [
      ['app/Dockerfile', 'jobs/Dockerfile', 'docs/Dockerfile'],
      ['app/Dockerfile', 'jobs/Dockerfile'],
    ],
    [
      ['Dockerfile.app', 'worker.Dockerfile', 'Dockerfile'],
      ['./Dockerfile.app', './worker.Dockerfile'],
    ],
    [['web/Dockerfile', 'app/old/Dockerfile'], ['web/Dockerfile']],
  ])('are named for a container or its repository: of %j', (dockerfiles, built) => {
    const choices = chooseFolders(TARGETS, dockerfiles, '/src');
    expect(choices.map(({ folder, dockerfile }) => `${folder}/${dockerfile}`)).toEqual(built);
  });

  it('are the one of the folder where the service has one repository', () => {
    const [web] = TARGETS;
    expect(chooseFolders(web === undefined ? [] : [web], ['Dockerfile'], '/src')).toMatchObject([
      { folder: '.', dockerfile: 'Dockerfile' },
    ]);
  });

  it('are refused where two fit one repository, and where none fits', () => {
    expect(() => chooseFolders(TARGETS, ['app/Dockerfile', 'web/Dockerfile'], '/src')).toThrow(
      'app/Dockerfile and web/Dockerfile of /src both fit the repository shop/web.',
    );
    expect(() => chooseFolders(TARGETS, ['Dockerfile'], '/src')).toThrow(
      '/src has no Dockerfile for app, worker.',
    );
  });
});

describe('the images of --local all', () => {
  const local = [
    { id: 'b', names: ['shop/web:2.0.0', `${HOST}/shop/web:2.0.0`], createdAt: '', sizeBytes: 1 },
    { id: 'a', names: ['shop/web:1.0.0', 'shop/jobs:1.0.0', 'nginx:1.27'], createdAt: '', sizeBytes: 1 },
  ];

  it('are the newest of each repository, or those of one tag', () => {
    const images = (tag?: string) => chooseLocalImages(TARGETS, local, tag).map(({ image }) => image);
    expect(images()).toEqual(['shop/web:2.0.0', 'shop/jobs:1.0.0']);
    expect(images('1.0.0')).toEqual(['shop/web:1.0.0', 'shop/jobs:1.0.0']);
  });

  it('are refused where the Docker Engine has none', () => {
    expect(() => chooseLocalImages(TARGETS, local, '9.9.9')).toThrow(
      'The Docker Engine has no image shop/web:9.9.9, shop/jobs:9.9.9.',
    );
  });
});
