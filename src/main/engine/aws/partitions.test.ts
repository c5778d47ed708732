import { expect, it } from 'vitest';
import { arnIn, consoleOrigin, dnsSuffixOf, ecrHost } from './partitions.ts';

it.each([
  ['eu-central-1', 'aws', 'amazonaws.com', 'on.aws', 'console.aws.amazon.com'],
  ['xx-newplace-1', 'aws', 'amazonaws.com', 'on.aws', 'console.aws.amazon.com'],
  ['cn-north-1', 'aws-cn', 'amazonaws.com.cn', 'on.amazonwebservices.com.cn', 'console.amazonaws.cn'],
  ['us-gov-west-1', 'aws-us-gov', 'amazonaws.com', 'on.aws', 'console.amazonaws-us-gov.com'],
  [
    'eusc-de-east-1',
    'aws-eusc',
    'amazonaws.eu',
    'on.amazonwebservices.eu',
    'eusc-de-east-1.console.amazonaws-eusc.eu',
  ],
  ['eusc-de-west-7', 'aws-eusc', 'amazonaws.eu', 'on.amazonwebservices.eu', 'console.amazonaws-eusc.eu'],
  ['us-iso-east-1', 'aws-iso', 'c2s.ic.gov', 'on.aws.ic.gov', 'console.c2shome.ic.gov'],
  ['us-isob-east-1', 'aws-iso-b', 'sc2s.sgov.gov', 'on.aws.scloud', 'console.sc2shome.sgov.gov'],
  ['eu-isoe-west-1', 'aws-iso-e', 'cloud.adc-e.uk', 'on.cloud-aws.adc-e.uk', 'console.csphome.adc-e.uk'],
  ['us-isof-south-1', 'aws-iso-f', 'csp.hci.ic.gov', 'on.aws.hci.ic.gov', 'console.csphome.hci.ic.gov'],
])('knows ARNs, registries and the console of %s', (region, partition, suffix, dualStack, console) => {
  const account = '123456789012';
  expect(arnIn({ account, region }, 'ecr', 'repository/web')).toBe(
    `arn:${partition}:ecr:${region}:${account}:repository/web`,
  );
  expect(dnsSuffixOf(region)).toBe(suffix);
  const place = { account, region };
  expect(ecrHost(`${account}.dkr.ecr.${region}.${suffix}`)).toEqual(place);
  expect(ecrHost(`${account}.dkr.ecr-fips.${region}.${suffix}`)).toEqual(place);
  expect(ecrHost(`${account}.dkr-ecr.${region}.${dualStack}`)).toEqual(place);
  expect(consoleOrigin(region)).toMatch(/^https:\/\//);
  expect(consoleOrigin(region)).toContain(console);
});

it.each([
  '123456789012.dkr.ecr.cn-north-1.amazonaws.com',
  '123456789012.dkr.ecr.eu-west-1.amazonaws.com.cn',
  '123456789012.dkr.ecr.eu-west-1.amazonaws.com.evil.example',
  '123456789012.dkr.ecr.eu-west-1.amazonaws.eu',
  '1234.dkr.ecr.eu-west-1.amazonaws.com',
  'public.ecr.aws',
  'docker.io',
])('takes %s for no registry of ECR', (host) => {
  expect(ecrHost(host)).toBeUndefined();
});
