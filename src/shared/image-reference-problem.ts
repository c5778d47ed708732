import {
  HOST,
  IMAGE_ID,
  isWrittenAsHost,
  LONGEST_REPOSITORY,
  LONGEST_TAG,
  parseImageReference,
  TAG,
} from './model/image-reference.ts';
import { visibleText } from './visible-text.ts';

/** Of a part of a text that is quoted. */
const LONGEST_SHOWN = 80;

/**
 * What keeps a text from being an image reference, as the rest of a sentence: the part and the place of its first wrong
 * character, counted from 1. Undefined for a reference.
 */
export function imageReferenceProblem(text: string): string | undefined {
  if (parseImageReference(text) !== undefined) return undefined;
  if (text === '') return 'it is empty';
  if (IMAGE_ID.test(text)) return 'it is the ID of a local image, which no registry knows';
  const at = text.indexOf('@');
  const name = at < 0 ? text : text.slice(0, at);
  const digest = at < 0 ? undefined : text.slice(at + 1);
  const slash = name.indexOf('/');
  const first = slash < 0 ? '' : name.slice(0, slash);
  const isHost = isWrittenAsHost(first);
  if (isHost && !HOST.test(first)) return `${quoted(first)} is not the host of a registry`;
  const start = isHost ? slash + 1 : 0;
  const [repository = '', ...tag] = name.slice(start).split(':');
  return (
    repositoryProblem(repository, start) ??
    (tag.length === 0 ? undefined : tagProblem(tag.join(':'), start + repository.length + 1)) ??
    `${quoted(digest ?? '')} is not a digest such as sha256: and 64 digits of 0 to 9 and a to f (from character ${at + 2})`
  );
}

function repositoryProblem(repository: string, start: number): string | undefined {
  if (repository === '') return `the repository is missing (character ${start + 1})`;
  const wrong = repository.search(/[^a-z0-9._/-]/);
  if (wrong >= 0) {
    const character = characterAt(repository, wrong);
    const why = /\p{Lu}/u.test(character) ? 'is a capital letter, which' : 'is a character that';
    return `${quoted(character)} ${why} a repository may not have (character ${start + wrong + 1})`;
  }
  if (repository.length > LONGEST_REPOSITORY)
    return `the repository has ${repository.length} characters, and may have ${LONGEST_REPOSITORY}`;
  const [good = ''] = /^[a-z0-9]+(?:(?:[._/]|__|-+)[a-z0-9]+)*/.exec(repository) ?? [];
  if (good.length === repository.length) return undefined;
  const separator = characterAt(repository, good.length);
  return `${quoted(separator)} has no letter or digit on each of its sides (character ${start + good.length + 1})`;
}

function tagProblem(tag: string, start: number): string | undefined {
  if (TAG.test(tag)) return undefined;
  if (tag === '') return `the tag is missing after the colon (character ${start})`;
  const wrong = tag.search(/[^A-Za-z0-9._-]/);
  if (wrong >= 0)
    return `${quoted(characterAt(tag, wrong))} is a character that a tag may not have (character ${start + wrong + 1})`;
  if (tag.length > LONGEST_TAG) return `the tag has ${tag.length} characters, and may have ${LONGEST_TAG}`;
  return `a tag may not begin with ${quoted(characterAt(tag, 0))} (character ${start + 1})`;
}

function characterAt(text: string, index: number): string {
  return String.fromCodePoint(text.codePointAt(index) ?? 0);
}

function quoted(text: string): string {
  return `“${visibleText(text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text)}”`;
}
