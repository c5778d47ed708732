import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventBridgeClient, ListTargetsByRuleCommand } from '@aws-sdk/client-eventbridge';
import { DeleteScheduleCommand, ListSchedulesCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { DescribeStateMachineCommand, ListStateMachinesCommand, SFNClient } from '@aws-sdk/client-sfn';
import { expect, it } from 'vitest';
import { startSandbox } from '../start.ts';

it('task triggers are kept over a restart, and deleted ones stay deleted', async () => {
  const dataFolder = await mkdtemp(join(tmpdir(), 'slipway-task-triggers-'));
  const first = await startSandbox({ scenario: 'demo', dataFolder });
  await new SchedulerClient(first).send(new DeleteScheduleCommand({ Name: 'nightly-report' }));
  await first.close();

  const second = await startSandbox({ scenario: 'demo', dataFolder });
  const { Schedules } = await new SchedulerClient(second).send(new ListSchedulesCommand({}));
  expect(Schedules).toEqual([]);
  const targets = new ListTargetsByRuleCommand({ Rule: 'migrate-orders' });
  expect(await new EventBridgeClient(second).send(targets)).toMatchObject({ Targets: [{ Id: 'migrate' }] });
  const machines = new SFNClient(second);
  const { stateMachines = [] } = await machines.send(new ListStateMachinesCommand({}));
  const [machine] = stateMachines;
  const found = await machines.send(
    new DescribeStateMachineCommand({ stateMachineArn: machine?.stateMachineArn }),
  );
  expect(found.definition).toContain('report-nightly:9');
  await second.close();
  await rm(dataFolder, { recursive: true });
});
