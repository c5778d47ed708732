import { z } from 'zod';
import { isSecretArgumentName, mayBeSecret } from '../../../../shared/looks-secret.ts';
import {
  BuildArgument,
  BuildPlatform,
  BuildSecret,
  BuildSecretId,
  BuildTarget,
} from '../../../../shared/model/docker.ts';
import { ImageTag } from '../../../../shared/model/image.ts';
import { BUILD_TEXT } from './docker-text.ts';

/** A build argument as it is typed. The id tells rows apart, because names may be empty or equal. */
interface ArgumentRow extends BuildArgument {
  readonly id: number;
}

const SecretSource = z.enum(['variable', 'file']);
type SecretSource = z.infer<typeof SecretSource>;

/** A build secret as it is typed: where its value is, never the value. */
export interface SecretRow {
  readonly id: number;
  readonly name: string;
  readonly kind: SecretSource;
  readonly source: string;
}

/** What the form holds beside the Dockerfile. Empty texts are the defaults of Docker. */
export interface BuildOptions {
  readonly rows: readonly ArgumentRow[];
  readonly secrets: readonly SecretRow[];
  readonly target: string;
  readonly platform: string;
  /** A second tag to push, such as `latest`. */
  readonly alsoTag: string;
}

export const BUILD_OPTIONS: z.ZodType<BuildOptions> = z.object({
  rows: z.array(z.object({ id: z.number(), name: z.string(), value: z.string() })),
  secrets: z
    .array(z.object({ id: z.number(), name: z.string(), kind: SecretSource, source: z.string() }))
    .default([]),
  target: z.string(),
  platform: z.string(),
  alsoTag: z.string().default(''),
});

/** The options as they may be stored. */
export function withoutSecrets(options: BuildOptions): BuildOptions {
  const isStored = ({ name, value }: ArgumentRow): boolean =>
    !isSecretArgumentName(name) && !mayBeSecret(name, value);
  return { ...options, rows: options.rows.filter(isStored) };
}

export const NO_OPTIONS: BuildOptions = { rows: [], secrets: [], target: '', platform: '', alsoTag: '' };

/** The options as `docker.build` takes them. */
export interface ChosenOptions {
  readonly buildArguments?: readonly BuildArgument[];
  readonly secrets?: readonly BuildSecret[];
  readonly target?: string;
  readonly platform?: string;
}

/** Only what differs from Docker's defaults. Rows without a name and a value are left out. */
export function chosenOptions({ rows, secrets: named, target, platform }: BuildOptions): ChosenOptions {
  const buildArguments = rows.filter(isUsed).map(({ name, value }) => ({ name, value }));
  const secrets = named.filter(isSecretUsed).map(secretOf);
  return {
    ...(buildArguments.length > 0 && { buildArguments }),
    ...(secrets.length > 0 && { secrets }),
    ...(target !== '' && { target }),
    ...(platform !== '' && { platform }),
  };
}

/** Whether Docker can be asked to build with these options. */
export function areValid(options: BuildOptions): boolean {
  const { rows, secrets, target, platform, alsoTag } = options;
  return (
    secrets.every((row) => secretIdProblem(row) === undefined && secretSourceProblem(row) === undefined) &&
    rows.every((row) => nameProblem(row, rows) === undefined) &&
    targetProblem(target) === undefined &&
    platformProblem(platform) === undefined &&
    alsoTagProblem(alsoTag) === undefined
  );
}

/** What is wrong with the name of a row, if anything is. */
export function nameProblem(row: ArgumentRow, rows: readonly ArgumentRow[]): string | undefined {
  if (!isUsed(row)) return undefined;
  if (!BuildArgument.shape.name.safeParse(row.name).success) return BUILD_TEXT.invalidArgumentName;
  const isRepeated = rows.some(({ id, name }) => id < row.id && name === row.name);
  return isRepeated ? BUILD_TEXT.repeatedArgument : undefined;
}

export function targetProblem(target: string): string | undefined {
  const isValid = target === '' || BuildTarget.safeParse(target).success;
  return isValid ? undefined : BUILD_TEXT.invalidTarget;
}

export function platformProblem(platform: string): string | undefined {
  const isValid = platform === '' || BuildPlatform.safeParse(platform).success;
  return isValid ? undefined : BUILD_TEXT.invalidPlatform;
}

/** Whether the service can't start an image for the platform that is typed. */
export function isOtherPlatform(platform: string, wanted: string | undefined): boolean {
  if (wanted === undefined || platform === '' || platformProblem(platform) !== undefined) return false;
  const [system, architecture] = platform.split('/');
  return `${system}/${architecture}` !== wanted;
}

export function alsoTagProblem(tag: string): string | undefined {
  return tag === '' || ImageTag.safeParse(tag).success ? undefined : BUILD_TEXT.invalidAlsoTag;
}

function isUsed({ name, value }: BuildArgument): boolean {
  return name !== '' || value !== '';
}

export function asSecretSource(text: string | null): SecretSource {
  return SecretSource.safeParse(text).data ?? 'variable';
}

export function secretIdProblem(row: SecretRow): string | undefined {
  const isValid = !isSecretUsed(row) || BuildSecretId.safeParse(row.name).success;
  return isValid ? undefined : BUILD_TEXT.invalidSecretId;
}

export function secretSourceProblem(row: SecretRow): string | undefined {
  const isValid = !isSecretUsed(row) || BuildSecret.safeParse(secretOf({ ...row, name: 'any' })).success;
  return isValid ? undefined : BUILD_TEXT.invalidSecretSource;
}

function isSecretUsed({ name, source }: SecretRow): boolean {
  return name !== '' || source.trim() !== '';
}

function secretOf({ name, kind, source }: SecretRow): BuildSecret {
  return kind === 'variable' ? { id: name, variable: source.trim() } : { id: name, file: source.trim() };
}
