import { describe, expect, it } from 'vitest';
import { normalize } from './failure-meanings.ts';

/** Words that ECS, containerd and Docker have really written. */
const LABELS: readonly (readonly [string, string])[] = [
  [
    'image-not-found',
    'CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref 111122223333.dkr.ecr.eu-central-1.amazonaws.com/web:2: 111122223333.dkr.ecr.eu-central-1.amazonaws.com/web:2: not found',
  ],
  ['image-not-found', 'CannotPullImageManifestError: Error response from daemon: manifest unknown'],
  [
    'pull-not-permitted',
    "CannotPullContainerError: Error response from daemon: pull access denied for acme/web, repository does not exist or may require 'docker login': denied: User: arn:aws:sts::111122223333:assumed-role/ecsTaskExecutionRole is not authorized to perform: ecr:BatchGetImage on resource: arn:aws:ecr:eu-central-1:111122223333:repository/web",
  ],
  [
    'pull-not-permitted',
    'ResourceInitializationError: unable to pull secrets or registry auth: The task cannot pull registry auth from Amazon ECR: execution resource retrieval failed: unable to retrieve ecr registry auth: service call has been retried 1 time(s): AccessDeniedException: User is not authorized to perform: ecr:GetAuthorizationToken',
  ],
  [
    'registry-unreachable',
    'ResourceInitializationError: unable to pull secrets or registry auth: The task cannot pull registry auth from Amazon ECR: There is a connection issue between the task and Amazon ECR. Check your task network configuration. RequestError: send request failed caused by: Post "https://api.ecr.eu-central-1.amazonaws.com/": dial tcp 10.0.1.7:443: i/o timeout',
  ],
  [
    'registry-unreachable',
    'CannotPullContainerError: pull image manifest has been retried 5 time(s): failed to resolve ref docker.io/library/nginx:1: failed to do request: Head "https://registry-1.docker.io/v2/library/nginx/manifests/1": dial tcp 34.205.13.154:443: i/o timeout',
  ],
  [
    'registry-unreachable',
    'CannotPullContainerError: request canceled while waiting for connection (Client.Timeout exceeded while awaiting headers)',
  ],
  [
    'wrong-architecture',
    "CannotPullContainerError: pull image manifest has been retried 1 time(s): image Manifest does not contain descriptor matching platform 'linux/amd64'",
  ],
  ['wrong-architecture', 'CannotStartContainerError: failed to start shim: exec /app: exec format error'],
  ['out-of-memory', 'OutOfMemoryError: Container killed due to memory usage'],
  [
    'secret-missing',
    "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve secret from asm: service call has been retried 1 time(s): failed to fetch secret arn:aws:secretsmanager:eu-central-1:111122223333:secret:db from secrets manager: ResourceNotFoundException: Secrets Manager can't find the specified secret.",
  ],
  [
    'secret-missing',
    'ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve secrets from ssm: service call has been retried 1 time(s): invalid parameters: /web/db',
  ],
  [
    'log-group-missing',
    'ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: failed to create Cloudwatch log stream: ResourceNotFoundException: The specified log group does not exist. : exit status 1',
  ],
  [
    'role-missing',
    "ECS was unable to assume the role 'arn:aws:iam::111122223333:role/web' that was provided for this task. Please verify that the role being passed has the proper trust relationship and permissions and that your IAM user has permissions to pass this role.",
  ],
  [
    'port-in-use',
    'CannotStartContainerError: Error response from daemon: driver failed programming external connectivity on endpoint: Bind for 0.0.0.0:8080 failed: port is already allocated',
  ],
  ['container-health', 'Task failed container health checks'],
  [
    'no-capacity',
    '(service web) was unable to place a task because no container instance met all of its requirements. The closest matching (container-instance 5f53dcf9) has insufficient memory available.',
  ],
  [
    'port-in-use',
    '(service web) was unable to place a task because no container instance met all of its requirements. The closest matching (container-instance 5f53dcf9) is already using a port required by your task.',
  ],
  [
    'no-capacity',
    'Capacity is unavailable at this time. Please try again later or in a different availability zone',
  ],
];

describe('meaningOf', () => {
  it.each(LABELS)('recognizes %s in %s', (kind, words) => {
    expect(normalize(words)?.kind).toBe(kind);
  });

  it('returns nothing for an unknown message', () => {
    expect(normalize('Something that nobody has seen')).toBeUndefined();
  });
});
