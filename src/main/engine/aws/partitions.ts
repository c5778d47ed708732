import { partition } from '@aws-sdk/core/client';
import { CONSOLE_HOSTS } from '../../../shared/console-hosts.ts';

/**
 * The partition of a region as ARNs start with it, such as `aws-cn`, by the partition data of the AWS SDK. A region
 * that it does not know is matched by pattern, and is one of `aws` when no pattern fits.
 */
export function partitionOf(region: string): string {
  return partition(region).name;
}

/** The end of the service hosts of a region, such as `amazonaws.com.cn`. */
export function dnsSuffixOf(region: string): string {
  return partition(region).dnsSuffix;
}

/** The ARN of a resource of an account and region, such as `arn:aws-cn:ssm:cn-north-1:123456789012:parameter/x`. */
export function arnIn(
  { account, region }: { readonly account: string; readonly region: string },
  service: string,
  resource: string,
): string {
  return `arn:${partitionOf(region)}:${service}:${region}:${account}:${resource}`;
}

/** The origin of the AWS console for a region; undefined for a partition without a known console. */
export function consoleOrigin(region: string): string | undefined {
  const name = partitionOf(region);
  const host = CONSOLE_HOSTS.get(name);
  if (host === undefined) return undefined;
  // The console of aws leads to the region by itself; AWS documents the others with the region in front.
  return name === 'aws' ? `https://${host}` : `https://${region}.${host}`;
}

const ECR_HOST = /^(?<account>\d{12})\.dkr[.-]ecr(?:-fips)?\.(?<region>[a-z0-9-]+)\.(?<suffix>[a-z0-9.-]+)$/;

/**
 * Account and region of a registry host of ECR, with or without FIPS and IPv6; undefined for any other host.
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-requests.html
 */
export function ecrHost(host: string): { readonly account: string; readonly region: string } | undefined {
  const { account, region, suffix } = ECR_HOST.exec(host)?.groups ?? {};
  if (account === undefined || region === undefined || suffix === undefined) return undefined;
  const { dnsSuffix, dualStackDnsSuffix } = partition(region);
  const isOfPartition = suffix === dnsSuffix || suffix === dualStackDnsSuffix.replace(/^api\./, 'on.');
  return isOfPartition ? { account, region } : undefined;
}
