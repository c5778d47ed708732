import { SlipwayError } from '../../../shared/errors.ts';
import { imageReferenceProblem } from '../../../shared/image-reference-problem.ts';
import { type ImageReference, parseImageReference } from '../../../shared/model/image-reference.ts';
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
  throw new SlipwayError(
    'INVALID_INPUT',
    `${text} is not an image or a repository: ${imageReferenceProblem(text)}. Name one such as shop/web:1.2.0.`,
  );
}
