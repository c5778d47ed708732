import { execFile } from 'node:child_process';
import { appendFile, chmod, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A repository that is made hostile, and the command that it tries to have run. */
export interface Target {
  /** A repository with one commit and one file that has to be compared by its content. */
  readonly folder: string;
  /** The path of a program that leaves a mark whatever it is called with. */
  readonly program: string;
  /** A folder beside it. */
  readonly beside: string;
}

/** Makes a repository hostile in one way, by what it is called. */
export type Craft = (target: Target) => Promise<void>;

export async function git(folder: string, ...command: readonly string[]): Promise<void> {
  const person = ['-c', 'user.name=Ana', '-c', 'user.email=ana@example.com'];
  const calm = ['-c', 'core.hooksPath=/dev/null', '-c', 'protocol.file.allow=always'];
  await run('git', ['-C', folder, ...person, ...calm, ...command]);
}

/** A pipe with a name: whoever opens it for reading waits for a writer. */
export async function makeFifo(path: string): Promise<void> {
  await run('sh', ['-c', 'mkfifo "$0"', path]);
}

/** A repository with a commit, whose file differs from its index in time, so that git has to read it. */
export async function makeRepository(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await git(folder, 'init', '--quiet', '--initial-branch=main');
  await writeFile(join(folder, 'Dockerfile'), 'FROM scratch\n');
  await writeFile(join(folder, 'a.txt'), 'one\n');
  await git(folder, 'add', '.');
  await git(folder, 'commit', '--quiet', '-m', 'first');
  await writeFile(join(folder, 'a.txt'), 'two\n');
}

async function configure(
  { folder }: Target,
  ...settings: readonly (readonly [string, string])[]
): Promise<void> {
  for (const [name, value] of settings) await git(folder, 'config', '--local', '--add', name, value);
}

/** Takes objects away and says that a remote has them. */
async function makePartial(target: Target, url: string, what: 'all' | 'blobs' = 'all'): Promise<void> {
  await configure(
    target,
    ['core.repositoryFormatVersion', '1'],
    ['extensions.partialClone', 'origin'],
    ['remote.origin.promisor', 'true'],
    ['remote.origin.partialCloneFilter', 'blob:none'],
    ['remote.origin.url', url],
  );
  if (what === 'blobs') return;
  const objects = join(target.folder, '.git', 'objects');
  for (const name of await readdir(objects)) {
    if (name.length === 2) await rm(join(objects, name), { recursive: true });
  }
}

const HOOKS = [
  'post-index-change',
  'fsmonitor-watchman',
  'post-checkout',
  'pre-commit',
  'reference-transaction',
];

async function placeHooks(folder: string, program: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const hook of HOOKS) {
    await writeFile(join(folder, hook), `#!/bin/sh\n${program}\n`);
    await chmod(join(folder, hook), 0o755);
  }
}

