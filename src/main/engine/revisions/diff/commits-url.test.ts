import { describe, expect, it } from 'vitest';
import { commitsUrl } from './commits-url.ts';

const FROM = '1111111';
const TO = '2222222';

describe('commitsUrl', () => {
  it.each([
    ['https://github.com/acme/web', 'https://github.com/acme/web/compare/1111111...2222222'],
    ['https://github.com/acme/web.git', 'https://github.com/acme/web/compare/1111111...2222222'],
    ['https://gitlab.com/acme/shop/web', 'https://gitlab.com/acme/shop/web/-/compare/1111111...2222222'],
    ['https://bitbucket.org/acme/web', 'https://bitbucket.org/acme/web/branches/compare/2222222%0D1111111'],
    ['https://ana:token@github.com/acme/web', 'https://github.com/acme/web/compare/1111111...2222222'],
  ])('of %s', (source, url) => {
    expect(commitsUrl({ source, commit: FROM }, { source, commit: TO })).toBe(url);
  });

  it.each([
    ['not https', 'http://github.com/acme/web'],
    ['a script', 'javascript:alert(1)//github.com/acme/web'],
    ['a host that only looks like one', 'https://evil.example/github.com/acme/web'],
    ['a host that begins like one', 'https://github.evil.example/acme/web'],
    ['a host that ends like one', 'https://evil-github.com/acme/web'],
    ['a host with another port', 'https://github.com:8443/acme/web'],
    ['a host of letters that look alike', 'https://gіthub.com/acme/web'],
    ['a path that ends a link of Markdown', 'https://github.com/acme/web)![x](https://evil.example'],
    ['a path with other characters', 'https://github.com/acme/web"onload'],
    ['no repository', 'https://github.com/acme'],
    ['no address', 'acme/web'],
  ])('is undefined for %s', (_, source) => {
    expect(commitsUrl({ source, commit: FROM }, { source, commit: TO })).toBeUndefined();
  });

  it('is undefined for two sources, one commit, or an invalid commit', () => {
    const source = 'https://github.com/acme/web';
    expect(commitsUrl({ source, commit: FROM }, { source: `${source}2`, commit: TO })).toBeUndefined();
    expect(commitsUrl({ source, commit: FROM }, { source, commit: FROM })).toBeUndefined();
    expect(commitsUrl({ source, commit: FROM }, { source, commit: 'main/../..' })).toBeUndefined();
    expect(commitsUrl({ source }, { source, commit: TO })).toBeUndefined();
  });
});
