import { expect, it } from 'vitest';
import { environmentOfNames } from './name-rule.ts';

it.each([
  ['prod', undefined, 'production'],
  ['acme-production', undefined, 'production'],
  ['acmeProd', undefined, 'production'],
  ['prod-eu-1', undefined, 'production'],
  ['live', undefined, 'production'],
  ['product-team', undefined, 'unclassified'],
  ['nonprod', undefined, 'development'],
  ['non-prod', undefined, 'development'],
  ['preprod', undefined, 'staging'],
  ['pre-prod', undefined, 'staging'],
  ['acme_uat', undefined, 'staging'],
  ['default', undefined, 'unclassified'],
  ['acme-dev', undefined, 'development'],
  ['default', 'test-eu', 'development'],
  ['acme', 'web', 'unclassified'],
  ['default', 'production', 'production'],
  ['default', 'web-staging', 'staging'],
  ['prod', 'tools', 'production'],
  ['staging', 'prd1', 'production'],
] as const)('a profile %s with the cluster %s is %s', (name, cluster, environment) => {
  expect(environmentOfNames({ kind: 'profile', name }, cluster)).toBe(environment);
});

it.each([
  [undefined, 'sandbox'],
  ['tools', 'sandbox'],
  ['staging', 'staging'],
  ['production', 'production'],
] as const)('the sandbox with the cluster %s is %s', (cluster, environment) => {
  expect(environmentOfNames({ kind: 'sandbox', name: 'sandbox' }, cluster)).toBe(environment);
});
