import { expect, it } from 'vitest';
import { policiesOf } from './ledger-policies.ts';

const LEDGER = { region: 'eu-central-1', table: 'team', recovery: false };

it('the policies of a ledger have the actions of its recovery and of its key only where these are asked for', () => {
  const { policyToCreate, policyToUse } = policiesOf(LEDGER);
  expect(policyToCreate).toContain('dynamodb:CreateTable');
  expect(policyToCreate).not.toContain('Backups');
  expect(`${policyToCreate}${policyToUse}`).not.toContain('kms:');
  expect(policiesOf({ ...LEDGER, recovery: true }).policyToCreate).toContain(
    'dynamodb:UpdateContinuousBackups',
  );
});

it('who deploys needs the key of a ledger too, by its ARN where that is known', () => {
  const key = 'arn:aws:kms:eu-central-1:123456789012:key/1';
  const statementOf = (kmsKey: string): unknown =>
    JSON.parse(policiesOf({ ...LEDGER, kmsKey }).policyToUse).Statement[1];
  expect(statementOf(key)).toMatchObject({
    Action: expect.arrayContaining(['kms:Decrypt', 'kms:CreateGrant']),
    Resource: key,
    Condition: { StringEquals: { 'kms:ViaService': 'dynamodb.eu-central-1.amazonaws.com' } },
  });
  expect(statementOf('alias/team')).toMatchObject({ Resource: '*' });
});
