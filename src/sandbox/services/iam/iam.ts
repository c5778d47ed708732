import { ListAccountAliasesCommand } from '@aws-sdk/client-iam';
import type { AwsQueryService } from '../../aws-api/query-protocol.ts';
import { operation, operationsByName } from '../../aws-api/service.ts';
import { roleOperations } from './role-operations.ts';
import { rolePolicyOperations } from './role-policy-operations.ts';
import type { Roles } from './roles.ts';
import { simulationOperation } from './simulation.ts';

const ALIAS = 'slipway-sandbox';

/** IAM, as far as tasks need roles: roles with their policies, and what those allow. */
export function createIam(roles: Roles, now: () => Date): AwsQueryService {
  return {
    name: 'IAM',
    version: '2010-05-08',
    xmlNamespace: 'https://iam.amazonaws.com/doc/2010-05-08/',
    operations: operationsByName([
      ...roleOperations(roles, now),
      ...rolePolicyOperations(roles),
      simulationOperation(roles),
      operation(ListAccountAliasesCommand, () => ({ AccountAliases: [ALIAS], IsTruncated: false })),
    ]),
  };
}
