import { CreateServiceCommand, DeleteServiceCommand } from '@aws-sdk/client-ecs';
import {
  activeRevisions,
  ecsOf,
  readService,
  readTaskDefinition,
  revisionName,
} from '../fixtures/control-plane.ts';
import { MARKER_KEYS, PRINT_MARKER_KEYS } from '../fixtures/marker-secrets.ts';
import { expect, test } from '../fixtures/test.ts';
import { expectUsableByEveryone } from '../fixtures/usable-by-everyone.ts';
import { openAddress } from '../pages/address.ts';
import { clustersPage } from '../pages/clusters-page.ts';
import { deployDialog } from '../pages/deploy-dialog.ts';
import { journalPage } from '../pages/journal-page.ts';
import { planForm } from '../pages/plan-form.ts';
import { rolloutCard } from '../pages/rollout-card.ts';
import { servicePage } from '../pages/service-page.ts';
import { servicesView } from '../pages/services-view.ts';
import { windowFrame } from '../pages/window-frame.ts';

/** These run in one host only: page and engine do the same in all. The other tests show that failures reach the page in each host. */
const ONE_HOST = { tag: '@one-host' };

test('accounts that cannot be read say why, and the others work', async ({ startOwn, webServer, gate }) => {
  const keys = ['aws_access_key_id = sandbox', 'aws_secret_access_key = sandbox'];
  const { slipway, page } = await startOwn({
    awsConfig: [
      '[profile without-keys]',
      'region = eu-west-1',
      '[profile failing-process]',
      'region = us-east-1',
      `credential_process = ${PRINT_MARKER_KEYS} >&2; false --token hunter2`,
      // The keys are sent, so that every host has them in use when its page, files and output are searched for them.
      '[profile unknown-keys]',
      'region = us-east-1',
      ...MARKER_KEYS,
      `endpoint_url = ${gate.address}`,
      '[profile unknown-keys-of-process]',
      'region = us-east-1',
      `credential_process = ${PRINT_MARKER_KEYS}`,
      `endpoint_url = ${gate.address}`,
      // To AWS itself through the proxy with a password, which nothing listens at.
      '[profile behind-proxy]',
      'region = us-east-1',
      ...MARKER_KEYS,
      '[profile far-away]',
      'region = us-east-1',
      ...keys,
      'endpoint_url = http://127.0.0.1:1',
      '[profile web-page]',
      'region = us-east-1',
      ...keys,
      `endpoint_url = ${webServer.address}`,
      '',
    ].join('\n'),
  });
  gate.forwardTo(slipway.sandboxEndpoint);
  const frame = windowFrame(page);
  const clusters = clustersPage(page);
  // At its start: what is known of an account arrives beside its name, and takes space from the middle of the link.
  const open = (account: string) => frame.account(account).click({ position: { x: 10, y: 10 } });

  await test.step('a profile without keys', async () => {
    await open('without-keys');
    await expect(frame.notice).toContainText('The profile without-keys has no credentials. Add keys');
  });
  await test.step('a profile whose credential_process fails', async () => {
    await open('failing-process');
    const question = page.getByRole('dialog', { name: 'Run a command for credentials?' });
    await expect(question).toContainText('false --token [hidden]');
    await question.getByRole('button', { name: 'Run the command' }).click();
    await expect(frame.notice).toContainText(
      'The credential_process of the profile failing-process (line 5 of',
    );
    await expect(frame.notice).toContainText('failed with exit code 1.');
    await expect(frame.notice).not.toContainText('hunter2');
  });
  await test.step('keys that AWS refuses, of a file and of a process', async () => {
    await open('unknown-keys');
    await expect(frame.notice).toContainText('AWS does not accept the credentials of unknown-keys.');
    await open('unknown-keys-of-process');
    await page
      .getByRole('dialog', { name: 'Run a command for credentials?' })
      .getByRole('button', { name: 'Run the command' })
      .click();
    await expect(frame.notice).toContainText(
      'AWS does not accept the credentials of unknown-keys-of-process.',
    );
  });
  await test.step('a proxy that nothing listens at', async () => {
    await open('behind-proxy');
    await expect(frame.notice).toContainText("Couldn't reach");
  });
  await test.step('an endpoint that nothing listens at', async () => {
    await open('far-away');
    await expect(frame.notice).toContainText("Couldn't reach 127.0.0.1:1");
    await expect(frame.notice).toContainText('Check the network and the endpoint of the account.');
    await expect(clusters.problem).toBeHidden();
    await expect(frame.tryAgainNow).toBeEnabled();
  });
  await test.step('an answer that is not JSON', async () => {
    await open('web-page');
    await expect(clusters.problem).toContainText('did not answer with JSON');
    await expect(clusters.problem).toContainText('Check the endpoint.');
  });
  await test.step('the sandbox next to them', async () => {
    await open('sandbox');
    await frame.cluster('staging').click();
    await expect(servicesView(page).rows).toHaveCount(3);
    await expect(frame.notice).toBeHidden();
  });
});

