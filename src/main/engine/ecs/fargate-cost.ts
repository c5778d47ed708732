import type { RegisterTaskDefinitionRequest, Service } from '@aws-sdk/client-ecs';
import { cpuUnitsOf, isWindows, memoryMiBOf } from '../../../shared/model/task-size.ts';
import { FARGATE_PRICES } from './fargate-prices.ts';

/** As the AWS Pricing Calculator counts. */
const HOURS_PER_MONTH = 730;
/** GB that every task has without a price. */
const FREE_STORAGE_GB = 20;

type Content = Pick<RegisterTaskDefinitionRequest, 'cpu' | 'memory' | 'runtimePlatform' | 'ephemeralStorage'>;

/**
 * USD for a month of all tasks of a service on Fargate at list prices. Undefined if no list price
 * applies: another region, Spot, instances, Windows, or more storage than the free 20 GB.
 */
export function fargateMonthlyUsd(
  region: string,
  service: Pick<Service, 'desiredCount' | 'launchType' | 'capacityProviderStrategy'>,
  content: Content,
): number | undefined {
  const { runtimePlatform, ephemeralStorage } = content;
  const architecture = runtimePlatform?.cpuArchitecture ?? 'X86_64';
  const cpu = cpuUnitsOf(content.cpu ?? '');
  const memory = memoryMiBOf(content.memory ?? '');
  const prices = FARGATE_PRICES.get(region);
  if (!isOnDemandFargate(service) || prices === undefined || cpu === undefined || memory === undefined)
    return undefined;
  if (isWindows(runtimePlatform?.operatingSystemFamily)) return undefined;
  if ((ephemeralStorage?.sizeInGiB ?? 0) > FREE_STORAGE_GB) return undefined;
  const { vCpuHour, gbHour } = architecture === 'ARM64' ? prices.ARM64 : prices.X86_64;
  const hour = (cpu / 1024) * vCpuHour + (memory / 1024) * gbHour;
  return (service.desiredCount ?? 0) * hour * HOURS_PER_MONTH;
}

function isOnDemandFargate({
  launchType,
  capacityProviderStrategy = [],
}: Pick<Service, 'launchType' | 'capacityProviderStrategy'>): boolean {
  if (capacityProviderStrategy.length === 0) return launchType === 'FARGATE';
  return capacityProviderStrategy.every(({ capacityProvider }) => capacityProvider === 'FARGATE');
}
