import { SlipwayError } from '../../../shared/errors.ts';
import { type ImageReference, parseImageReference } from '../../../shared/model/image-reference.ts';
import { MOST_RESULTS } from '../../../shared/model/search.ts';
import { EXIT } from '../command/exit-code.ts';
import { shortDigest } from '../command/image-text.ts';
import { printTable } from '../command/table.ts';
import type { Invocation } from '../command/verb.ts';

const MEGABYTE = 1_000_000;

/** Prints the images of a repository, newest first. */
export async function listAction(invocation: Invocation, subject: string): Promise<number> {
  const { output } = invocation;
  const { repository } = referenceOf(subject);
  const client = await invocation.client();
  const { account, region } = await invocation.scope();
  const images = await client.call('images.list', { account, region, repository });
  if (output.isJson) {
    output.json(images);
    return EXIT.success;
  }
  printTable(
    output,
    ['PUSHED', 'TAGS', 'DIGEST', 'MB', 'COMMIT'],
    images.map(({ pushedAt = '', tags, digest, sizeBytes, commit = '' }) => [
      pushedAt,
      tags.join(', '),
      shortDigest(digest),
      sizeBytes === undefined ? '' : (sizeBytes / MEGABYTE).toFixed(1),
      commit.slice(0, 12),
    ]),
  );
  return EXIT.success;
}

/** Prints what the last scan of an image found, the worst first. */
export async function findingsAction(invocation: Invocation, subject: string): Promise<number> {
  const { output } = invocation;
  const { repository, tag, digest } = referenceOf(subject);
  const client = await invocation.client();
  const { account, region } = await invocation.scope();
  const image = digest ?? tag ?? 'latest';
  const scan = await client.call('images.scan', { account, region, repository, image });
  if (output.isJson) {
    output.json(scan);
    return EXIT.success;
  }
  const { state, problem, completedAt, isOld, findings, total } = scan;
  if (state === 'none') output.note(`${repository}:${image} was not scanned.`);
  if (state === 'running') output.note('The scan is still running.');
  if (problem !== undefined) output.problem(problem);
  if (isOld) output.problem(`The scan is of ${completedAt}: newer vulnerabilities are missing.`);
  if (state === 'complete' && total === 0) output.note('The scan found no vulnerabilities.');
  if (findings.length > 0) {
    printTable(
      output,
      ['SEVERITY', 'NAME', 'PACKAGE', 'INSTALLED', 'FIXED IN'],
      findings.map(({ severity, name, component = '', installed = '', fixedIn = '' }) => [
        severity,
        name,
        component,
        installed,
        fixedIn,
      ]),
    );
  }
  if (total > findings.length) output.note(`The first ${findings.length} of ${total} are shown.`);
  return EXIT.success;
}

/** Prints the services whose task definitions name an image. */
export async function whereAction(invocation: Invocation, subject: string): Promise<number> {
  const { output, flags } = invocation;
  if (flags.isSet('all-accounts')) return whereInAllAccounts(invocation, subject);
  const { repository, registry, tag } = referenceOf(subject);
  const client = await invocation.client();
  const { account, region } = await invocation.scope();
  const cluster = flags.text('cluster');
  const named = registry === undefined ? repository : `${registry}/${repository}`;
  const candidates = await client.call('fleet.candidates', { account, region, repository: named });
  const found = candidates
    .filter((each) => cluster === undefined || each.cluster === cluster)
    .flatMap(({ containers, ...each }) => {
      const using = containers.filter((container) => tag === undefined || container.tag === tag);
      return using.length === 0 ? [] : [{ ...each, containers: using }];
    });
  if (output.isJson) {
    output.json(found);
    return EXIT.success;
  }
  if (found.length === 0) output.note(`No service uses ${subject}.`);
  else {
    printTable(
      output,
      ['CLUSTER', 'SERVICE', 'CONTAINER', 'IMAGE'],
      found.flatMap((each) =>
        each.containers.map(({ name, image }) => [each.cluster, each.service, name, image]),
      ),
    );
  }
  return EXIT.success;
}

/**
 * Names are read first where they are older than some minutes. Accounts that were not read are named; where none was, there
 * is no answer.
 */
async function whereInAllAccounts(
  { client: open, output, flags }: Invocation,
  subject: string,
): Promise<number> {
  const client = await open();
  const places = await client.call('search.refresh', {});
  const { accounts } = await client.call('accounts.list', {});
  const withoutRegion = accounts.filter(({ id }) => !places.some(({ account }) => account === id));
  const notRead = [
    ...places.flatMap(({ account, region, problem }) =>
      problem === undefined ? [] : [`${account} ${region}: ${problem}`],
    ),
    ...withoutRegion.map(
      ({ id, problem }) =>
        `${id}: ${problem ?? 'The profile names no region. Add one to the shared AWS files.'}`,
    ),
  ];
  if (!places.some(({ state, readAt }) => state === 'read' || readAt !== undefined)) {
    const needsSignIn = places.length > 0 && places.every(({ state }) => state === 'sign-in');
    const reasons =
      notRead.length === 0 ? ['There is none: add a profile to the shared AWS files.'] : notRead;
    throw new SlipwayError(
      needsSignIn ? 'AUTH_REQUIRED' : 'UNAVAILABLE',
      [`No account could be read, so it is unknown where ${subject} runs.`, ...reasons].join('\n'),
    );
  }
  for (const sentence of notRead) output.problem(sentence);
  const { results, totals } = await client.call('search.find', {
    text: subject,
    kinds: ['running'],
    limit: MOST_RESULTS,
  });
  const cluster = flags.text('cluster');
  const found = results.flatMap((each) =>
    each.kind === 'running' && (cluster === undefined || each.cluster === cluster) ? [each] : [],
  );
  if (output.isJson) {
    output.json(found);
    return EXIT.success;
  }
  if (found.length === 0) {
    output.note(`No service of the accounts that were read runs ${subject}.`);
    return EXIT.success;
  }
  printTable(
    output,
    ['ACCOUNT', 'REGION', 'CLUSTER', 'SERVICE', 'CONTAINER', 'IMAGE', 'DIGEST', 'COMMIT'],
    found.map(({ digest = '', commit = '', ...each }) => [
      each.account,
      each.region,
      each.cluster,
      each.service,
      each.container,
      each.image,
      shortDigest(digest),
      commit.slice(0, 12),
    ]),
  );
  const total = totals[0]?.total ?? 0;
  if (total > results.length) output.note(`The first ${results.length} of ${total} are shown.`);
  return EXIT.success;
}

/** A reference with the tag or digest that it needs. Throws INVALID_INPUT without one. */
export function imageReferenceOf(subject: string): ImageReference & { readonly image: string } {
  const reference = referenceOf(subject);
  const image = reference.digest ?? reference.tag;
  if (image !== undefined) return { ...reference, image };
  throw new SlipwayError(
    'INVALID_INPUT',
    `${subject} names no tag or digest. Name the image, such as ${reference.repository}:1.2.0.`,
  );
}

/** The image or repository that an argument names. Throws INVALID_INPUT. */
export function referenceOf(text: string): ImageReference {
  const reference = parseImageReference(text);
  if (reference !== undefined) return reference;
  throw new SlipwayError('INVALID_INPUT', `${text} is not an image or a repository, such as shop/web:1.2.0.`);
}
