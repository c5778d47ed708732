import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import type { AwsQueryService } from '../aws-json/query-protocol.ts';
import { operation, operationsByName } from '../aws-json/service.ts';

/** The user id that GetCallerIdentity shows for the sandbox's one user. */
const USER_ID = 'AIDASANDBOXSANDBOXSBX';

/** STS as far as a client needs it to know whose keys it holds. */
export function createSts(): AwsQueryService {
  return {
    name: 'STS',
    version: '2011-06-15',
    xmlNamespace: 'https://sts.amazonaws.com/doc/2011-06-15/',
    operations: operationsByName([
      operation(GetCallerIdentityCommand, (_input, { accountId, principalArn }) => ({
        UserId: USER_ID,
        Account: accountId,
        Arn: principalArn,
      })),
    ]),
  };
}
