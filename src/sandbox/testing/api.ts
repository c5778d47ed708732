import { createAccessKeys } from '../aws-api/access-keys.ts';
import { createAwsApi } from '../aws-api/aws-api.ts';
import type { AwsQueryService } from '../aws-api/query-protocol.ts';
import type { AwsJsonService, AwsService } from '../aws-api/service.ts';
import { silentLogger } from '../core/logger.ts';
import { listenOnLoopback } from '../http/loopback-server.ts';

/** For tests: some services behind real HTTP, and what an SDK client of them is made with. */
export interface TestApi {
  readonly config: {
    readonly endpoint: string;
    readonly region: string;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
    readonly maxAttempts: number;
  };
  close(): Promise<void>;
}

const ACCOUNT_ID = '123456789012';

export async function startTestApi(services: {
  readonly json?: readonly AwsJsonService[];
  readonly query?: readonly AwsQueryService[];
  readonly rest?: readonly AwsService[];
}): Promise<TestApi> {
  const server = await listenOnLoopback(0, { logger: silentLogger });
  const endpoint = `http://${server.host}`;
  const api = createAwsApi({
    jsonServices: services.json ?? [],
    queryServices: services.query ?? [],
    restServices: services.rest ?? [],
    accountId: ACCOUNT_ID,
    endpoint,
    accessKeys: createAccessKeys(ACCOUNT_ID),
    interceptors: [],
    onCall: () => undefined,
    now: () => new Date(),
    wall: () => new Date(),
    logger: silentLogger,
  });
  server.handle(api);
  const credentials = { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' };
  return {
    config: { endpoint, region: 'us-east-1', credentials, maxAttempts: 1 },
    close: () => server.close(),
  };
}
