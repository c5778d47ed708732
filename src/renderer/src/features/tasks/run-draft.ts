import { z } from 'zod';
import type { Input } from '../../../../shared/contract.ts';
import { mayBeSecret } from '../../../../shared/looks-secret.ts';
import type { Immutable } from '../../../../shared/model/immutable.ts';
import type { ServiceRef } from '../../../../shared/model/service.ts';
import { linesWithoutSecrets } from '../../lib/use-draft.ts';

/** What a person has typed for a one-off task. */
export interface RunDraft {
  readonly revision: string;
  readonly container: string;
  readonly commandLine: string;
  readonly shell: 'sh' | 'none';
  readonly cpu: string;
  readonly memory: string;
  /** `KEY=VALUE`, one in each line. */
  readonly variables: string;
}

export const RUN_DRAFT: z.ZodType<RunDraft> = z.object({
  revision: z.string(),
  container: z.string(),
  commandLine: z.string(),
  shell: z.enum(['sh', 'none']),
  cpu: z.string(),
  memory: z.string(),
  variables: z.string(),
});

/** The draft as it may be stored. */
export function withoutSecrets(draft: RunDraft): RunDraft {
  const isSecret = draft.commandLine.split(/\s+/).some((word) => mayBeSecret('', word));
  return {
    ...draft,
    commandLine: isSecret ? '' : draft.commandLine,
    variables: linesWithoutSecrets(draft.variables),
  };
}

export type CheckInput = Immutable<Input<'tasks.checkRun'>>;
export type Variables = NonNullable<CheckInput['environment']>;

/** What is checked of a draft. */
export function checkInput(service: ServiceRef, draft: RunDraft, environment: Variables): CheckInput {
  const { account, region, cluster, service: name } = service;
  const { container, commandLine, shell, cpu, memory } = draft;
  return {
    service: { account, region, cluster, service: name },
    taskDefinition: draft.revision.trim(),
    shell,
    ...(container === '' ? {} : { container }),
    ...(commandLine.trim() === '' ? {} : { commandLine: commandLine.trim() }),
    ...(cpu.trim() === '' ? {} : { cpu: cpu.trim() }),
    ...(memory.trim() === '' ? {} : { memory: memory.trim() }),
    ...(environment.length === 0 ? {} : { environment }),
  };
}

const VARIABLE = /^([A-Za-z_][\w.-]*)=(.*)$/s;

/** The variables of the lines, or the number of the first line that is none. */
export function variablesOf(text: string): { readonly variables: Variables; readonly badLine?: number } {
  const variables: { name: string; value: string }[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const [, name, value] = VARIABLE.exec(line) ?? [];
    if (name === undefined || value === undefined) return { variables, badLine: index + 1 };
    variables.push({ name, value });
  }
  return { variables };
}
