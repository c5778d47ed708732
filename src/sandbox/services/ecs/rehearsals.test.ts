import { afterEach, beforeEach, expect, it } from 'vitest';
import { startTestService, type TestService } from '../../testing/ecs-service.ts';

let web: TestService;
const lines = new Map<string, string[]>();
beforeEach(async () => {
  lines.clear();
  web = await startTestService({
    logs: {
      append: (group, stream, line) =>
        void lines.set(`${group} ${stream}`, [...(lines.get(`${group} ${stream}`) ?? []), line]),
    },
  });
});
afterEach(() => web.ecs.close());

const MINUTE = 60_000;
const SECRET = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:web/database-Qx7aBc';
const TARGET_GROUP = 'arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/web/1';
const APP = {
  secrets: [{ name: 'DATABASE_URL', valueFrom: SECRET }],
  logConfiguration: {
    logDriver: 'awslogs' as const,
    options: { 'awslogs-group': '/ecs/web', 'awslogs-region': 'us-east-1', 'awslogs-stream-prefix': 'ecs' },
  },
};

/** Creates the service with an image of a behaviour. Returns the first task that stopped. */
async function rehearse(behaviour: string) {
  const labels = { 'slipway.sandbox.behaviour': behaviour, 'slipway.sandbox.after-seconds': '60' };
  await web.create(await web.register(web.ecs.push('web:1.0', labels).reference, APP), {
    loadBalancers: [{ targetGroupArn: TARGET_GROUP, containerName: 'app', containerPort: 8080 }],
  });
  return (await web.tasks('STOPPED'))[0];
}

it.each([
  ['pull-not-permitted', 'TaskFailedToStart', /^CannotPullContainerError: .* 403 Forbidden$/],
  [
    'no-network',
    'TaskFailedToStart',
    /^CannotPullContainerError: The task cannot pull .* network configuration\.$/,
  ],
  [
    'secret-missing',
    'TaskFailedToStart',
    /^ResourceInitializationError: .*Qx7aBc.*can't find the specified secret/,
  ],
  ['role-missing', 'TaskFailedToStart', /^ECS was unable to assume the role/],
  ['exec-format-error', 'TaskFailedToStart', /exec format error$/],
  ['crash', 'EssentialContainerExited', /^Essential container in task exited$/],
  ['port-in-use', 'EssentialContainerExited', /^Essential container in task exited$/],
  ['unhealthy-target', 'ServiceSchedulerInitiated', /^Task failed ELB health checks in \(target-group/],
  ['spot-interruption', 'SpotInterruption', /^Your Spot Task was interrupted\.$/],
])('a task stops as in AWS: %s', async (behaviour, stopCode, stoppedReason) => {
  expect(await rehearse(behaviour)).toMatchObject({
    stopCode,
    stoppedReason: expect.stringMatching(stoppedReason),
  });
});

it('a task without capacity does not start, and is reported once', async () => {
  await rehearse('no-capacity');
  const messages = await web.messages();
  expect(messages.filter((message) => message.includes('Capacity is unavailable at this time'))).toHaveLength(
    1,
  );
  expect((await web.service()).runningCount).toBe(0);
});

it('a container writes its log from its start to its end', async () => {
  const task = await rehearse('port-in-use');
  const stream = `/ecs/web ecs/app/${task?.taskArn?.split('/').at(-1)}`;
  expect(lines.get(stream)).toEqual([
    expect.stringMatching(/^starting .*web:1\.0$/),
    'Error: listen EADDRINUSE: address already in use 0.0.0.0:8080',
    expect.any(String),
    expect.any(String),
  ]);
});

it('a container logs that it was asked to stop', async () => {
  await rehearse('none');
  await web.update({ desiredCount: 0 });
  web.ecs.clock.advance(5 * MINUTE);
  expect([...lines.values()].every((stream) => stream.at(-1) === 'bye')).toBe(true);
  expect(lines.size).toBe(4);
});
