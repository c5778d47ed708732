import { describe, expect, it } from 'vitest';
import { sourceOfRemote } from './git-head.ts';

describe('sourceOfRemote', () => {
  it.each([
    ['git@github.com:acme/web.git', 'https://github.com/acme/web'],
    ['github.com:acme/web', 'https://github.com/acme/web'],
    ['ssh://git@git.example.com:2222/acme/web.git', 'https://git.example.com/acme/web'],
    ['https://github.com/acme/web.git/', 'https://github.com/acme/web'],
    ['https://ana:s3cret@git.example.com:8443/acme/web', 'https://git.example.com:8443/acme/web'],
    ['git://git.example.com/acme/web', 'https://git.example.com/acme/web'],
  ])('of %s', (remote, source) => {
    expect(sourceOfRemote(remote)).toBe(source);
  });

  it.each(['/srv/git/web.git', '../web', 'file:///srv/web', 'C:\\work\\web', ''])(
    'is undefined for %j',
    (remote) => {
      expect(sourceOfRemote(remote)).toBeUndefined();
    },
  );
});
