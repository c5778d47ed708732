import type { DeploymentConfiguration, Service } from '@aws-sdk/client-ecs';
import type { Difference } from '../../../../shared/model/revision.ts';
import { serviceAfter } from './service-settings.ts';
import type { PlannedAction } from './stored-plan.ts';

/** Something that a service says of itself, in words; undefined where it says nothing. */
interface Fact {
  readonly subject: string;
  readonly name?: string;
  readonly of: (service: Service) => string | undefined;
}

const deployment =
  (words: (configuration: DeploymentConfiguration) => string | undefined) =>
  ({ deploymentConfiguration = {} }: Service): string | undefined =>
    words(deploymentConfiguration);

const FACTS: readonly Fact[] = [
  { subject: 'desired count', of: ({ desiredCount = 0 }) => String(desiredCount) },
  { subject: 'strategy', of: deployment(({ strategy = 'ROLLING' }) => strategy) },
  { subject: 'minimum healthy', of: deployment(({ minimumHealthyPercent: min }) => percent(min)) },
  { subject: 'maximum', of: deployment(({ maximumPercent }) => percent(maximumPercent)) },
  { subject: 'bake time', of: deployment(({ bakeTimeInMinutes }) => minutes(bakeTimeInMinutes)) },
  {
    subject: 'linear',
    name: 'step',
    of: deployment(({ linearConfiguration: linear }) => percent(linear?.stepPercent)),
  },
  {
    subject: 'linear',
    name: 'step bake time',
    of: deployment(({ linearConfiguration: linear }) => minutes(linear?.stepBakeTimeInMinutes)),
  },
  {
    subject: 'canary',
    name: 'share',
    of: deployment(({ canaryConfiguration: canary }) => percent(canary?.canaryPercent)),
  },
  {
    subject: 'canary',
    name: 'bake time',
    of: deployment(({ canaryConfiguration: canary }) => minutes(canary?.canaryBakeTimeInMinutes)),
  },
  {
    subject: 'circuit breaker',
    of: deployment(({ deploymentCircuitBreaker: breaker }) => {
      if (breaker?.enable !== true) return 'off';
      return breaker.rollback === true ? 'on, rolls back' : 'on, stops only';
    }),
  },
  {
    subject: 'circuit breaker',
    name: 'threshold',
    of: deployment(({ deploymentCircuitBreaker: breaker }) => {
      const { type, value } = breaker?.thresholdConfiguration ?? {};
      if (type === undefined || value === undefined) return undefined;
      return type === 'COUNT' ? `${value} failed tasks` : `${value} % of the desired count (${type})`;
    }),
  },
  {
    subject: 'circuit breaker',
    name: 'count of failures',
    of: deployment(({ deploymentCircuitBreaker: breaker }) => {
      if (breaker?.resetOnHealthyTask === undefined) return undefined;
      return breaker.resetOnHealthyTask ? 'reset by a healthy task' : 'not reset by healthy tasks';
    }),
  },
  {
    subject: 'alarms',
    of: deployment(({ alarms }) => {
      if (alarms?.enable !== true) return 'off';
      const names = alarms.alarmNames?.join(', ') ?? '';
      return `${names} (${alarms.rollback === true ? 'rolls back' : 'stops only'})`;
    }),
  },
  {
    subject: 'health check grace period',
    of: ({ healthCheckGracePeriodSeconds: grace = 0 }) => `${grace} s`,
  },
  { subject: 'ECS Exec', of: ({ enableExecuteCommand: exec }) => (exec === true ? 'on' : 'off') },
  { subject: 'platform version', of: ({ platformVersion }) => platformVersion },
];

/** What an action changes about a service beside its task definition, in words. */
export function serviceDifferences(service: Service, action: PlannedAction): readonly Difference[] {
  if (action.kind === 'stop') return [];
  const after = serviceAfter(service, action);
  const differences = FACTS.flatMap((fact) => differenceOf(fact, service, after));
  if (action.forceNewDeployment !== true) return differences;
  const forced = 'forced: all tasks restart and image tags are resolved again';
  return [...differences, { subject: 'deployment', name: '', kind: 'added', after: forced }];
}

function differenceOf({ subject, name = '', of }: Fact, service: Service, after: Service): Difference[] {
  const was = of(service);
  const willBe = of(after);
  if (was === willBe) return [];
  const kind = was === undefined ? 'added' : willBe === undefined ? 'removed' : 'changed';
  return [
    {
      subject,
      name,
      kind,
      ...(was === undefined ? {} : { before: was }),
      ...(willBe === undefined ? {} : { after: willBe }),
    },
  ];
}

function percent(value: number | undefined): string | undefined {
  return value === undefined ? undefined : `${value} %`;
}

function minutes(value: number | undefined): string | undefined {
  return value === undefined ? undefined : `${value} min`;
}
