import { describe, expect, it } from 'vitest';
import { parseConfiguration, parseManifest } from './manifest.ts';

const DIGEST = `sha256:${'c'.repeat(64)}`;

describe('parseManifest', () => {
  it('leaves attestations out of an index', () => {
    const index = {
      manifests: [
        { digest: DIGEST, platform: { os: 'linux', architecture: 'arm64', variant: 'v8' } },
        { digest: DIGEST, platform: { os: 'unknown', architecture: 'unknown' } },
      ],
    };
    expect(parseManifest(JSON.stringify(index))).toEqual({
      kind: 'index',
      images: [{ digest: DIGEST, platform: { os: 'linux', architecture: 'arm64', variant: 'v8' } }],
    });
  });

  it('finds the configuration of an image', () => {
    expect(parseManifest(JSON.stringify({ config: { digest: DIGEST } }))).toEqual({
      kind: 'image',
      configDigest: DIGEST,
    });
  });

  it.each(['', 'null', '[]', '{"layers": []}', '<html>'])('returns another kind for %j', (text) => {
    expect(parseManifest(text)).toEqual({ kind: 'other' });
  });
});

describe('parseConfiguration', () => {
  const base = { os: 'linux', architecture: 'amd64' };

  it('reads platform, commit, source, version and time', () => {
    const labels = {
      'org.opencontainers.image.revision': 'abc1234',
      'org.opencontainers.image.source': 'https://ana:token@github.com/acme/web',
      'org.opencontainers.image.version': '1.4.2',
      'org.opencontainers.image.created': '2026-03-01T10:00:00+01:00',
    };
    const text = JSON.stringify({ ...base, created: '1970-01-01T00:00:00Z', config: { Labels: labels } });
    expect(parseConfiguration(text)).toEqual({
      platform: base,
      commit: 'abc1234',
      source: 'https://github.com/acme/web',
      version: '1.4.2',
      builtAt: '2026-03-01T09:00:00.000Z',
    });
  });

  it.each([
    'main',
    '1234567 ](https://evil.example)',
    '\u202e1234567',
    '<img src=x>',
    '12345',
    'g'.repeat(40),
  ])('ignores a revision label that is not a commit, such as %j', (revision) => {
    const labels = { 'org.opencontainers.image.revision': revision };
    const text = JSON.stringify({ ...base, config: { Labels: labels } });
    expect(parseConfiguration(text)).toEqual({ platform: base });
  });

  it('accepts only https addresses and valid times', () => {
    const labels = { 'org.opencontainers.image.source': 'javascript:alert(1)' };
    const text = JSON.stringify({ ...base, created: '1970-01-01T00:00:00Z', config: { Labels: labels } });
    expect(parseConfiguration(text)).toEqual({ platform: base });
  });

  it.each(['{}', 'null', 'junk'])('returns undefined for %j', (text) => {
    expect(parseConfiguration(text)).toBeUndefined();
  });
});
