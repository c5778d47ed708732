import { describe, expect, it } from 'vitest';
import { isSecretName, mayBeSecret } from './looks-secret.ts';

describe('a variable', () => {
  it.each(['DB_PASSWORD', 'apiKey', 'GITHUB_TOKEN', 'client-secret'])(
    'is taken for a secret by the name %s',
    (name) => {
      expect(isSecretName(name)).toBe(true);
    },
  );

  it.each(['LOG_LEVEL', 'PORT', 'KEYBOARD'])('is not taken for a secret by the name %s', (name) => {
    expect(isSecretName(name)).toBe(false);
  });

  it.each([
    'AKIAIOSFODNN7EXAMPLE',
    'postgres://shop:hunter2@db.internal/shop',
    'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl',
    'Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl',
    'ghp_16C7e42F292c6912E7710c838347Ae178B4a',
  ])('is taken for a secret by the value %s', (value) => {
    expect(mayBeSecret('VALUE', value)).toBe(true);
  });

  it.each(['info', 'https://example.com:8443/path', '2026-11-28T12:00:00Z'])(
    'is not taken for a secret by the value %s',
    (value) => {
      expect(mayBeSecret('VALUE', value)).toBe(false);
    },
  );

  it('that holds an ARN or nothing is not taken for a secret', () => {
    expect(mayBeSecret('DB_PASSWORD', 'arn:aws:ssm:eu-central-1:111122223333:parameter/db')).toBe(false);
    expect(mayBeSecret('DB_PASSWORD', '')).toBe(false);
    expect(mayBeSecret('DB_PASSWORD', 'hunter2')).toBe(true);
  });
});
