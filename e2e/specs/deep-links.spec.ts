import { expect, test } from '../fixtures/test.ts';
import { expectUsableByEveryone } from '../fixtures/usable-by-everyone.ts';
import { loadToLook, lookAt } from '../pages/address.ts';

const HERE = '/a/sandbox/us-east-1';
const ELSEWHERE = '/a/profile%3Agone/us-east-1';
const DEPLOYMENT =
  'arn:aws:ecs:us-east-1:123456789012:service-deployment/production/web/goneGoneGoneGoneGone1';

interface DeadLink {
  /** What is not there. */
  readonly what: string;
  readonly address: string;
  readonly sentence: string | RegExp;
  /** The link or button that leads away from it. */
  readonly out: string;
}

const NO_ACCOUNT = { sentence: "The account profile:gone doesn't exist.", out: 'Show all accounts' };
const NO_CLUSTER = { sentence: "The cluster gone doesn't exist in us-east-1.", out: 'All clusters' };
const NO_FAMILY = { sentence: 'No task definition family named gone', out: 'All task definitions' };

const LONG = 'x'.repeat(300);

const DEAD_LINKS: readonly DeadLink[] = [
  { what: 'the clusters of an account', address: ELSEWHERE, ...NO_ACCOUNT },
  { what: 'a cluster of an account', address: `${ELSEWHERE}/c/production`, ...NO_ACCOUNT },
  { what: 'a service of an account', address: `${ELSEWHERE}/c/production/s/web`, ...NO_ACCOUNT },
  { what: 'the families of an account', address: `${ELSEWHERE}/families`, ...NO_ACCOUNT },
  { what: 'a family of an account', address: `${ELSEWHERE}/families/web`, ...NO_ACCOUNT },
  { what: 'the clean-up of an account', address: `${ELSEWHERE}/cleanup`, ...NO_ACCOUNT },
  { what: 'the image clean-up of an account', address: `${ELSEWHERE}/image-cleanup`, ...NO_ACCOUNT },
  { what: 'the images of an account', address: `${ELSEWHERE}/images`, ...NO_ACCOUNT },
  {
    what: 'a repository',
    address: `${HERE}/images?repository=gone`,
    sentence: "The repository gone doesn't exist in this account and region.",
    out: 'All repositories',
  },
  { what: 'a bulk release of an account', address: `${ELSEWHERE}/fleet`, ...NO_ACCOUNT },
  {
    what: 'a comparison in an account',
    address: `${ELSEWHERE}/diff?before=web:39&after=web:40`,
    ...NO_ACCOUNT,
  },
  { what: 'a new revision in an account', address: `${ELSEWHERE}/revise?from=web:40`, ...NO_ACCOUNT },
  {
    what: 'a cluster in a region',
    address: '/a/sandbox/us-nowhere-1/c/production',
    sentence: "The cluster production doesn't exist in us-nowhere-1.",
    out: 'All clusters',
  },
  { what: 'an account without a region', address: '/a/profile%3Agone', ...NO_ACCOUNT },
  {
    what: 'a region that no region is named like',
    address: '/a/sandbox/zzz/c/production/s/web',
    sentence: 'There is no AWS region named zzz.',
    out: 'Open the account',
  },
  {
    what: 'a cluster with a name that is too long',
    address: `${HERE}/c/${LONG}/s/web`,
    sentence: `The cluster ${LONG} doesn't exist in us-east-1.`,
    out: 'All clusters',
  },
  {
    what: 'a service with a name that is none',
    address: `${HERE}/c/production/s/a%2Fb`,
    sentence: "The service a/b doesn't exist in the cluster production.",
    out: 'Services of production',
  },
  {
    what: 'a deployment with an id that is none',
    address: `${HERE}/c/production/s/web?deployment=zzz`,
    sentence: 'There is no deployment zzz of web.',
    out: 'Dismiss',
  },
  {
    what: 'a task of a service',
    address: `${HERE}/c/production/s/web/t/0123456789abcdef0123456789abcdef`,
    sentence: /^The cluster production has no task 0123456789abcdef0123456789abcdef\./,
    out: 'Back to web',
  },
  {
    what: 'a task with an id that is none',
    address: `${HERE}/c/production/s/web/t/zzz`,
    sentence: 'The cluster production has no task zzz. Choose one in the list of tasks.',
    out: 'Back to web',
  },
  {
    what: 'a task of a cluster',
    address: `${HERE}/c/gone/t/0123456789abcdef0123456789abcdef`,
    sentence: "The cluster gone doesn't exist in this account and region.",
    out: 'Back to services',
  },
  {
    what: 'an image of a repository',
    address: `${HERE}/images?repository=checkout&image=zzz`,
    sentence: 'checkout has no image zzz. It may have been deleted. Choose one in the list.',
    out: 'Dismiss',
  },
  {
    what: 'a family with a name that is too long',
    address: `${HERE}/families/${LONG}`,
    sentence: `No task definition family named ${LONG}`,
    out: 'All task definitions',
  },
  {
    what: 'a comparison with a cluster',
    address: `${HERE}/compare/production?with=gone`,
    sentence: /^The cluster gone doesn't exist in this account and region\./,
    out: 'Change selection',
  },
  {
    what: 'a compared revision with a name that is none',
    address: `${HERE}/diff?before=web:39&after=zzz`,
    sentence: 'There is no revision named zzz.',
    out: 'Change selection…',
  },
  { what: 'a cluster', address: `${HERE}/c/gone`, ...NO_CLUSTER },
  { what: 'a service of a cluster', address: `${HERE}/c/gone/s/web`, ...NO_CLUSTER },
  {
    what: 'a service',
    address: `${HERE}/c/production/s/gone`,
    sentence: "The service gone doesn't exist in the cluster production.",
    out: 'Services of production',
  },
  {
    what: 'the deploy form of a service',
    address: `${HERE}/c/production/s/gone?dialog=deploy`,
    sentence: "The service gone doesn't exist in the cluster production.",
    out: 'Services of production',
  },
  {
    what: 'a deployment',
    address: `${HERE}/c/production/s/web?deployment=${DEPLOYMENT}`,
    sentence: "ECS can't find the deployment goneGoneGoneGoneGone1 of production/web.",
    out: 'Dismiss',
  },
  { what: 'a family', address: `${HERE}/families/gone`, ...NO_FAMILY },
  { what: 'the clean-up of a family', address: `${HERE}/cleanup/gone`, ...NO_FAMILY },
  {
    what: 'a compared revision',
    address: `${HERE}/diff?before=web:39&after=web:9999`,
    sentence: "Revision web:9999 doesn't exist in this account and region.",
    out: 'Change selection…',
  },
  {
    what: 'a compared revision of an account',
    address: `${HERE}/diff?before=web:39&after=web:1@profile:gone/us-east-1`,
    sentence: "The account profile:gone doesn't exist.",
    out: 'Change selection…',
  },
  {
    what: 'the base of a new revision',
    address: `${HERE}/revise?from=web:9999`,
    sentence: "Revision web:9999 doesn't exist in this account and region.",
    out: 'All task definitions',
  },
  {
    what: 'a new revision without a base',
    address: `${HERE}/revise?base=web:40`,
    sentence: 'This address names no revision to start from.',
    out: 'All task definitions',
  },
  {
    what: 'a bulk release',
    address: `${HERE}/fleet?fleet=7f3c8f5e-2a51-4a3e-9f0e-5d4b6c7a8b90`,
    sentence: 'This plan of a bulk release no longer exists',
    out: 'New release',
  },
  {
    what: 'a bulk release with an id of another form',
    address: `${HERE}/fleet?fleet=gone`,
    sentence: "The bulk release gone doesn't exist.",
    out: 'New release',
  },
  { what: 'a page', address: `${HERE}/gone`, sentence: 'Page not found.', out: 'Go to the first page' },
];

