import * as autoScaling from '@aws-sdk/client-application-auto-scaling';
import * as cloudFormation from '@aws-sdk/client-cloudformation';
import * as cloudWatch from '@aws-sdk/client-cloudwatch';
import * as logs from '@aws-sdk/client-cloudwatch-logs';
import * as codeDeploy from '@aws-sdk/client-codedeploy';
import * as tables from '@aws-sdk/client-dynamodb';
import * as ecr from '@aws-sdk/client-ecr';
import * as ecs from '@aws-sdk/client-ecs';
import * as balancers from '@aws-sdk/client-elastic-load-balancing-v2';
import * as events from '@aws-sdk/client-eventbridge';
import * as iam from '@aws-sdk/client-iam';
import * as keys from '@aws-sdk/client-kms';
import * as s3 from '@aws-sdk/client-s3';
import * as scheduler from '@aws-sdk/client-scheduler';
import * as secrets from '@aws-sdk/client-secrets-manager';
import * as stateMachines from '@aws-sdk/client-sfn';
import * as parameters from '@aws-sdk/client-ssm';
import * as portal from '@aws-sdk/client-sso';
import * as oidc from '@aws-sdk/client-sso-oidc';
import * as sts from '@aws-sdk/client-sts';
import * as signIn from '@aws-sdk/nested-clients/signin';
import { cbor } from '@smithy/core/cbor';
import { HttpRequest } from '@smithy/core/protocols';
import { Hash } from '@smithy/core/serde';
import { SignatureV4 } from '@smithy/signature-v4';
import type { StaticOperationSchema } from '@smithy/types';
import type { FuzzValues } from './fuzz-values.ts';
import type { Random } from './random.ts';

/** For tests: a request before it is on the wire. */
export interface FuzzRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

interface Speech {
  readonly sdk: object;
  /** By which protocol the service is called, and the name that it has there. */
  readonly protocol: 'json' | 'query' | 'rest';
  readonly name: string;
  /** Its name in the sandbox. */
  readonly service: string;
}

const SPEECHES: readonly Speech[] = [
  { sdk: ecs, protocol: 'json', name: 'AmazonEC2ContainerServiceV20141113', service: 'ECS' },
  { sdk: ecr, protocol: 'json', name: 'AmazonEC2ContainerRegistry_V20150921', service: 'ECR' },
  { sdk: logs, protocol: 'json', name: 'Logs_20140328', service: 'Logs' },
  { sdk: cloudWatch, protocol: 'json', name: 'GraniteServiceVersion20100801', service: 'CloudWatch' },
  { sdk: codeDeploy, protocol: 'json', name: 'CodeDeploy_20141006', service: 'CodeDeploy' },
  {
    sdk: autoScaling,
    protocol: 'json',
    name: 'AnyScaleFrontendService',
    service: 'Application-AutoScaling',
  },
  { sdk: events, protocol: 'json', name: 'AWSEvents', service: 'Events' },
  { sdk: stateMachines, protocol: 'json', name: 'AWSStepFunctions', service: 'States' },
  { sdk: secrets, protocol: 'json', name: 'secretsmanager', service: 'SecretsManager' },
  { sdk: parameters, protocol: 'json', name: 'AmazonSSM', service: 'SSM' },
  { sdk: keys, protocol: 'json', name: 'TrentService', service: 'KMS' },
  { sdk: tables, protocol: 'json', name: 'DynamoDB_20120810', service: 'DynamoDB' },
  { sdk: sts, protocol: 'query', name: '2011-06-15', service: 'STS' },
  { sdk: iam, protocol: 'query', name: '2010-05-08', service: 'IAM' },
  { sdk: balancers, protocol: 'query', name: '2015-12-01', service: 'ElasticLoadBalancing' },
  { sdk: cloudFormation, protocol: 'query', name: '2010-05-15', service: 'CloudFormation' },
  { sdk: cloudWatch, protocol: 'query', name: '2010-08-01', service: 'CloudWatch' },
  { sdk: oidc, protocol: 'rest', name: '', service: 'SSO-OAuth' },
  { sdk: portal, protocol: 'rest', name: '', service: 'SSO' },
  { sdk: signIn, protocol: 'rest', name: '', service: 'Signin' },
  { sdk: scheduler, protocol: 'rest', name: '', service: 'Scheduler' },
  { sdk: s3, protocol: 'rest', name: '', service: 'S3' },
];