export const CRAFTS: Readonly<Record<string, Craft>> = {
  'a clean filter by .gitattributes': async (target) => {
    await configure(target, ['filter.x.clean', target.program], ['filter.x.required', 'true']);
    await writeFile(join(target.folder, '.gitattributes'), '* filter=x\n');
  },
  'a filter process by .gitattributes': async (target) => {
    await configure(target, ['filter.x.process', target.program]);
    await writeFile(join(target.folder, '.gitattributes'), '* filter=x\n');
  },
  'a clean filter by .git/info/attributes': async (target) => {
    await configure(target, ['filter.x.clean', target.program]);
    await writeFile(join(target.folder, '.git', 'info', 'attributes'), '* filter=x\n');
  },
  'a filter process by core.attributesFile': async (target) => {
    await configure(
      target,
      ['filter.lfs.process', target.program],
      ['core.attributesFile', join(target.beside, 'attributes')],
    );
    await writeFile(join(target.beside, 'attributes'), '* filter=lfs\n');
  },
  'a clean filter of an included file': async (target) => {
    await writeFile(join(target.beside, 'more'), `[filter "x"]\n\tclean = ${target.program}\n`);
    await configure(target, ['include.path', join(target.beside, 'more')]);
    await writeFile(join(target.folder, '.gitattributes'), '* filter=x\n');
  },
  'a clean filter of a file that is included for this folder': async (target) => {
    await writeFile(join(target.beside, 'more'), `[filter "x"]\n\tclean = ${target.program}\n`);
    await configure(target, ['includeIf.gitdir:/**.path', join(target.beside, 'more')]);
    await writeFile(join(target.folder, '.gitattributes'), '* filter=x\n');
  },
  'a file system monitor': (target) => configure(target, ['core.fsmonitor', target.program]),
  'hooks in another folder': async (target) => {
    await placeHooks(join(target.beside, 'hooks'), target.program);
    await configure(target, ['core.hooksPath', join(target.beside, 'hooks')]);
  },
  'hooks in its own folder': ({ folder, program }) => placeHooks(join(folder, '.git', 'hooks'), program),
  'a partial clone with an upload-pack': async (target) => {
    await configure(target, ['remote.origin.uploadpack', target.program]);
    await makePartial(target, target.beside);
  },
  'a partial clone over SSH with an SSH command': async (target) => {
    await configure(target, ['core.sshCommand', target.program]);
    await makePartial(target, 'git@git.example.com:acme/web.git');
  },
  'a partial clone through a proxy command': async (target) => {
    await configure(target, ['core.gitProxy', target.program]);
    await makePartial(target, 'git://git.example.com/acme/web.git');
  },
  'a partial clone with the transport ext': async (target) => {
    await configure(target, ['protocol.ext.allow', 'always']);
    await makePartial(target, `ext::${target.program}`);
  },
  'a partial clone whose address is rewritten': async (target) => {
    await configure(
      target,
      ['protocol.ext.allow', 'always'],
      [`url.ext::${target.program} .insteadOf`, 'https://git.example.com/'],
    );
    await makePartial(target, 'https://git.example.com/acme');
  },
  'a partial clone with a credential helper': async (target) => {
    await configure(target, ['credential.helper', `!${target.program}`], ['core.askPass', target.program]);
    await makePartial(target, 'http://127.0.0.1:9/acme/web.git');
  },
  'a partial clone with a helper of its own': async (target) => {
    await configure(target, ['remote.origin.vcs', 'ext'], ['protocol.allow', 'always']);
    await makePartial(target, target.program);
  },
  'a promisor whose blobs are renamed': async (target) => {
    await configure(target, ['remote.origin.uploadpack', target.program], ['status.renames', 'copies']);
    await rename(join(target.folder, 'a.txt'), join(target.folder, 'b.txt'));
    await git(target.folder, 'add', '-A');
    await makePartial(target, target.beside);
  },
  'a pager and an editor': (target) =>
    configure(
      target,
      ['core.pager', target.program],
      ['pager.status', target.program],
      ['pager.config', target.program],
      ['core.editor', target.program],
      ['sequence.editor', target.program],
      ['color.pager', 'always'],
    ),
  'aliases of the commands that are used': (target) =>
    configure(
      target,
      ['alias.status', `!${target.program}`],
      ['alias.config', `!${target.program}`],
      ['alias.remote', `!${target.program}`],
    ),
  'external differences and conversions to text': async (target) => {
    await configure(
      target,
      ['diff.external', target.program],
      ['diff.x.command', target.program],
      ['diff.x.textconv', target.program],
      ['status.verbose', 'true'],
    );
    await writeFile(join(target.folder, '.gitattributes'), '* diff=x merge=x\n');
    await configure(target, ['merge.x.driver', target.program]);
  },
  'a program that checks signatures': async (target) => {
    await configure(
      target,
      ['gpg.program', target.program],
      ['gpg.ssh.program', target.program],
      ['log.showSignature', 'true'],
      ['merge.verifySignatures', 'true'],
    );
  },
  'references of alternates by a command': async (target) => {
    await configure(target, ['core.alternateRefsCommand', target.program]);
    await mkdir(join(target.folder, '.git', 'objects', 'info'), { recursive: true });
    await appendFile(join(target.folder, '.git', 'objects', 'info', 'alternates'), `${target.beside}\n`);
  },
  'a submodule with settings of its own': async (target) => {
    const sub = join(target.folder, 'sub');
    await makeRepository(sub);
    await git(target.folder, 'add', 'sub');
    await git(target.folder, 'commit', '--quiet', '-m', 'sub');
    await git(sub, 'config', 'core.fsmonitor', target.program);
    await git(sub, 'config', 'filter.x.clean', target.program);
    await placeHooks(join(sub, '.git', 'hooks'), target.program);
    await writeFile(join(sub, '.gitattributes'), '* filter=x\n');
    await configure(target, ['status.submoduleSummary', 'true'], ['diff.ignoreSubmodules', 'none']);
    await configure(target, ['submodule.sub.update', `!${target.program}`], ['submodule.recurse', 'true']);
  },
  'a repository inside that is not tracked': async (target) => {
    const nested = join(target.folder, 'nested');
    await makeRepository(nested);
    await git(nested, 'config', 'core.fsmonitor', target.program);
  },
  'a bare repository inside that has this working tree': async (target) => {
    const bare = join(target.folder, 'bare.git');
    await mkdir(bare);
    await git(bare, 'init', '--quiet', '--bare');
    await git(bare, 'config', 'core.bare', 'false');
    await git(bare, 'config', 'core.worktree', target.folder);
    await git(bare, 'config', 'core.fsmonitor', target.program);
  },
  'hooks, helpers and viewers that its configuration names': (target) =>
    configure(
      target,
      ['hook.x.command', target.program],
      ['hook.x.event', 'post-index-change'],
      ['uploadpack.packObjectsHook', target.program],
      ['trailer.x.command', target.program],
      ['man.x.cmd', target.program],
      ['browser.x.cmd', target.program],
      ['feature.manyFiles', 'true'],
      ['core.untrackedCache', 'true'],
    ),
  'a .git that names a folder elsewhere': async (target) => {
    const elsewhere = join(target.beside, 'elsewhere');
    await configure(target, ['core.fsmonitor', target.program], ['filter.x.clean', target.program]);
    await writeFile(join(target.folder, '.gitattributes'), '* filter=x\n');
    await rename(join(target.folder, '.git'), elsewhere);
    await writeFile(join(target.folder, '.git'), `gitdir: ${elsewhere}\n`);
  },
  'a working tree with a configuration of its own': async (target) => {
    const main = join(target.beside, 'main');
    await makeRepository(main);
    await rm(target.folder, { recursive: true });
    await git(main, 'config', 'extensions.worktreeConfig', 'true');
    await git(main, 'worktree', 'add', '--quiet', target.folder);
    await git(target.folder, 'config', '--worktree', 'core.fsmonitor', target.program);
    await git(target.folder, 'config', '--worktree', 'filter.x.clean', target.program);
    await writeFile(join(target.folder, '.gitattributes'), '* filter=x\n');
    await writeFile(join(target.folder, 'a.txt'), 'two\n');
  },
  'another working tree': async (target) => {
    await configure(target, ['core.worktree', target.beside], ['filter.x.clean', target.program]);
    await writeFile(join(target.beside, '.gitattributes'), '* filter=x\n');
    await writeFile(join(target.beside, 'a.txt'), 'two\n');
    await writeFile(join(target.folder, '.gitattributes'), '* filter=x\n');
  },
};
