import {
  DescribeServiceRevisionsCommand,
  DescribeServicesCommand,
  ECSClient,
  ListTaskDefinitionsCommand,
} from '@aws-sdk/client-ecs';
import { createDockerProject, type DockerProject, dockerfile } from '../fixtures/docker-project.ts';
import { expect, test } from '../fixtures/test.ts';
import { cleanupView } from '../pages/cleanup-view.ts';
import { deployDialog } from '../pages/deploy-dialog.ts';
import { planForm } from '../pages/plan-form.ts';
import { rolloutCard } from '../pages/rollout-card.ts';
import { servicePage } from '../pages/service-page.ts';
import { servicesView } from '../pages/services-view.ts';

const CLUSTER = 'staging';
const SERVICE = 'web';
const DEPLOYED = 45_000;

test.skip(process.env.SLIPWAY_TEST_DOCKER_HOST === undefined, 'needs a Docker Engine');

test('builds, pushes, deploys, sees a crash rolled back, rolls back by hand and cleans up', async ({
  page,
  slipway,
}) => {
  test.setTimeout(180_000);
  const aws = new ECSClient({
    endpoint: slipway.sandboxEndpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' },
  });
  const project = await createDockerProject();
  const service = servicePage(page);
  const rollout = rolloutCard(page);

  try {
    await servicesView(page).open(CLUSTER, SERVICE);
    const before = await currentService(aws);

    const first = await test.step('build and push an image, and deploy it', async () => {
      const image = await buildAndPlan(page, project);
      await planForm(page).carryOut('Deploy', { why: 'SHOP-1182 Checkout rounding fix' });
      await expect(rollout.sentence).toContainText('successful', { timeout: DEPLOYED });
      return image;
    });
    await expect(service.whatRuns).toContainText(first.tag);
    expect(await runningDigest(aws)).toBe(first.digest);
    const good = await currentService(aws);
    expect(good.taskDefinition).not.toBe(before.taskDefinition);
    await rollout.dismiss();

    await test.step('deploy one that crashes, and read why ECS went back', async () => {
      await project.change('Dockerfile', dockerfile({ 'slipway.sandbox.behaviour': 'crash' }));
      await buildAndPlan(page, project);
      await planForm(page).carryOut('Deploy', { why: 'Try the new start' });
      await expect(rollout.sentence).toContainText('rolled back', { timeout: 120_000 });
      await expect(rollout.sentence).toContainText(/exited with 1/);
      await expect(rollout.sentence).not.toContainText('successful');
    });
    expect((await currentService(aws)).taskDefinition).toBe(good.taskDefinition);
    await rollout.dismiss();

    await test.step('roll back by hand to what ran before', async () => {
      await service.tab('History').click();
      await page
        .getByRole('link', { name: `Roll back to ${nameOf(before.taskDefinition)}` })
        .first()
        .click();
      await planForm(page).carryOut('Roll back', { why: 'The customers liked it better' });
      await expect(rollout.sentence).toContainText('successful', { timeout: DEPLOYED });
    });
    expect((await currentService(aws)).taskDefinition).toBe(before.taskDefinition);

    await test.step('clear old revisions', async () => {
      const family = nameOf(before.taskDefinition).split(':')[0] ?? '';
      await page.goto(new URL(`/a/sandbox/us-east-1/cleanup/${family}`, page.url()).href);
      const cleanup = cleanupView(page);
      await cleanup.show({ keepNewest: 2, deleteForGood: true });
      await expect(cleanup.revision(nameOf(before.taskDefinition))).toContainText('stays');
      await cleanup.run(family);
      await expect(cleanup.progress).toContainText('Done', { timeout: 90_000 });
    });
    const left = await activeRevisions(aws, nameOf(before.taskDefinition).split(':')[0] ?? '');
    expect(left).toContain(before.taskDefinition);
    expect(left.length).toBeLessThan(8);
  } finally {
    await project.remove();
    aws.destroy();
  }
});

/** Builds the project's folder in the deploy dialog, pushes it, and asks for the plan. */
async function buildAndPlan(
  page: Parameters<typeof deployDialog>[0],
  project: DockerProject,
): Promise<{ readonly tag: string; readonly digest: string }> {
  await servicePage(page).deploy.click();
  const dialog = deployDialog(page);
  const container = dialog.container('app');
  await container.openFolder(project.folder);
  await container.buildAndPush();
  await expect(container.chosen).toBeVisible({ timeout: 30_000 });
  const [, digest] = /(sha256:[0-9a-f]{64})/.exec((await container.chosen.textContent()) ?? '') ?? [];
  await dialog.plan();
  return { tag: (await project.commit()).slice(0, 7), digest: digest ?? 'no digest' };
}

async function currentService(
  aws: ECSClient,
): Promise<{ readonly taskDefinition: string; readonly revisionArn: string }> {
  const { services } = await aws.send(new DescribeServicesCommand({ cluster: CLUSTER, services: [SERVICE] }));
  const found = services?.[0];
  return {
    taskDefinition: found?.taskDefinition ?? '',
    revisionArn: found?.currentServiceRevisions?.[0]?.arn ?? '',
  };
}

/** The digest that the control plane says the service's revision runs. */
async function runningDigest(aws: ECSClient): Promise<string | undefined> {
  const { revisionArn } = await currentService(aws);
  const { serviceRevisions } = await aws.send(
    new DescribeServiceRevisionsCommand({ serviceRevisionArns: [revisionArn] }),
  );
  return serviceRevisions?.[0]?.containerImages?.find(({ containerName }) => containerName === 'app')
    ?.imageDigest;
}

async function activeRevisions(aws: ECSClient, family: string): Promise<readonly string[]> {
  const { taskDefinitionArns } = await aws.send(new ListTaskDefinitionsCommand({ familyPrefix: family }));
  return taskDefinitionArns ?? [];
}

/** `web:41` of its ARN. */
function nameOf(taskDefinitionArn: string): string {
  return taskDefinitionArn.slice(taskDefinitionArn.lastIndexOf('/') + 1);
}