test(
  'a damaged AWS file is named with its line, and the other accounts are listed',
  ONE_HOST,
  async ({ startOwn }) => {
    const { page } = await startOwn({
      awsConfig: ['[profile fine]', 'region = eu-west-1', '[profile broken', 'region = eu-west-2', ''].join(
        '\n',
      ),
    });
    const frame = windowFrame(page);
    await expect(frame.accountsProblem).toContainText('Line 3 of');
    await expect(frame.accountsProblem).toContainText(
      'neither a section such as [profile name] nor a setting',
    );
    await expect(frame.account('fine')).toBeVisible();
    // With several accounts a first start opens none of them by itself.
    await frame.account('sandbox').click();
    await expect(frame.cluster('production')).toBeVisible();
  },
);

test('without a Docker Engine tags can still be deployed', ONE_HOST, async ({ startOwn }) => {
  const { page } = await startOwn({ environment: { DOCKER_HOST: 'unix:///nowhere/docker.sock' } });
  await expect(windowFrame(page).status).toContainText('No Docker Engine');
  await openAddress(page, '/a/sandbox/us-east-1/c/staging/s/web?dialog=deploy');
  const container = deployDialog(page).container('app');
  await container.chooseOrigin('Build from a folder');
  await expect(container.problem).toContainText(
    'The Docker Engine of this machine does not answer. Start Docker',
  );
  await container.chooseTag('1.10.2');
  await expect(container.chosen).toBeVisible();
});

test(
  'a Dockerfile that fails to build shows the failing step, and can be tried again',
  ONE_HOST,
  async ({ page, project }) => {
    await project.change('Dockerfile', 'FROM scratch\nCOPY no-such-file /\n');
    await openAddress(page, '/a/sandbox/us-east-1/c/staging/s/web?dialog=deploy');
    const dialog = deployDialog(page);
    const container = dialog.container('app');
    await container.openFolder(project.folder);
    await container.buildAndPush();
    await expect(container.buildLog).toContainText('Step 1/5 : FROM scratch');
    await expect(container.problem).toContainText('Step 2 of 5 (COPY no-such-file /) failed');
    await expect(container.problem).toContainText('Correct that and build again.');
    await expect(dialog.planButton).toBeDisabled();
    await expect(container.build).toBeEnabled();
    await container.chooseTag('1.10.2');
    await expect(dialog.planButton).toBeEnabled();
  },
);

test(
  'a refused push is reported, and repositories that do not exist are not offered',
  ONE_HOST,
  async ({ page, project }) => {
    await openAddress(page, '/a/sandbox/us-east-1/c/production/s/session?dialog=deploy');
    const dialog = deployDialog(page);
    const container = dialog.container('app');
    await container.openFolder(project.folder);
    await container.tagAs('1.3.1');
    await container.buildAndPush();
    await expect(container.problem).toContainText('1.3.1');
    await expect(container.problem).toContainText('Choose a tag that is free: 1.3.2');
    await expect(dialog.planButton).toBeDisabled();

    await container.repository.fill('no-such-repository');
    await expect(container.repositoryOptions).toContainText('No matching repository');
  },
);

test(
  'a service that is deleted while its page is open stays readable, without actions',
  ONE_HOST,
  async ({ startOwn }) => {
    const { page, slipway } = await startOwn({});
    const ecs = ecsOf(slipway);
    const { taskDefinition, networkConfiguration } = await readService(ecs, 'tools', 'dashboard');
    await ecs.send(
      new CreateServiceCommand({
        cluster: 'tools',
        serviceName: 'short-lived',
        taskDefinition,
        networkConfiguration,
        desiredCount: 0,
      }),
    );
    await openAddress(page, '/a/sandbox/us-east-1/c/tools/s/short-lived');
    const service = servicePage(page);
    await expect(service.deploy).toBeEnabled();
    await ecs.send(new DeleteServiceCommand({ cluster: 'tools', service: 'short-lived' }));
    await slipway.clock.run();

    await expect(service.notice).toContainText('short-lived was deleted.');
    await expect(service.deploy).toBeDisabled();
    await expect(service.heading).toHaveText('short-lived');
    await servicesView(page).service('dashboard').click();
    await expect(service.deploy).toBeEnabled();
    ecs.destroy();
  },
);

