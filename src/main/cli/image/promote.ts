import type { Client } from '../../../shared/client.ts';
import { SlipwayError } from '../../../shared/errors.ts';
import { Region } from '../../../shared/model/account.ts';
import { RepositoryName } from '../../../shared/model/image.ts';
import type { PromotionProgress, RepositoryPlace } from '../../../shared/model/promotion.ts';
import { EXIT } from '../command/exit-code.ts';
import type { Output } from '../command/output.ts';
import { createProgress, megabytes, transferText } from '../command/push-progress.ts';
import { warnOfRefusals } from '../command/refusal-warnings.ts';
import type { Invocation } from '../command/verb.ts';
import { tagOption } from './build-and-push.ts';
import { imageReferenceOf } from './in-repository.ts';

/** Gives an image of ECR another tag, or copies it to another repository, account or region. */
export async function promoteAction(invocation: Invocation, subject: string): Promise<number> {
  const { output, flags } = invocation;
  const { repository, tag: sourceTag, image } = imageReferenceOf(subject);
  const named = tagOption(invocation, 'tag');
  const client = await invocation.client();
  const { account, region } = await invocation.scope();
  const from = { account, region, repository };
  const to = await targetOf(invocation, client, from);
  if (to === undefined) {
    if (named === undefined)
      throw new SlipwayError('INVALID_INPUT', 'Name the tag that the image gets with --tag.');
    await warnOfRefusals(invocation, client, { ...from, changes: ['add-tag'] });
    const added = await client.call('images.addTag', { ...from, image, tag: named });
    if (output.isJson) output.json(added);
    else output.line(added.image);
    if (added.alreadyThere) output.note(`${repository}:${named} already is this image.`);
    return EXIT.success;
  }
  const tag = named ?? sourceTag;
  await warnOfRefusals(invocation, client, { ...to, changes: ['push'] });
  const promoted = await client.call(
    'images.promote',
    {
      ...from,
      image,
      to,
      ...(tag === undefined ? {} : { tag }),
      referrers: !flags.isSet('without-referrers'),
    },
    { onEvent: reportOf(output) },
  );
  for (const warning of promoted.warnings) output.problem([{ text: warning, style: 'yellow' }]);
  if (output.isJson) output.json(promoted);
  else output.line(promoted.image);
  for (const { account: other, region: place, status } of promoted.replication)
    output.note(`Replication to ${other} in ${place}: ${status}.`);
  output.note(summaryOf(promoted));
  return EXIT.success;
}

/** Where it is copied to; undefined where it stays in its repository. Throws INVALID_INPUT and AUTH_REQUIRED. */
async function targetOf(
  { flags }: Invocation,
  client: Client,
  from: RepositoryPlace,
): Promise<RepositoryPlace | undefined> {
  const repository = flags.text('to-repository') ?? from.repository;
  if (!RepositoryName.safeParse(repository).success) {
    throw new SlipwayError(
      'INVALID_INPUT',
      `--to-repository ${repository} is not the name of an ECR repository. Give one such as shop/web.`,
    );
  }
  const profile = flags.text('to-profile');
  const { accounts } = await client.call('accounts.list', {});
  const found = accounts.find(({ id }) => id === `profile:${profile}`);
  if (profile !== undefined && found === undefined) {
    throw new SlipwayError(
      'AUTH_REQUIRED',
      `The profile ${profile} of --to-profile doesn't exist in the shared AWS files. Add it, or choose another one.`,
    );
  }
  const region = flags.text('to-region') ?? found?.region ?? from.region;
  if (!Region.safeParse(region).success) {
    throw new SlipwayError(
      'INVALID_INPUT',
      `${region} is not the name of an AWS region. Correct --to-region.`,
    );
  }
  const to = { account: found?.id ?? from.account, region, repository };
  const isSame =
    to.account === from.account && to.region === from.region && to.repository === from.repository;
  return isSame ? undefined : to;
}

function reportOf(output: Output): (progress: PromotionProgress) => void {
  const show = createProgress(output);
  return ({ doneBytes, totalBytes, doneLayers, totalLayers, ...speed }) => {
    if (totalLayers === 0) return;
    const text = transferText({ sentBytes: doneBytes, totalBytes, ...speed });
    show(
      `${doneLayers} of ${totalLayers} layers, ${text}`,
      speed.bytesPerSecond === undefined ? undefined : doneBytes / totalBytes,
    );
  };
}

function summaryOf({
  alreadyThere,
  layers,
  sentBytes,
  referrers,
}: {
  readonly alreadyThere: boolean;
  readonly layers: { readonly sent: number; readonly mounted: number; readonly present: number };
  readonly sentBytes: number;
  readonly referrers: number;
}): string {
  if (alreadyThere) return 'The target already has this image under this name.';
  const signatures = referrers === 0 ? '' : `, with ${referrers} signatures and other artifacts`;
  return (
    `Copied: ${layers.sent} layers sent (${megabytes(sentBytes)} MB), ${layers.mounted} taken from ` +
    `another repository, ${layers.present} were there${signatures}.`
  );
}
