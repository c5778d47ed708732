import { join } from 'node:path';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { SlipwayError } from '../../../shared/errors.ts';
import { Region } from '../../../shared/model/account.ts';
import type { Declaration, DeclaredMember } from '../../../shared/model/drift.ts';
import type { Aws } from '../aws/aws.ts';
import {
  type CloneReading,
  projectFile,
  type Subject,
  taskDefinitionFiles,
  terraformDeclaration,
  terraformFiles,
} from './clone-declarations.ts';
import { type CloneFiles, findCloneFiles, textOfFile } from './clone-files.ts';
import { compareService, type RunningService } from './compare-service.ts';
import type { ComparedMember } from './compared-member.ts';
import { copilotManifest } from './copilot-manifest.ts';
import type { FoundDeclaration } from './found-declaration.ts';
import { isStackGone, readStack, stackOfTags, stackTitle } from './stack.ts';
import { LONGEST_STATE } from './terraform.ts';
import { initializedBackend, type S3Address, writtenBackend } from './terraform-configuration.ts';

export interface DeclarationReader {
  readonly aws: Pick<Aws, 'stacks' | 'objects' | 'parameters'>;
  readonly signal: AbortSignal;
}

/** The declarations of a service, and the files that were looked through for them. */
export interface Declarations extends CloneReading {
  readonly clones: readonly CloneFiles[];
}

/** All that declares a service: its stack, and what the files of these folders say. What cannot be read is a sentence. */
export async function readDeclarations(
  reader: DeclarationReader,
  subject: Subject,
  folders: readonly string[],
): Promise<Declarations> {
  const [stack, ...clones] = await Promise.all([
    stackDeclaration(reader, subject),
    ...folders.map((folder) => cloneDeclarations(reader, subject, folder)),
  ]);
  const readings = [stack, ...clones];
  return {
    found: readings.flatMap(({ found }) => found),
    notRead: [...new Set(readings.flatMap(({ notRead }) => notRead))],
    clones: clones.map(({ files }) => files),
  };
}

async function stackDeclaration(reader: DeclarationReader, { ref, service }: Subject): Promise<CloneReading> {
  try {
    const stack = await readStack(reader, ref, service);
    if (stack === undefined) return { found: [], notRead: [] };
    const { kind, arn, declared, notes } = stack;
    const source = { kind: 'stack', stack } as const;
    return {
      found: [{ kind, title: stackTitle(stack), where: arn, isOwner: true, declared, notes, source }],
      notRead: [],
    };
  } catch (error) {
    if (reader.signal.aborted || !(error instanceof SlipwayError)) throw error;
    const name = nameOfStack(stackOfTags(service) ?? '');
    if (isStackGone(error)) {
      return { found: [], notRead: [`The tags of the service name the stack ${name}, which doesn't exist.`] };
    }
    return { found: [], notRead: [`The stack ${name} could not be read. ${error.message}`] };
  }
}

/** Of its ARN, which has its id at the end. */
function nameOfStack(id: string): string {
  return id.startsWith('arn:') ? (id.split('/')[1] ?? id) : id;
}

async function cloneDeclarations(
  reader: DeclarationReader,
  subject: Subject,
  folder: string,
): Promise<CloneReading & { readonly files: CloneFiles }> {
  const files = await findCloneFiles(folder, reader.signal);
  const local = terraformFiles(files, subject);
  const remote =
    local.found.length > 0
      ? []
      : await Promise.all(backendsOf(files).map((each) => remoteState(reader, subject, files, each)));
  const copilot = copilotManifest(files, subject);
  return {
    files,
    found: [
      ...local.found,
      ...remote.flatMap(({ found }) => found),
      ...copilot.found,
      ...taskDefinitionFiles(files, subject),
      ...projectFile(files, subject),
    ],
    notRead: [...local.notRead, ...remote.flatMap(({ notRead }) => notRead), ...copilot.notRead],
  };
}

/** More states than these are not read for one service. */
const MOST_BACKENDS = 5;

/** Where the states of a clone are in S3: as `terraform init` wrote it down, else as a .tf file says it. */
function backendsOf({ initialized, terraform }: CloneFiles): readonly S3Address[] {
  const read = initialized.flatMap((folder) => {
    const text = textOfFile(join(folder, '.terraform', 'terraform.tfstate'));
    const workspace = textOfFile(join(folder, '.terraform', 'environment'), 1024)?.trim() ?? '';
    return text === undefined ? [] : (initializedBackend(text, workspace) ?? []);
  });
  const written = terraform.flatMap((path) => writtenBackend(textOfFile(path) ?? '') ?? []);
  const all = new Map((read.length > 0 ? read : written).map((each) => [`${each.bucket}/${each.key}`, each]));
  return [...all.values()].slice(0, MOST_BACKENDS);
}

async function remoteState(
  { aws, signal }: DeclarationReader,
  subject: Subject,
  files: CloneFiles,
  { bucket, key, region }: S3Address,
): Promise<CloneReading> {
  const where = `s3://${bucket}/${key}`;
  try {
    const { account, region: own } = subject.ref;
    // It becomes a part of the host name.
    const here = Region.safeParse(region).data ?? own;
    const { Body, ContentLength = 0 } = await aws
      .objects({ account, region: here }, 'visible')
      .send(new GetObjectCommand({ Bucket: bucket, Key: key }), { abortSignal: signal });
    const text = Body === undefined ? '' : await textUpTo(Body, ContentLength);
    if (text === undefined)
      return { found: [], notRead: [`${where} is not compared: it is larger than 16 MB.`] };
    return terraformDeclaration(files, subject, { text, where, name: where });
  } catch (error) {
    if (signal.aborted || !(error instanceof SlipwayError)) throw error;
    return { found: [], notRead: [`The state of Terraform in ${where} could not be read. ${error.message}`] };
  }
}

/** The body of an object; undefined for one that is larger than Slipway reads, which is not read to its end. */
async function textUpTo(body: unknown, length: number): Promise<string | undefined> {
  if (typeof body !== 'object' || body === null || !(Symbol.asyncIterator in body)) return '';
  const chunks: Buffer[] = [];
  let size = length;
  let read = 0;
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    read += chunk.length;
    size = Math.max(size, read);
    if (size > LONGEST_STATE) return undefined;
    chunks.push(Buffer.from(chunk));
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** A declaration beside what runs, as it is shown. */
export function shownDeclaration(found: FoundDeclaration, running: RunningService): Declaration {
  const { kind, title, where, isOwner, notes } = found;
  const members = compareService(found.declared, running);
  const inState = (state: ComparedMember['state']): DeclaredMember[] =>
    members.filter((each) => each.state === state).map(shownMember);
  return {
    kind,
    title,
    where,
    isOwner,
    same: members.filter(({ state }) => state === 'same').length + (found.compared?.same ?? 0),
    differences: [...inState('differs'), ...(found.compared?.differences ?? [])],
    computed: inState('computed'),
    notes: [...notes],
  };
}

/** Without what is only compared. */
function shownMember({ name, running, declared, by }: ComparedMember): DeclaredMember {
  return {
    name,
    ...(running === undefined ? {} : { running }),
    ...(declared === undefined ? {} : { declared }),
    ...(by === undefined ? {} : { by }),
  };
}
