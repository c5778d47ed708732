import { describe, expect, it } from 'vitest';
import { withoutSecrets, withSecretsOf } from './draft-secrets.ts';

function revision(environment: readonly { readonly name: string; readonly value: string }[]): string {
  return JSON.stringify({ family: 'web', containerDefinitions: [{ name: 'app', environment }] }, null, 2);
}

const BASE = revision([
  { name: 'MODE', value: 'calm' },
  { name: 'DB_PASSWORD', value: 'of-the-base' },
]);

describe('a stored draft', () => {
  it('has no value that is new and may be secret, and names it', () => {
    const draft = revision([
      { name: 'MODE', value: 'loud' },
      { name: 'DB_PASSWORD', value: 'typed-now' },
      { name: 'QUEUE', value: 'amqp://user:hunter2@queue' },
    ]);
    const { json, withheld } = withoutSecrets(draft, BASE);
    expect(json).not.toMatch(/typed-now|hunter2/);
    expect(json).toContain('loud');
    expect(withheld).toEqual(['DB_PASSWORD', 'QUEUE']);
    const restored = withSecretsOf(json, BASE);
    expect(restored.missing).toEqual(['DB_PASSWORD', 'QUEUE']);
    expect(JSON.parse(restored.json)).toEqual(
      JSON.parse(
        revision([
          { name: 'MODE', value: 'loud' },
          { name: 'DB_PASSWORD', value: '' },
          { name: 'QUEUE', value: '' },
        ]),
      ),
    );
  });

  it('takes the secrets of its base from there when it is restored', () => {
    const draft = revision([
      { name: 'DB_PASSWORD', value: 'of-the-base' },
      { name: 'MODE', value: 'loud' },
    ]);
    const { json, withheld } = withoutSecrets(draft, BASE);
    expect(json).not.toContain('of-the-base');
    expect(withheld).toEqual([]);
    expect(withSecretsOf(json, BASE)).toEqual({ json: draft, missing: [] });
  });

  it.each([
    ['a value that is not closed', '{ "environment": [{ "name": "API_TOKEN", "value": "typed-n'],
    ['a value before its name', '{ "environment": [{ "value": "typed-now", "name": "API_TOKEN" }'],
    ['a value without a name', '{ "environment": [{ "value": "typed-now"'],
    ['a value without quotes', '{ "environment": [{ "name": "API_TOKEN", "value": typed-now }'],
    ['an option of a log driver', '{ "options": { "splunk-token": "typed-now" } }'],
    ['a value with a brace', '{ "environment": [{ "value": "typed-now}", "name": "API_TOKEN" }]}'],
  ])('leaves out %s', (_case, draft) => {
    expect(withoutSecrets(draft, BASE).json).not.toContain('typed-n');
  });

  it('keeps what is no secret as it is written, also where it is no JSON yet', () => {
    const draft =
      '{ "family": "web", "secrets": [{ "name": "DB_PASSWORD", "valueFrom": "arn:aws:ssm:x" }], "cpu": 2';
    expect(withoutSecrets(draft, BASE)).toEqual({ json: draft, withheld: [] });
  });
});
