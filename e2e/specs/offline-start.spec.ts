import { expect, test } from '../fixtures/test.ts';
import { expectUsableByEveryone } from '../fixtures/usable-by-everyone.ts';
import { openAddress } from '../pages/address.ts';
import { servicePage } from '../pages/service-page.ts';
import { windowFrame } from '../pages/window-frame.ts';

test('a start without a network shows the last state of a service with its age, and changes nothing', async ({
  startOwn,
  gate,
}, info) => {
  const options = {
    awsConfig: [
      '[profile gated]',
      'region = us-east-1',
      'aws_access_key_id = sandbox',
      'aws_secret_access_key = sandbox',
      `endpoint_url = ${gate.address}`,
      '',
    ].join('\n'),
    environment: { SLIPWAY_DATA: info.outputPath('data') },
  };
  const address = '/a/profile%3Agated/us-east-1/c/production/s/checkout';
  const before = await startOwn(options);
  gate.forwardTo(before.slipway.sandboxEndpoint);
  await openAddress(before.page, address);
  await expect(servicePage(before.page).running.first()).toBeVisible();

  gate.forwardTo(undefined);
  const { page } = await startOwn(options);
  const frame = windowFrame(page);
  await openAddress(page, address);
  await expect(page.getByText(/^Last read .+ ago\. Nothing can be changed/)).toBeVisible();
  await expect(servicePage(page).running.first()).toBeVisible();
  await expect(frame.notice).toContainText("Couldn't reach 127.0.0.1");
  await expect(frame.nextTry).toBeVisible();
  await expect(page.getByText("Couldn't reach")).toHaveCount(1);
  await expect(servicePage(page).deploy).toBeDisabled();
  await expectUsableByEveryone(page);

  gate.forwardTo(before.slipway.sandboxEndpoint);
  // The next try runs by itself.
  await expect(page.getByText(/^Last read/)).toBeHidden();
  await expect(servicePage(page).deploy).toBeEnabled();
});