test('a search that names no tab, state or view is left out: the page is the usual one', async ({ page }) => {
  await lookAt(page, `${HERE}/c/production/s/web?tab=zzz&dialog=zzz`);
  await expect(page.getByRole('tab', { name: 'History', selected: true })).toBeVisible();
});

test('the address of a rollback to what was never released says so in its dialog', async ({ page }) => {
  await lookAt(page, `${HERE}/c/production/s/web?dialog=rollback&to=zzz`);
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByText('There is no release zzz to roll back to.')).toBeVisible();
  await dialog.getByRole('button', { name: 'Close' }).click();
  await expect(dialog).toBeHidden();
});

for (const [index, { what, address, sentence, out }] of DEAD_LINKS.entries()) {
  test(`the address of ${what} that does not exist says so once, with a way out: ${address}`, async ({
    page,
  }) => {
    // Links with the same sentence and the same way out show the same view: one of them is loaded and scanned.
    const first = DEAD_LINKS.findIndex((link) => link.sentence === sentence && link.out === out);
    await (first === index ? loadToLook : lookAt)(page, address);
    const content = page.locator('#content');
    await expect(content.getByText(sentence)).toHaveCount(1);
    await expect(
      content.getByRole('link', { name: out }).or(content.getByRole('button', { name: out })),
    ).toBeVisible();
    if (first === index) await expectUsableByEveryone(page);
  });
}
