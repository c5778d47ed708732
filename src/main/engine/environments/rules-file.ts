import { createHash } from 'node:crypto';
import { type EnvironmentRule, EnvironmentsFile } from '../../../shared/model/environment.ts';
import { readRegularFile, UnusualFile } from '../storage/regular-file.ts';
import { readYaml } from './read-yaml.ts';
import { salvagedRules } from './salvage-rules.ts';

/** Larger files are refused before they are parsed. */
export const MAX_BYTES = 256 * 1024;

/** The rules of a file, and the sentence that says at which line it is not valid. */
export interface RulesReading {
  /** Of a file that is not valid, what can be read of them; what can't counts as the strictest. */
  readonly rules: readonly EnvironmentRule[];
  readonly problem?: string;
}

/** The rules of a file, and which text of it was read. */
export interface RulesFile extends RulesReading {
  readonly version: string;
}

/** The version of a file that doesn't exist, or that cannot be read. */
export const NO_FILE = 'none';

/** Another one for every other text. */
export function versionOfText(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Reads the rules of a text. A text without rules, or none at all, is a file with no rules. */
export function parseRules(text: string, file: string): RulesReading {
  const reading = readYaml(text, EnvironmentsFile);
  if (reading.state === 'read') return { rules: reading.value.rules };
  return unreadable(file, reading.line, reading.why, salvagedRules(reading.content));
}

/** Reads the file; one that doesn't exist has no rules. */
export function readRules(file: string): RulesFile {
  try {
    const text = readRegularFile(file, MAX_BYTES);
    return { ...parseRules(text, file), version: versionOfText(text) };
  } catch (error) {
    if (error instanceof UnusualFile) return { ...unreadable(file, 1, error.message), version: NO_FILE };
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    if (code === 'ENOENT') return { rules: [], version: NO_FILE };
    return { ...unreadable(file, 1, `the file cannot be read (${code})`), version: NO_FILE };
  }
}

function unreadable(
  file: string,
  line: number,
  why: string,
  rules: readonly EnvironmentRule[] = [],
): RulesReading {
  return {
    rules,
    problem: `Line ${line} of ${file} is not valid: ${why}. Until it is corrected, every change is confirmed by typing a name.`,
  };
}
