import {
  DeleteRegistryPolicyCommand,
  DescribeImageReplicationStatusCommand,
  DescribeRegistryCommand,
  GetAccountSettingCommand,
  GetRegistryPolicyCommand,
  GetRegistryScanningConfigurationCommand,
  PutAccountSettingCommand,
  PutRegistryPolicyCommand,
  PutRegistryScanningConfigurationCommand,
  PutReplicationConfigurationCommand,
  RegistryPolicyNotFoundException$,
  type RegistryScanningConfiguration,
  type ReplicationConfiguration,
  type RepositoryFilter,
} from '@aws-sdk/client-ecr';
import {
  type AwsError,
  awsError,
  type CallContext,
  type Operation,
  operation,
} from '../../aws-api/service.ts';
import type { EcrState } from './ecr-state.ts';
import { findRepository } from './find-repository.ts';
import { describedImage } from './images.ts';
import { invalidParameter } from './invalid-parameter.ts';
import { isRegistryPolicy } from './resource-policy.ts';

interface RegistrySettings {
  readonly replication: ReplicationConfiguration;
  /** The JSON text of the permissions, as it was put. */
  readonly policy: string | undefined;
  readonly account: ReadonlyMap<string, string>;
}

const AT_FIRST: RegistrySettings = {
  replication: { rules: [] },
  policy: undefined,
  account: new Map([
    ['BASIC_SCAN_TYPE_VERSION', 'AWS_NATIVE'],
    ['REGISTRY_POLICY_SCOPE', 'V2'],
    ['BLOB_MOUNTING', 'ENABLED'],
  ]),
};

/**
 * The settings of the whole registry in a region. They are shown as they were put: replication copies nothing, and
 * DescribeImageReplicationStatus says of every destination that a rule names that it has the image. Scan rules apply to
 * what is pushed.
 */
export function registrySettingOperations(state: EcrState): readonly Operation[] {
  const byRegion = new Map<string, RegistrySettings>();
  const settingsOf = (region: string) => byRegion.get(region) ?? AT_FIRST;

  return [
    operation(DescribeRegistryCommand, (_input, { accountId, region }) => ({
      registryId: accountId,
      replicationConfiguration: settingsOf(region).replication,
    })),

    operation(PutReplicationConfigurationCommand, ({ replicationConfiguration }, context) => {
      const { region } = context;
      const replication = replicationConfiguration ?? AT_FIRST.replication;
      checkDestinations(replication, context);
      byRegion.set(region, { ...settingsOf(region), replication });
      return { replicationConfiguration: replication };
    }),

    operation(GetRegistryScanningConfigurationCommand, (_input, { accountId, region }) => ({
      registryId: accountId,
      scanningConfiguration: state.repositoriesIn(region).scanning,
    })),

    operation(PutRegistryScanningConfigurationCommand, ({ scanType = 'BASIC', rules = [] }, { region }) => {
      const scanning: RegistryScanningConfiguration = { scanType, rules };
      checkFrequencies(scanning);
      state.repositoriesIn(region).scanning = scanning;
      return { registryScanningConfiguration: scanning };
    }),

    operation(PutRegistryPolicyCommand, ({ policyText = '' }, { accountId, region }) => {
      if (!isRegistryPolicy(policyText, settingsOf(region).account.get('REGISTRY_POLICY_SCOPE')))
        throw invalidParameter('PolicyText', 'Invalid registry policy provided');
      byRegion.set(region, { ...settingsOf(region), policy: policyText });
      return { registryId: accountId, policyText };
    }),

    operation(GetRegistryPolicyCommand, (_input, { accountId, region }) => ({
      registryId: accountId,
      policyText: policyOf(settingsOf(region), accountId),
    })),

    operation(DeleteRegistryPolicyCommand, (_input, { accountId, region }) => {
      const policyText = policyOf(settingsOf(region), accountId);
      byRegion.set(region, { ...settingsOf(region), policy: undefined });
      return { registryId: accountId, policyText };
    }),

    operation(GetAccountSettingCommand, ({ name = '' }, { region }) => {
      const value = settingsOf(region).account.get(name);
      if (value === undefined) throw unknownSetting(name);
      return { name, value };
    }),

    operation(PutAccountSettingCommand, ({ name = '', value = '' }, { region }) => {
      const settings = settingsOf(region);
      if (!settings.account.has(name)) throw unknownSetting(name);
      byRegion.set(region, { ...settings, account: new Map([...settings.account, [name, value]]) });
      return { name, value };
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

/** https://docs.aws.amazon.com/AmazonECR/latest/userguide/replication.html: "cross-Region" or "cross-account". */
function checkDestinations({ rules = [] }: ReplicationConfiguration, context: CallContext): void {
  const { accountId, region } = context;
  const destinations = rules.flatMap((rule) => rule.destinations ?? []);
  if (!destinations.some((each) => each.region === region && each.registryId === accountId)) return;
  throw invalidParameter(
    'replicationConfiguration',
    'Replication destination cannot be the same as the source registry',
  );
}

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_RegistryScanningRule.html, "scanFrequency". */
function checkFrequencies({ scanType, rules = [] }: RegistryScanningConfiguration): void {
  const isContinuous = rules.some(({ scanFrequency }) => scanFrequency === 'CONTINUOUS_SCAN');
  if (scanType !== 'BASIC' || !isContinuous) return;
  throw invalidParameter('scanFrequency', 'CONTINUOUS_SCAN is not supported by the scan type BASIC');
}

function policyOf({ policy }: RegistrySettings, accountId: string): string {
  if (policy !== undefined) return policy;
  const message = `Registry policy does not exist in the registry with id '${accountId}'`;
  throw awsError(RegistryPolicyNotFoundException$, message);
}

function unknownSetting(name: string): AwsError {
  return invalidParameter(
    'name',
    `Member must satisfy enum value set: [${[...AT_FIRST.account.keys()].join(', ')}], not ${name}`,
  );
}

/** Without filters a rule is for every repository. The only kind of filter is a prefix. */
function startsWithFilter(name: string, filters: readonly RepositoryFilter[] | undefined): boolean {
  if (filters === undefined || filters.length === 0) return true;
  return filters.some(({ filter }) => filter !== undefined && name.startsWith(filter));
}
