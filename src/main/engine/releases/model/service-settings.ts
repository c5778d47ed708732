import { isDeepStrictEqual } from 'node:util';
import type { DeploymentConfiguration, Service, UpdateServiceRequest } from '@aws-sdk/client-ecs';
import type { DeploymentSettings, ServiceSettings } from '../../../../shared/model/change.ts';
import type { UpdateAction } from './stored-plan.ts';

/** What an update of a service sends besides its names and the task definition. */
export type ServiceUpdate = Omit<UpdateServiceRequest, 'cluster' | 'service' | 'taskDefinition'>;

/** ECS wants these fields whenever the object around them is sent. */
const BREAKER_OFF = { enable: false, rollback: false };
const NO_ALARMS = { alarmNames: [], enable: false, rollback: false };

/**
 * The settings of a change that a service does not have yet; undefined when it has all of them. A nested object that
 * differs is there as a whole, with what the service has for the rest: whether ECS would keep the fields that are left
 * out of one is not documented.
 */
export function differingSettings(service: Service, change: ServiceSettings): ServiceSettings | undefined {
  const deployment = differingDeployment(
    service.deploymentConfiguration ?? {},
    change.deploymentConfiguration ?? {},
  );
  const { healthCheckGracePeriodSeconds: grace, enableExecuteCommand: exec, platformVersion } = change;
  const settings: ServiceSettings = {
    ...(deployment === undefined ? {} : { deploymentConfiguration: deployment }),
    ...(grace === undefined || grace === (service.healthCheckGracePeriodSeconds ?? 0)
      ? {}
      : { healthCheckGracePeriodSeconds: grace }),
    ...(exec === undefined || exec === (service.enableExecuteCommand ?? false)
      ? {}
      : { enableExecuteCommand: exec }),
    ...(platformVersion === undefined || platformVersion === service.platformVersion
      ? {}
      : { platformVersion }),
  };
  return Object.keys(settings).length === 0 ? undefined : settings;
}

function differingDeployment(
  current: DeploymentConfiguration,
  change: DeploymentSettings,
): DeploymentSettings | undefined {
  const { deploymentCircuitBreaker, alarms, linearConfiguration, canaryConfiguration, ...plain } = change;
  const wanted: DeploymentConfiguration = {
    ...plain,
    ...(deploymentCircuitBreaker && {
      deploymentCircuitBreaker: {
        ...BREAKER_OFF,
        ...current.deploymentCircuitBreaker,
        ...deploymentCircuitBreaker,
      },
    }),
    ...(alarms && {
      alarms: {
        ...NO_ALARMS,
        ...current.alarms,
        ...alarms,
        alarmNames: [...(alarms.alarmNames ?? current.alarms?.alarmNames ?? [])],
      },
    }),
    ...(linearConfiguration && {
      linearConfiguration: { ...current.linearConfiguration, ...linearConfiguration },
    }),
    ...(canaryConfiguration && {
      canaryConfiguration: { ...current.canaryConfiguration, ...canaryConfiguration },
    }),
  };
  const before: ReadonlyMap<string, unknown> = new Map(Object.entries(withDefaults(current)));
  const differing = Object.entries(wanted).filter(
    ([member, value]) => value !== undefined && !isDeepStrictEqual(value, before.get(member)),
  );
  return differing.length === 0 ? undefined : Object.fromEntries(differing);
}

/** What ECS takes a service to have where it does not say. */
function withDefaults(current: DeploymentConfiguration): DeploymentConfiguration {
  return {
    strategy: 'ROLLING',
    bakeTimeInMinutes: 0,
    deploymentCircuitBreaker: BREAKER_OFF,
    alarms: NO_ALARMS,
    ...current,
  };
}

/** The fields of UpdateService that an action changes, and no others. */
export function serviceUpdate({ settings, desiredCount, forceNewDeployment }: UpdateAction): ServiceUpdate {
  return {
    ...(desiredCount === undefined ? {} : { desiredCount }),
    ...(settings === undefined ? {} : sdkSettings(settings)),
    ...(forceNewDeployment === true ? { forceNewDeployment: true } : {}),
  };
}

/** The service as it is once an action is carried out, as far as its settings go. */
export function serviceAfter<S extends Service>(service: S, action: UpdateAction): S {
  const { forceNewDeployment: _force, deploymentConfiguration, ...update } = serviceUpdate(action);
  return {
    ...service,
    ...update,
    deploymentConfiguration: { ...service.deploymentConfiguration, ...deploymentConfiguration },
  };
}

function sdkSettings({ deploymentConfiguration, ...rest }: ServiceSettings): ServiceUpdate {
  if (deploymentConfiguration === undefined) return rest;
  const { deploymentCircuitBreaker: breaker, alarms, ...plain } = deploymentConfiguration;
  return {
    ...rest,
    deploymentConfiguration: {
      ...plain,
      ...(breaker && { deploymentCircuitBreaker: { ...BREAKER_OFF, ...breaker } }),
      ...(alarms && {
        alarms: { ...NO_ALARMS, ...alarms, alarmNames: [...(alarms.alarmNames ?? [])] },
      }),
    },
  };
}
