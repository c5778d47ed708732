import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { z } from 'zod';
import type { Client } from '../../../shared/client.ts';
import { SlipwayError } from '../../../shared/errors.ts';
import { lazyLooseObject } from '../../../shared/model/lazy-objects.ts';
import type { Plan } from '../../../shared/model/plan.ts';
import type { ServiceRef } from '../../../shared/model/service.ts';
import { DESCRIBED_ONLY } from '../../engine/ecs/registration.ts';
import { nestsDeeper } from '../../engine/ports/input-sentence.ts';
import { changeOf } from './change-flags.ts';
import { chooseImages } from './image-choice.ts';
import type { Invocation } from './verb.ts';

/** What is needed of a task definition to give its containers images. */
const Content = lazyLooseObject(() => ({
  containerDefinitions: z.array(z.looseObject({ name: z.string(), image: z.string() })).min(1),
}));
type Content = z.infer<typeof Content>;

/** One of ECS nests to 6 levels. */
const MOST_LEVELS = 100;

interface FileRequest {
  readonly path: string;
  readonly service: ServiceRef;
  /** As `-i` takes them. */
  readonly images: readonly string[];
}

/** Adds `--file`. */
export function addFileFlag(command: Command, description: string): Command {
  return command.addOption(new Option('--file <file>', description).conflicts(['revision', 'set']));
}

/**
 * The task definition of a JSON file with these images, as RegisterTaskDefinition takes it. The file is that, or what
 * `aws ecs describe-task-definition` prints. Throws INVALID_INPUT with the line of what ECS would refuse.
 */
async function readRevisionFile(
  { io }: Invocation,
  client: Client,
  { path, images }: Pick<FileRequest, 'path' | 'images'>,
): Promise<string> {
  const content = withImages(await contentOf(resolve(io.folder, path), path), images);
  const json = JSON.stringify(content, undefined, 2);
  const { problems } = await client.call('revisions.check', { json });
  const [first] = problems;
  if (first !== undefined) throw refused(`${path} can't be registered: ${first.message}`);
  return json;
}

/** What deploying the file would change, with all checks. Sends nothing that changes anything. */
export async function planFile(
  invocation: Invocation,
  client: Client,
  { path, service, images }: FileRequest,
): Promise<{ readonly plan: Plan; readonly json: string }> {
  // First, because a service that is elsewhere is named here.
  const change = await changeOf(invocation.flags, client, { service, images: [] });
  const json = await readRevisionFile(invocation, client, { path, images });
  return { plan: await client.call('releases.planContent', { service, json, change }), json };
}

/** Registers a checked task definition, and returns the ARN of its revision. */
export async function registerFile(
  { flags, output }: Invocation,
  client: Client,
  { path, service: { account, region }, json }: Omit<FileRequest, 'images'> & { readonly json: string },
): Promise<string> {
  const why = flags.text('why');
  const { arn, name } = await client.call('revisions.register', {
    account,
    region,
    json,
    ...(why === undefined ? {} : { note: why }),
  });
  output.note(`Registered ${name} from ${path}.`);
  return arn;
}

async function contentOf(file: string, path: string): Promise<Content> {
  const bytes = await readFile(file).catch((error: unknown) => {
    throw refused(`${path} can't be read. Name a file with a task definition in JSON.`, error);
  });
  const parsed = jsonOf(textOf(bytes), path);
  if (nestsDeeper(parsed, MOST_LEVELS)) {
    throw refused(`${path} is no task definition: it nests deeper than ${MOST_LEVELS} levels.`);
  }
  const answer = z.looseObject({ taskDefinition: Content }).safeParse(parsed);
  const content = Content.safeParse(answer.success ? answer.data.taskDefinition : parsed);
  if (!content.success) {
    throw refused(`${path} is no task definition: it needs containerDefinitions with name and image.`);
  }
  // What DescribeTaskDefinition returns and RegisterTaskDefinition refuses.
  const described: ReadonlySet<string> = new Set(DESCRIBED_ONLY);
  const kept = Object.entries(content.data).filter(([field]) => !described.has(field));
  return Content.parse(Object.fromEntries(kept));
}

/** PowerShell writes a byte order mark, and UTF-16 where `>` writes the file. */
function textOf(bytes: Buffer): string {
  const isUtf16 = bytes[0] === 0xff && bytes[1] === 0xfe;
  return new TextDecoder(isUtf16 ? 'utf-16le' : 'utf-8').decode(bytes);
}

function jsonOf(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : '';
    throw refused(`${path} is not JSON: ${reason}.`, error);
  }
}

function withImages(content: Content, images: readonly string[]): Content {
  const { containerDefinitions } = content;
  const named = containerDefinitions.map(({ name, image }) => ({ container: name, image }));
  const chosen = new Map(chooseImages(named, images).map(({ container, image }) => [container, image]));
  return {
    ...content,
    containerDefinitions: containerDefinitions.map((each) => ({
      ...each,
      image: chosen.get(each.name) ?? each.image,
    })),
  };
}

function refused(sentence: string, cause?: unknown): SlipwayError {
  return new SlipwayError('INVALID_INPUT', sentence, cause === undefined ? {} : { cause });
}
