import type { Diagnosis } from '../../../shared/model/deployment.ts';

/** A container that needs more memory than it may use. */
export const A_DIAGNOSIS: Diagnosis = {
  kind: 'out-of-memory',
  sentence: 'app exited with 137, out of memory at 512 MiB, 3 times; ECS rolled back to web:41.',
  help: 'Raise the memory of app above 512 MiB.',
  moreMemory: {
    from: 'arn:aws:ecs:us-east-1:111111111111:task-definition/web:42',
    container: 'app',
    beforeMiB: 512,
    afterMiB: 1024,
    change: { memory: '1024' },
  },
  failureTimeline: [
    { words: 'scale up', state: 'passed' },
    { words: 'killed 137', state: 'failed' },
    { words: 'rolled back', state: 'back' },
  ],
  stoppedTasks: [
    {
      kind: 'out-of-memory',
      taskId: '7c1e40',
      cause: 'ran out of memory',
      container: 'app',
      exitCode: 137,
      times: 3,
      livedMs: { least: 38_000, most: 52_000 },
      reason: 'OutOfMemoryError: Container killed due to memory usage',
    },
  ],
  lastLines: {
    container: 'app',
    taskId: '7c1e40',
    logGroup: '/ecs/web',
    logStream: 'ecs/app/7c1e40',
    consoleUrl: 'https://console.aws.amazon.com/cloudwatch/home?region=us-east-1#logsV2:log-groups',
    lines: [{ at: '2026-01-02T15:51:33.061Z', text: 'heap 498 MiB of 512 MiB' }, { text: 'Killed' }],
  },
  targets: [],
  alarms: [],
  events: [],
  gaps: [],
};
