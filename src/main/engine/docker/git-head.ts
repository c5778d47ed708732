import { stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { trimEndOf } from '../../../shared/trim-end.ts';
import { readSmallFile } from './small-file.ts';

/** Where the parts of a repository are. https://git-scm.com/docs/gitrepository-layout */
export interface Repository {
  readonly workTree: string;
  /** HEAD and the index of this working tree. */
  readonly gitDir: string;
  /** References, objects and configuration, which several working trees may share. */
  readonly commonDir: string;
}

/** The commit and branch of HEAD. `commit` is undefined before the first commit, `branch` when HEAD is detached. */
export interface Head {
  readonly commit?: string;
  readonly branch?: string;
}

const LINK_BYTES = 8 * 1024;
const PACKED_REFS_BYTES = 32 * 1024 * 1024;
const COMMIT = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;

/** A reference outside `refs` is invalid: git check-ref-format. */
const REFERENCE = /^refs\/(?!.*(?:\.\.|\/\/|\/\.|\\))[^\s\p{Cc}~^:?*[]{1,1000}$/u;

/** The repository whose working tree a folder lies in; undefined where there is none. Reads files only, runs nothing. */
export async function findRepository(folder: string, signal: AbortSignal): Promise<Repository | undefined> {
  for (let workTree = resolve(folder); ; workTree = dirname(workTree)) {
    const gitDir = await gitDirOf(join(workTree, '.git'), signal);
    if (gitDir !== undefined) return { workTree, gitDir, commonDir: await commonDirOf(gitDir, signal) };
    if (dirname(workTree) === workTree) return undefined;
  }
}

/** `.git` is a folder, or a file that names one: of submodules and of further working trees. */
async function gitDirOf(dotGit: string, signal: AbortSignal): Promise<string | undefined> {
  const found = await stat(dotGit).catch(() => undefined);
  if (found?.isDirectory()) return (await isThere(join(dotGit, 'HEAD'))) ? dotGit : undefined;
  if (!found?.isFile()) return undefined;
  const text = await readSmallFile(dotGit, LINK_BYTES, signal);
  const target = text?.startsWith('gitdir: ') ? namedPath(text.slice('gitdir: '.length)) : '';
  return target === '' ? undefined : resolve(dirname(dotGit), target);
}

async function commonDirOf(gitDir: string, signal: AbortSignal): Promise<string> {
  const target = namedPath((await readSmallFile(join(gitDir, 'commondir'), LINK_BYTES, signal)) ?? '');
  return target === '' ? gitDir : resolve(gitDir, target);
}

/** The path that the text of a file names; empty for one that no system can have. */
function namedPath(text: string): string {
  return text.includes('\0') ? '' : text.trim();
}

/** Reads HEAD from the files of the repository. Undefined when they do not say it in a way that is understood. */
export async function readHead(repository: Repository, signal: AbortSignal): Promise<Head | undefined> {
  const { gitDir, commonDir } = repository;
  const text = (await readSmallFile(join(gitDir, 'HEAD'), LINK_BYTES, signal))?.trim() ?? '';
  if (COMMIT.test(text)) return { commit: text };
  const name = text.startsWith('ref: ') ? text.slice('ref: '.length).trim() : '';
  // Before git 3 only repositories that ask for it keep references in tables instead of files.
  if (!REFERENCE.test(name) || name === 'refs/heads/.invalid') return undefined;
  const commit = await resolveReference(commonDir, name, signal);
  const branch = name.startsWith('refs/heads/') ? name.slice('refs/heads/'.length) : undefined;
  return { ...(commit === undefined ? {} : { commit }), ...(branch === undefined ? {} : { branch }) };
}

async function resolveReference(
  commonDir: string,
  name: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const path = join(commonDir, ...name.split('/'));
  const isFolder = (await stat(path).catch(() => undefined))?.isDirectory() === true;
  const loose = isFolder ? undefined : (await readSmallFile(path, LINK_BYTES, signal))?.trim();
  if (loose !== undefined && COMMIT.test(loose)) return loose;
  return (await readPackedRefs(commonDir, signal)).get(name);
}

/** The objects of the packed references by their full names. */
export async function readPackedRefs(
  commonDir: string,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const packed = await readSmallFile(join(commonDir, 'packed-refs'), PACKED_REFS_BYTES, signal);
  const references = (packed ?? '').split('\n').flatMap((line) => {
    const [object = '', name = ''] = line.split(' ');
    return isCommit(object) && isReference(name) ? [[name, object] as const] : [];
  });
  return new Map(references);
}

/** Whether a text is the id of an object. */
export function isCommit(text: string): boolean {
  return COMMIT.test(text);
}

/** Whether a text is the full name of a reference. */
export function isReference(text: string): boolean {
  return REFERENCE.test(text);
}

async function isThere(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}

const LONGEST_ADDRESS = 2048;

/**
 * The https address of a remote, without user and password: of `git@github.com:acme/web.git`,
 * `ssh://git@host/acme/web` and `https://token@host/acme/web.git`. Undefined for a folder and the like.
 */
export function sourceOfRemote(remote: string): string | undefined {
  if (remote.length > LONGEST_ADDRESS) return undefined;
  const [, host, path] = /^(?:[^@/:]+@)?([^@/:]+):(?!\/\/)(.+)$/.exec(remote) ?? [];
  // Without a dot it is the scheme of an address, or the drive of a folder.
  const address = URL.parse(host?.includes('.') ? `ssh://${host}/${path}` : remote);
  if (address === null || address.hostname === '') return undefined;
  if (!['https:', 'http:', 'ssh:', 'git:'].includes(address.protocol)) return undefined;
  // The port of SSH says nothing about where the pages are.
  const place = address.protocol === 'https:' ? address.host : address.hostname;
  return `https://${place}${trimEndOf(address.pathname, '/').replace(/\.git$/, '')}`;
}
