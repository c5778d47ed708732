import { CreateStateMachineCommand, SFNClient } from '@aws-sdk/client-sfn';
import type { Slipway } from '../fixtures/slipway.ts';
import { expect, test } from '../fixtures/test.ts';
import { expectUsableByEveryone } from '../fixtures/usable-by-everyone.ts';
import { openAddress } from '../pages/address.ts';
import { cleanupView } from '../pages/cleanup-view.ts';
import { familiesPage } from '../pages/families-page.ts';

const FAMILY = 'report-nightly';
const READ = { timeout: 180_000 };

test('a revision that a schedule runs is kept, and a schedule that names none must be acknowledged', async ({
  startOwn,
}) => {
  // Of its own, because its state machine would be in the way of every other clean-up.
  const { page, slipway } = await startOwn({});
  await openAddress(page, `/a/sandbox/us-east-1/families/${FAMILY}`);
  const families = familiesPage(page);
  const scheduled = families.revisions.filter({ hasText: `${FAMILY}:14` });
  await expect(scheduled).toContainText('the schedule nightly-report runs it', READ);

  await computeAtRunTime(slipway);
  await openAddress(page, `/a/sandbox/us-east-1/cleanup/${FAMILY}`);
  const cleanup = cleanupView(page);
  await cleanup.show({ keepNewest: 2, deletePermanently: false });
  await cleanup.showAll();
  await expect(cleanup.revision(`${FAMILY}:14`)).toContainText('the schedule nightly-report runs it', READ);
  await expect(cleanup.revision(`${FAMILY}:9`)).toContainText('the state machine month-end runs it');
  const go = page.getByRole('button', { name: /^Deregister 13/ });
  await expect(go).toBeDisabled();
  await expectUsableByEveryone(page);

  await page.getByRole('checkbox', { name: /checked the state machine on-demand/ }).check();
  await go.click();
  await expect(cleanup.progress).toContainText('Succeeded', READ);
  await expect(cleanup.progress).toContainText('13 of 13 deregistered');
});

async function computeAtRunTime({ sandboxEndpoint }: Slipway): Promise<void> {
  const machines = new SFNClient({
    endpoint: sandboxEndpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' },
  });
  const Run = {
    Type: 'Task',
    Resource: 'arn:aws:states:::ecs:runTask.sync',
    Parameters: { 'TaskDefinition.$': '$.revision' },
    End: true,
  };
  await machines.send(
    new CreateStateMachineCommand({
      name: 'on-demand',
      roleArn: 'arn:aws:iam::123456789012:role/on-demand',
      definition: JSON.stringify({ StartAt: 'Run', States: { Run } }),
    }),
  );
}
