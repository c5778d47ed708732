import type { AccessKeys } from './aws-api/access-keys.ts';
import { operationsByName } from './aws-api/service.ts';
import { inWallTime } from './aws-api/wall-time.ts';
import type { Clock } from './core/clock.ts';
import type { AccessTokens } from './registry/access-tokens.ts';
import type { RegistryState } from './registry/registry-state.ts';
import type { UploadSessions } from './registry/upload-sessions.ts';
import type { foreignRole } from './scenarios/task-access.ts';
import type { AutoScaling } from './services/application-auto-scaling/application-auto-scaling.ts';
import { createCloudFormation, type Stacks } from './services/cloudformation/cloudformation.ts';
import type { Alarms } from './services/cloudwatch/alarms.ts';
import { createCloudWatch } from './services/cloudwatch/cloudwatch.ts';
import { metricDataOperation } from './services/cloudwatch/metric-data.ts';
import { createCodeDeploy } from './services/codedeploy/codedeploy.ts';
import { createDynamoDb } from './services/dynamodb/dynamodb.ts';
import type { ItemStore } from './services/dynamodb/item-store.ts';
import { createEcr } from './services/ecr/ecr.ts';
import type { Ecs } from './services/ecs/ecs.ts';
import { createElbv2 } from './services/elbv2/elbv2.ts';
import { createEventBridge } from './services/eventbridge/eventbridge.ts';
import { createIam } from './services/iam/iam.ts';
import type { Roles } from './services/iam/roles.ts';
import { createConsoleSignIn } from './services/identity-center/console-sign-in.ts';
import type { LoginSessions } from './services/identity-center/login-sessions.ts';
import { createPortal } from './services/identity-center/portal.ts';
import type { SignIns } from './services/identity-center/sign-ins.ts';
import { createSsoOidc } from './services/identity-center/sso-oidc.ts';
import type { DataKeys } from './services/kms/kms.ts';
import type { LogStore } from './services/logs/log-store.ts';
import { createLogs } from './services/logs/logs.ts';
import { createS3, type Objects } from './services/s3/s3.ts';
import { createScheduler } from './services/scheduler/scheduler.ts';
import type { Secrets } from './services/secrets-manager/secrets.ts';
import { createSecretsManager } from './services/secrets-manager/secrets-manager.ts';
import type { Sessions } from './services/sessions/sessions.ts';
import type { Parameters } from './services/ssm/parameters.ts';
import { createSsm } from './services/ssm/ssm.ts';
import { createStepFunctions } from './services/step-functions/step-functions.ts';
import { createSts } from './services/sts/sts.ts';
import type { TaskTriggers } from './services/task-triggers.ts';
import type { Store } from './storage/store.ts';

/** What the APIs of a sandbox answer from. */
interface AccountState {
  readonly accountId: string;
  readonly clock: Clock;
  readonly store?: Store;
  readonly ecs: Ecs;
  readonly autoScaling: AutoScaling;
  readonly registry: RegistryState;
  readonly uploads: UploadSessions;
  readonly tokens: AccessTokens;
  readonly logsIn: (region: string) => LogStore;
  readonly alarmsIn: (region: string) => Alarms;
  readonly taskTriggersIn: (region: string) => TaskTriggers;
  readonly secretsIn: (region: string) => Secrets;
  readonly parametersIn: (region: string) => Parameters;
  readonly itemsIn: (region: string) => ItemStore;
  readonly stacksIn: (region: string) => Stacks;
  readonly objects: Objects;
  readonly sessions: Sessions;
  readonly dataKeys: DataKeys;
  readonly signIns: SignIns;
  readonly logins: LoginSessions;
  readonly accessKeys: AccessKeys;
  readonly roles: Roles;
  readonly foreignRole: ReturnType<typeof foreignRole>;
  /** The wall-clock time, for tables of DynamoDB. */
  readonly wall: () => Date;
}

/** The APIs of AWS by protocol. Their answers have wall-clock times. */
export function createApiServices(state: AccountState) {
  const { accountId, clock, store, ecs, autoScaling, registry, uploads, tokens, sessions } = state;
  const { logsIn, alarmsIn, taskTriggersIn, secretsIn, parametersIn, itemsIn, stacksIn } = state;
  const { signIns, logins, accessKeys, roles } = state;
  const now = () => clock.now();
  const wallTime = () => clock.toWallTime(clock.now());
  const alarmService = inWallTime(createCloudWatch(alarmsIn, now), clock);
  // Minutes of metrics are those of the wall from the beginning.
  const cloudWatch = {
    ...alarmService,
    operations: {
      ...alarmService.operations,
      ...operationsByName([metricDataOperation(ecs.metricsIn, wallTime)]),
    },
  };
  const jsonServices = [
    inWallTime(ecs.service, clock),
    inWallTime(createEcr({ ...registry, uploads, tokens, clock }), clock),
    // Logs count their times in numbers, which are the wall's from the beginning.
    createLogs(logsIn, wallTime),
    cloudWatch,
    inWallTime(
      createCodeDeploy({ clock, servicesIn: ecs.controlledServicesIn, ...(store && { store }) }),
      clock,
    ),
    inWallTime(
      createEventBridge((region) => taskTriggersIn(region).eventRules, now),
      clock,
    ),
    inWallTime(
      createStepFunctions((region) => taskTriggersIn(region).stateMachines, now),
      clock,
    ),
    // Its answers hold no Date.
    state.dataKeys.service,
    inWallTime(autoScaling.service, clock),
    inWallTime(createSecretsManager(secretsIn, now), clock),
    // Its items hold no Date, and its tables have wall-clock times.
    createDynamoDb(itemsIn, state.wall),
    inWallTime(
      createSsm(parametersIn, now, {
        sessions,
        findTarget: (region, target) => ecs.execTargetsIn(region).find(target),
      }),
      clock,
    ),
  ];
  const restServices = [
    // They count their times in numbers, which are the wall's from the beginning.
    createSsoOidc(signIns, wallTime),
    createPortal({ signIns, accessKeys, accountId, clock }),
    createConsoleSignIn(logins),
    inWallTime(
      createScheduler((region) => taskTriggersIn(region).schedules, now),
      clock,
    ),
  ];
  const queryServices = [
    inWallTime(
      createSts({ accountId, roles, foreignRole: state.foreignRole, accessKeys, now, wallTime }),
      clock,
    ),
    inWallTime(createIam(roles, now), clock),
    createElbv2(ecs.targetsIn),
    createCloudFormation(stacksIn),
    // The AWS command line speaks AWS Query with CloudWatch in its older versions.
    {
      ...cloudWatch,
      version: '2010-08-01',
      xmlNamespace: 'http://monitoring.amazonaws.com/doc/2010-08-01/',
    },
  ];
  const s3 = createS3(state.objects);
  return { jsonServices, queryServices, restServices, s3 };
}