test('a deploy that stops before UpdateService can be resumed or its revision deregistered', async ({
  startOwn,
  gate,
}) => {
  const { slipway, page } = await startOwn({
    awsConfig: [
      '[profile gated]',
      'region = us-east-1',
      'aws_access_key_id = sandbox',
      'aws_secret_access_key = sandbox',
      `endpoint_url = ${gate.address}`,
      '',
    ].join('\n'),
  });
  gate.forwardTo(slipway.sandboxEndpoint);
  gate.refuse('UpdateService');
  const ecs = ecsOf(slipway);
  const address = '/a/profile%3Agated/us-east-1/c/staging/s/web';
  const before = await readService(ecs, 'staging', 'web');
  const plan = planForm(page);
  const deploy = async (tag: string): Promise<string> => {
    await openAddress(page, `${address}?dialog=deploy`);
    await deployDialog(page).container('app').chooseTag(tag);
    await deployDialog(page).plan();
    await plan.carryOut('Deploy', { why: `Release ${tag}` });
    await expect(plan.problem).toContainText('ecs:UpdateService');
    await expect(plan.sent).toContainText('RegisterTaskDefinition');
    await expect(plan.continueDeployment).toBeInViewport();
    await expect(plan.action('Deploy')).toBeDisabled();
    const [newest] = (await activeRevisions(ecs, 'staging-web')).toReversed();
    return revisionName(newest);
  };

  const discarded = await test.step('deregister the registered revision', async () => {
    const revision = await deploy('1.10.2');
    await expect(plan.problem).toContainText(revision);
    await expect(plan.deregister).toHaveText(`Deregister ${revision}`);
    await plan.deregister.click();
    // A new plan, from the start.
    await expect(plan.problem).toBeHidden();
    await expect(plan.action('Deploy')).toBeEnabled();
    await expect.poll(async () => (await readTaskDefinition(ecs, revision)).status).toBe('INACTIVE');
    return revision;
  });
  expect((await readService(ecs, 'staging', 'web')).taskDefinition).toBe(before.taskDefinition);

  const resumed = await test.step('resume once it is allowed', async () => {
    const revision = await deploy('1.10.3');
    gate.refuse(undefined);
    await plan.continueDeployment.click();
    await expect(rolloutCard(page).sentence).toContainText('In progress');
    return revision;
  });
  expect(resumed).not.toBe(discarded);
  await expect
    .poll(async () => revisionName((await readService(ecs, 'staging', 'web')).taskDefinition))
    .toBe(resumed);

  await windowFrame(page).journal.click();
  await expect(journalPage(page).entry('Release 1.10.2')).toContainText('Deregistered');
  await expect(journalPage(page).entry('Release 1.10.3')).not.toContainText('Unfinished');
  ecs.destroy();
});

test('a lost network is reported once, with the time of the next try, and the page continues after it', async ({
  startOwn,
  gate,
}) => {
  const { slipway, page } = await startOwn({
    awsConfig: [
      '[profile gated]',
      'region = us-east-1',
      'aws_access_key_id = sandbox',
      'aws_secret_access_key = sandbox',
      `endpoint_url = ${gate.address}`,
      '',
    ].join('\n'),
  });
  gate.forwardTo(slipway.sandboxEndpoint);
  const frame = windowFrame(page);
  const rollout = rolloutCard(page);
  await openAddress(page, '/a/profile%3Agated/us-east-1/c/production/s/web');
  await expect(rollout.sentence).toContainText('In progress');

  gate.forwardTo(undefined);
  await expect(frame.notice).toContainText("Couldn't reach 127.0.0.1");
  await expect(frame.nextTry).toBeVisible();
  await expect(rollout.sentence).toContainText('Not up to date: no connection to AWS.');
  await expect(page.getByText("Couldn't reach")).toHaveCount(1);
  await expectUsableByEveryone(page);

  gate.forwardTo(slipway.sandboxEndpoint);
  // A try that runs by itself may be the one that succeeds, and takes the button away.
  await expect(async () => {
    if (await frame.tryAgainNow.isEnabled({ timeout: 500 }).catch(() => false)) {
      await frame.tryAgainNow.click({ timeout: 1_000 });
    }
    await expect(frame.nextTry).toBeHidden({ timeout: 1_000 });
  }).toPass();
  await expect(rollout.sentence).not.toContainText('Not up to date');
  await expect(rollout.sentence).toContainText('In progress');
});
