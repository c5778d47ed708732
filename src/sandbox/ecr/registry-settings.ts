import {
  DescribeImageReplicationStatusCommand,
  DescribeRegistryCommand,
  GetRegistryScanningConfigurationCommand,
  PutRegistryScanningConfigurationCommand,
  PutReplicationConfigurationCommand,
  type RegistryScanningConfiguration,
  type ReplicationConfiguration,
  type RepositoryFilter,
} from '@aws-sdk/client-ecr';
import { type Operation, operation } from '../aws-json/service.ts';
import type { EcrState } from './ecr.ts';
import { findRepository } from './find-repository.ts';
import { describedImage } from './images.ts';

interface RegistrySettings {
  readonly scanning: RegistryScanningConfiguration;
  readonly replication: ReplicationConfiguration;
}

const AT_FIRST: RegistrySettings = { scanning: { scanType: 'BASIC', rules: [] }, replication: { rules: [] } };

/**
 * The settings of the whole registry in a region. They are shown as they were put: replication copies nothing, and
 * DescribeImageReplicationStatus says of every destination that a rule names that it has the image.
 */
export function registrySettingOperations(state: EcrState): readonly Operation[] {
  const byRegion = new Map<string, RegistrySettings>();
  const settingsOf = (region: string) => byRegion.get(region) ?? AT_FIRST;

  return [
    operation(DescribeRegistryCommand, (_input, { accountId, region }) => ({
      registryId: accountId,
      replicationConfiguration: settingsOf(region).replication,
    })),

    operation(PutReplicationConfigurationCommand, ({ replicationConfiguration }, { region }) => {
      const replication = replicationConfiguration ?? AT_FIRST.replication;
      byRegion.set(region, { ...settingsOf(region), replication });
      return { replicationConfiguration: replication };
    }),

    operation(GetRegistryScanningConfigurationCommand, (_input, { accountId, region }) => ({
      registryId: accountId,
      scanningConfiguration: settingsOf(region).scanning,
    })),

    operation(PutRegistryScanningConfigurationCommand, ({ scanType = 'BASIC', rules = [] }, { region }) => {
      const scanning: RegistryScanningConfiguration = { scanType, rules };
      byRegion.set(region, { ...settingsOf(region), scanning });
      return { registryScanningConfiguration: scanning };
    }),

    operation(DescribeImageReplicationStatusCommand, (input, context) => {
      const repository = findRepository(state, input, context);
      const { digest } = describedImage(repository, input.imageId ?? {}, context);
      const rules = settingsOf(context.region).replication.rules ?? [];
      const replicationStatuses = rules
        .filter(({ repositoryFilters }) => startsWithFilter(repository.name, repositoryFilters))
        .flatMap(({ destinations = [] }) => destinations)
        .map(({ region, registryId }) => ({ region, registryId, status: 'COMPLETE' as const }));
      return {
        repositoryName: repository.name,
        imageId: { ...input.imageId, imageDigest: digest },
        replicationStatuses,
      };
    }),
  ];
}

/** Without filters a rule is for every repository. The only kind of filter is a prefix. */
function startsWithFilter(name: string, filters: readonly RepositoryFilter[] | undefined): boolean {
  if (filters === undefined || filters.length === 0) return true;
  return filters.some(({ filter }) => filter !== undefined && name.startsWith(filter));
}
