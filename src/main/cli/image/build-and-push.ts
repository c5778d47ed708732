import { resolve } from 'node:path';
import { SlipwayError } from '../../../shared/errors.ts';
import { ImageTag } from '../../../shared/model/image.ts';
import { parseImageReference } from '../../../shared/model/image-reference.ts';
import { EXIT } from '../command/exit-code.ts';
import { buildLines, createPushLines } from '../command/push-progress.ts';
import { tagFrom } from '../command/tag-from.ts';
import type { Invocation } from '../command/verb.ts';

/** Builds a folder with Docker; prints the name of the image. */
export async function buildAction(invocation: Invocation, subject: string): Promise<number> {
  const { io, flags, output } = invocation;
  const repository = requiredRepository(invocation);
  const named = tagOption(invocation, 'tag');
  const client = await invocation.client();
  const { account, region } = await invocation.scope();
  const path = resolve(io.folder, subject);
  const { folder, git, suggestedTag } = await client.call('docker.folder', { folder: path });
  const source = flags.text('tag-from');
  const tag =
    named ?? (source === undefined ? suggestedTag : await tagFrom(source, { io, client, git: folder }));
  if (git?.dirty === true) {
    const commit = git.commit.slice(0, 12);
    const sentence = `${folder} has changes that are not committed, so the image is not the one of ${commit}.`;
    output.problem([{ text: sentence, style: 'yellow' }]);
  }
  const { id } = await client.call(
    'docker.build',
    { folder, dockerfile: 'Dockerfile', repository, tag, account, region },
    { onEvent: (event) => buildLines(event).forEach(output.note) },
  );
  if (output.isJson) output.json({ id, image: `${repository}:${tag}` });
  else output.line(`${repository}:${tag}`);
  return EXIT.success;
}

/** Pushes an image of Docker; prints it with its registry and digest. */
export async function pushAction(invocation: Invocation, subject: string): Promise<number> {
  const { io, flags, output } = invocation;
  const repository = requiredRepository(invocation);
  const named = tagOption(invocation, 'tag');
  const second = tagOption(invocation, 'also-tag');
  const client = await invocation.client();
  const scope = await invocation.scope();
  const source = flags.text('tag-from');
  const fromSource = source === undefined ? undefined : await tagFrom(source, { io, client, git: io.folder });
  const tag = named ?? fromSource ?? parseImageReference(subject)?.tag;
  if (tag === undefined) {
    throw new SlipwayError('INVALID_INPUT', `${subject} names no tag to push it under. Add --tag.`);
  }
  const { account, region } = scope;
  const pushed = [];
  for (const each of second === undefined ? [tag] : [tag, second]) {
    const linesOf = createPushLines();
    pushed.push(
      await client.call(
        'docker.push',
        { account, region, image: subject, repository, tag: each },
        { onEvent: (event) => linesOf(event).forEach(output.note) },
      ),
    );
  }
  for (const { image, digest, alreadyThere } of pushed) {
    if (output.isJson) output.json({ image, digest, alreadyThere });
    else output.line(image);
  }
  return EXIT.success;
}

function requiredRepository({ flags }: Invocation): string {
  const repository = flags.text('repository');
  if (repository !== undefined) return repository;
  throw new SlipwayError('INVALID_INPUT', 'Name the ECR repository with --repository.');
}

/** The tag of an option; undefined without it. Throws INVALID_INPUT. */
export function tagOption({ flags }: Invocation, option: string): string | undefined {
  const text = flags.text(option);
  if (text === undefined) return undefined;
  const tag = ImageTag.safeParse(text);
  if (tag.success) return tag.data;
  throw new SlipwayError('INVALID_INPUT', `--${option} ${text} is not an image tag. Choose another one.`);
}
