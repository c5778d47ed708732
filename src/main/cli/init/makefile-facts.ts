import { createFactCollector, type ScriptFact, UNKNOWN } from './script-facts.ts';

/** Reads a Makefile. A recipe sees the last value of each variable, wherever it stands: make reads the whole file first. */
export function readMakefileFacts(text: string): readonly ScriptFact[] {
  const variables = new Map<string, string>();
  createFactCollector({ expandLine: expandMakeLine, variables }).shell(text, 1);
  const collector = createFactCollector({ expandLine: expandMakeLine, variables });
  collector.shell(text, 1);
  return collector.facts;
}

/** Variables in the names of variables, such as `$(REPOSITORY_$(ENVIRONMENT))`. */
const MOST_LEVELS = 4;
const LONGEST_LINE = 8 * 1024;
const LONGEST_VALUE = 512;
/** Stands for a dollar that is meant for the shell. */
const SHELL_DOLLAR = '\uFFFE';

/**
 * A line as make gives it to the shell: without `@`, `-` and `+` in front, with the values of `$(NAME)` and `${NAME}`, and with
 * `$$` as one dollar. Functions such as `$(shell …)` and automatic variables such as `$@` are UNKNOWN.
 * https://www.gnu.org/software/make/manual/html_node/Reference.html
 */
function expandMakeLine(line: string, variables: ReadonlyMap<string, string>): string {
  const valueIn = (inside: string): string =>
    (/^[\w.-]+$/.test(inside) ? variables.get(inside) : undefined)?.slice(0, LONGEST_VALUE) ?? UNKNOWN;
  let expanded = line.replace(/^[@+\s-]+/, '').replaceAll('$$', SHELL_DOLLAR);
  for (let level = 0; level < MOST_LEVELS; level += 1) {
    expanded = expanded
      .replaceAll(/\$\(([^(){}$]{0,500})\)|\$\{([^(){}$]{0,500})\}/g, (_all, one?: string, other?: string) =>
        valueIn(one ?? other ?? ''),
      )
      .slice(0, LONGEST_LINE);
  }
  return expanded.replaceAll(/\$[@<^?*+%|]/g, UNKNOWN).replaceAll(SHELL_DOLLAR, '$');
}
