import { partition } from '@aws-sdk/core/client';

/** The partition of a region as ARNs start with it, such as `aws` or `aws-cn`: by the partition data of the AWS SDK. */
export function partitionOf(region: string): string {
  return partition(region).name;
}

/** The ARN of an identity, which belongs to no region, as callers of a region see it. */
export function inPartitionOf(region: string, arn: string): string {
  return `arn:${partitionOf(region)}:${withoutPartition(arn)}`;
}

/** The part after the partition: an account of the sandbox exists in all of them. */
export function withoutPartition(arn: string): string {
  return arn.replace(/^arn:[^:]+:/, '');
}

const ECR_HOST = /^\d{12}\.dkr[.-]ecr(?:-fips)?\.(?<region>[a-z0-9-]+)\.(?<suffix>[a-z.-]+)$/;

/** Whether a host is one of ECR, with the DNS suffix of its region's partition. */
export function isEcrHost(host: string): boolean {
  const { region, suffix } = ECR_HOST.exec(host)?.groups ?? {};
  if (region === undefined || suffix === undefined) return false;
  const { dnsSuffix, dualStackDnsSuffix } = partition(region);
  return suffix === dnsSuffix || suffix === dualStackDnsSuffix.replace(/^api\./, 'on.');
}