interface Call {
  readonly speech: Speech;
  readonly schema: StaticOperationSchema;
}

/**
 * Makes requests for operations of the sandbox.
 *
 * @param operations such as `ECS.ListServices`
 * @throws Error when one of them has no schema here: then it would never be fuzzed.
 */
export function createFuzzCalls(
  operations: readonly string[],
  random: Random,
  values: FuzzValues,
): () => FuzzRequest {
  const calls = operations.flatMap((operation) => {
    const [service, name] = operation.split('.');
    const found = SPEECHES.filter((speech) => speech.service === service).flatMap((speech) =>
      schemasOf(speech.sdk)
        .filter((schema) => schema[2] === name)
        .map((schema): Call => ({ speech, schema })),
    );
    if (found.length === 0) throw new Error(`There is no schema for ${operation}.`);
    return found;
  });

  return () => {
    const call = random.pickFrom(calls);
    if (call === undefined) throw new Error('The sandbox has no operations.');
    const input = values.of(call.schema[4]);
    switch (call.speech.protocol) {
      case 'json':
        return random.chance(0.05) ? cborCall(call, input) : jsonCall(call, JSON.stringify(input));
      case 'query':
        return queryCall(call, input);
      case 'rest':
        return restCall(call, input, values);
    }
  };
}

function schemasOf(sdk: object): readonly StaticOperationSchema[] {
  return Object.values(sdk).filter(
    (value): value is StaticOperationSchema => Array.isArray(value) && value[0] === 9,
  );
}

function jsonCall({ speech, schema }: Call, body: string): FuzzRequest {
  const headers = {
    'content-type': 'application/x-amz-json-1.1',
    'x-amz-target': `${speech.name}.${schema[2]}`,
  };
  return { method: 'POST', target: '/', headers, body: Buffer.from(body) };
}

function cborCall({ speech, schema }: Call, input: unknown): FuzzRequest {
  const headers = { 'content-type': 'application/cbor', 'smithy-protocol': 'rpc-v2-cbor' };
  const target = `/service/${speech.name}/operation/${schema[2]}`;
  return { method: 'POST', target, headers, body: Buffer.from(cbor.serialize(input)) };
}

function queryCall({ speech, schema }: Call, input: unknown): FuzzRequest {
  const form = new URLSearchParams({ Action: schema[2], Version: speech.name });
  for (const [name, value] of flattened(input, '')) form.append(name, value);
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  return { method: 'POST', target: '/', headers, body: Buffer.from(form.toString()) };
}

function flattened(value: unknown, name: string): readonly (readonly [string, string])[] {
  if (Array.isArray(value))
    return value.flatMap((each, index) => flattened(each, `${name}.member.${index + 1}`));
  if (typeof value !== 'object' || value === null) return [[name, String(value)]];
  return Object.entries(value).flatMap(([member, each]) =>
    flattened(each, name === '' ? member : `${name}.${member}`),
  );
}

function restCall({ schema }: Call, input: unknown, values: FuzzValues): FuzzRequest {
  const traits = schema[3];
  const [method, path] = typeof traits === 'object' ? (traits.http ?? ['GET', '/']) : ['GET', '/'];
  const target = path.replaceAll(/\{\w+\}/g, (label) =>
    encodeURIComponent(values.text(label.slice(1, -1)).toWellFormed()),
  );
  const headers = { 'content-type': 'application/json' };
  return {
    method,
    target,
    headers,
    body: method === 'GET' ? Buffer.alloc(0) : Buffer.from(JSON.stringify(input)),
  };
}

const CREDENTIALS = { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' };

/** The request with the headers that sign it. */
export async function signed({ method, target, headers, body }: FuzzRequest): Promise<FuzzRequest> {
  const signer = new SignatureV4({
    credentials: CREDENTIALS,
    region: 'us-east-1',
    service: 'ecs',
    sha256: Hash.bind(null, 'sha256'),
    applyChecksum: false,
  });
  const [path = '/', search = ''] = target.split('?');
  const query = Object.fromEntries(new URLSearchParams(search));
  const request = new HttpRequest({ method, path, query, headers: { host: 'localhost', ...headers }, body });
  const { host: _host, ...all } = (await signer.sign(request)).headers;
  return { method, target, headers: all, body };
}
