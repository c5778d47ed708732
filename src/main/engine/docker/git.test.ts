import { describe, expect, it } from 'vitest';
import { parseStatus, sourceOfRemote } from './git.ts';

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
    'is missing for %j',
    (remote) => {
      expect(sourceOfRemote(remote)).toBeUndefined();
    },
  );
});

describe('parseStatus', () => {
  it('reads commit, branch and cleanness', () => {
    const clean = '# branch.oid 0123abc\n# branch.head main\n# branch.upstream origin/main\n';
    expect(parseStatus(clean)).toEqual({ commit: '0123abc', branch: 'main', dirty: false });
    expect(parseStatus(`${clean}? new-file\n`).dirty).toBe(true);
  });

  it('knows a detached head and a repository without a commit', () => {
    expect(parseStatus('# branch.oid 0123abc\n# branch.head (detached)\n')).toEqual({
      commit: '0123abc',
      branch: undefined,
      dirty: false,
    });
    expect(parseStatus('# branch.oid (initial)\n# branch.head main\n').commit).toBeUndefined();
  });
});
