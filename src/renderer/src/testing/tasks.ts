import type { Task } from '../../../shared/model/task.ts';
import type { TaskDetail } from '../../../shared/model/task-detail.ts';

const ARN = 'arn:aws:ecs:us-east-1:111111111111';
let made = 0;

/** A running task of a revision in a zone, each with an id of its own. */
export function aTaskOf(revision: string, availabilityZone: string): Task {
  made += 1;
  const id = made.toString(16).padStart(32, '0');
  return {
    arn: `${ARN}:task/main/${id}`,
    id,
    state: 'healthy',
    revision,
    taskDefinitionArn: `${ARN}:task-definition/${revision}`,
    lastStatus: 'RUNNING',
    desiredStatus: 'RUNNING',
    health: 'HEALTHY',
    startedBy: 'ecs-svc/9078496420213882330',
    createdAt: '2026-01-02T03:00:10.000Z',
    startedAt: '2026-01-02T03:01:10.000Z',
    availabilityZone,
    containers: [
      {
        name: 'app',
        lastStatus: 'RUNNING',
        health: 'HEALTHY',
        image: '111111111111.dkr.ecr.us-east-1.amazonaws.com/acme/web:1.9.0',
        digest: `sha256:${'ab'.repeat(32)}`,
      },
      { name: 'sidecar', lastStatus: 'STOPPED', exitCode: 2, reason: 'OutOfMemoryError' },
    ],
  };
}

/** A protected task of web with all that ECS can tell of one. */
export const A_TASK_DETAIL: TaskDetail = {
  task: aTaskOf('web:42', 'us-east-1a'),
  service: 'web',
  deploymentArn: `${ARN}:service-deployment/main/web/abc`,
  launchType: 'EC2',
  capacityProvider: 'spot',
  platform: 'Linux',
  cpu: '1024',
  memory: '2048',
  ephemeralStorageGiB: 20,
  hasExec: true,
  network: {
    privateIpv4: '10.0.1.4',
    ipv6: '2001:db8::1',
    subnet: 'subnet-0a1b',
    networkInterface: 'eni-0a1b',
    macAddress: '0a:1b:2c:3d:4e:5f',
    dnsName: 'ip-10-0-1-4.ec2.internal',
    consoleUrl: 'https://console.aws.amazon.com/ec2/home',
  },
  instance: {
    arn: `${ARN}:container-instance/main/0123456789abcdef`,
    ec2: 'i-0123456789abcdef0',
    consoleUrl: 'https://console.aws.amazon.com/ec2/home',
  },
  times: [
    { what: 'created', at: '2026-01-02T03:00:10.000Z' },
    { what: 'started', at: '2026-01-02T03:01:10.000Z' },
  ],
  containers: [
    {
      name: 'app',
      isEssential: true,
      cpu: '512',
      memory: '1024',
      ports: ['10.0.1.4:32768 → 8080/tcp'],
      managedAgents: [{ name: 'ExecuteCommandAgent', lastStatus: 'RUNNING' }],
      restarts: { ignoredExitCodes: [0] },
    },
    { name: 'sidecar', isEssential: false, ports: [], managedAgents: [] },
  ],
  protection: { isProtected: true, until: '2026-01-02T05:00:00.000Z' },
  tags: [{ key: 'team', value: 'shop' }],
  events: [
    { id: '1', at: '2026-01-02T03:01:00.000Z', message: '(service web) has started 1 tasks: (task 0001).' },
  ],
  notRead: [],
};
