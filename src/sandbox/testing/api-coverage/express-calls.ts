import * as ecsApi from '@aws-sdk/client-ecs';
import type { ApiCalls } from './api-caller.ts';

const ROLE = 'arn:aws:iam::123456789012:role/ecs-execution';

/** For the test of every operation: Express services. */
export const EXPRESS_CALLS: ApiCalls = {
  'Express services': async ({ ecs }) => {
    const { service } = await ecs(
      new ecsApi.CreateExpressGatewayServiceCommand({
        cluster: 'tools',
        serviceName: 'walked-express',
        infrastructureRoleArn: ROLE,
        executionRoleArn: ROLE,
        primaryContainer: { image: 'public.ecr.aws/nginx/nginx:1.29' },
        tags: [{ key: 'team', value: 'walk' }],
      }),
    );
    const { serviceArn } = service ?? {};
    await ecs(new ecsApi.DescribeExpressGatewayServiceCommand({ serviceArn, include: ['TAGS'] }));
    await ecs(new ecsApi.UpdateExpressGatewayServiceCommand({ serviceArn, cpu: '512', memory: '1024' }));
    await ecs(new ecsApi.DeleteExpressGatewayServiceCommand({ serviceArn }));
  },
};
