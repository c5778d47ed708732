import { basename, join, relative } from 'node:path';
import { entriesOf } from '../docker/build-folder.ts';
import { readRegularFile } from '../storage/regular-file.ts';
import { LONGEST_TEMPLATE } from './read-template.ts';
import { LONGEST_STATE } from './terraform.ts';

/** The files of a clone that may declare a service, as absolute paths. None of them is a link. */
export interface CloneFiles {
  readonly root: string;
  /** JSON, YAML and `.template`. */
  readonly documents: readonly string[];
  /** `.tf` and `.tfvars`. */
  readonly terraform: readonly string[];
  /** States, and what has the name of a plan. */
  readonly states: readonly string[];
  /** Folders in which `terraform init` was run. */
  readonly initialized: readonly string[];
}

const LEVELS = 4;
const MOST_ENTRIES = 20_000;
const MOST_FILES = 300;
/** Made by tools, or not the repository's own. */
const SKIPPED: ReadonlySet<string> = new Set([
  'node_modules',
  '.git',
  'cdk.out',
  '.aws-sam',
  'dist',
  'build',
]);

/** Looks through a folder up to 4 levels down. An unreadable folder has no files. */
export async function findCloneFiles(root: string, signal: AbortSignal): Promise<CloneFiles> {
  const files: string[] = [];
  const initialized: string[] = [];
  let level = [root];
  let left = MOST_ENTRIES;
  for (let depth = 0; depth <= LEVELS && level.length > 0; depth += 1) {
    const next: string[] = [];
    for (const folder of level) {
      const entries = await entriesOf(folder, left, signal);
      left -= entries.length;
      for (const entry of entries) {
        const path = join(folder, entry.name);
        if (entry.isFile()) files.push(path);
        if (!entry.isDirectory() || SKIPPED.has(entry.name)) continue;
        // It holds providers, which are large.
        if (entry.name === '.terraform') initialized.push(folder);
        else next.push(path);
      }
    }
    level = next;
  }
  const ending = (form: RegExp): readonly string[] =>
    files.filter((path) => form.test(path)).slice(0, MOST_FILES);
  return {
    root,
    documents: ending(/\.(?:json|ya?ml|template)$/i),
    terraform: ending(/\.(?:tf|tfvars)$/),
    states: files.filter(isStateOrPlan).slice(0, MOST_FILES),
    initialized: initialized.slice(0, MOST_FILES),
  };
}

/** A state of Terraform, or a plan as JSON, which has no ending of its own. */
function isStateOrPlan(path: string): boolean {
  const name = basename(path).toLowerCase();
  return name.endsWith('.tfstate') || (name.endsWith('.json') && name.includes('plan'));
}

/** The text of a file; undefined for one that is not a regular file, is too large, is not UTF-8, or is gone. */
export function textOfFile(path: string, mostBytes = LONGEST_TEMPLATE): string | undefined {
  try {
    const text = readRegularFile(path, mostBytes);
    // What is not UTF-8 could not be written back as it was.
    return text.includes('\uFFFD') ? undefined : text;
  } catch {
    return undefined;
  }
}

export function textOfState(path: string): string | undefined {
  return textOfFile(path, LONGEST_STATE);
}

/** Relative to the folder, with slashes. */
export function nameIn(root: string, path: string): string {
  return relative(root, path).replaceAll('\\', '/');
}
