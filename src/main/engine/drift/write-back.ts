import { basename } from 'node:path';
import { createTwoFilesPatch } from 'diff';
import { type CloneFiles, nameIn, textOfFile } from './clone-files.ts';
import { compareService, type RunningService } from './compare-service.ts';
import type { ComparedMember } from './compared-member.ts';
import { isList, objectOf } from './declared.ts';
import type { FoundDeclaration } from './found-declaration.ts';
import { declaredJson, readTemplate } from './read-template.ts';
import { parameterFor } from './stack.ts';
import type { StackDeclaration } from './stack-declaration.ts';
import { edited, isWritable, type Literal, literalAt, type TextEdit } from './text-edit.ts';

/** A change of one file of a clone. */
export interface FileChange {
  readonly root: string;
  readonly path: string;
  readonly before: string;
  readonly after: string;
}

/** What writes the running images into a declaration: changes of files, and what is left to a person. */
export interface WriteBack {
  readonly title: string;
  readonly changes: readonly FileChange[];
  readonly sentence: string;
}

/** An image that runs and is declared otherwise, or computed. */
interface ImageToWrite {
  readonly container: string;
  readonly image: string;
  /** What is declared; undefined where it is computed. */
  readonly declared: string | undefined;
  readonly by: string | undefined;
}

/** The way back for one declaration. Nothing is written by it. */
export function writeBack(
  found: FoundDeclaration,
  running: RunningService,
  clones: readonly CloneFiles[],
): WriteBack {
  const { title, source } = found;
  if (source.kind === 'project-file') {
    return { title, changes: [], sentence: 'slipway.yml has no image, so there is nothing to write back.' };
  }
  const images = imagesToWrite(compareService(found.declared, running), running);
  if (images.length === 0) {
    const revision = found.declared.revision !== undefined;
    const sentence = revision
      ? 'It names a revision and has no image: change the revision in it.'
      : 'It declares the running images already.';
    return { title, changes: [], sentence };
  }
  const odd = images.find(({ image }) => !isWritable(image));
  if (odd !== undefined) {
    return {
      title,
      changes: [],
      sentence: `The image of ${odd.container} has characters that Slipway does not write.`,
    };
  }
  switch (source.kind) {
    case 'file':
      return { title, ...ofFile(source, images) };
    case 'terraform':
      return { title, ...ofTerraform(source.files, images) };
    case 'stack':
      return { title, ...ofStack(source.stack, images, clones) };
  }
}

type Outcome = Omit<WriteBack, 'title'>;

function imagesToWrite(
  members: readonly ComparedMember[],
  { content }: RunningService,
): readonly ImageToWrite[] {
  return members.flatMap(({ state, container, declared, by }) => {
    const image = content.containerDefinitions?.find(({ name }) => name === container)?.image;
    if (container === undefined || image === undefined || state === 'same') return [];
    return [{ container, image, declared, by }];
  });
}

function ofFile(
  { root, path, imagePath }: Extract<FoundDeclaration['source'], { readonly kind: 'file' }>,
  images: readonly ImageToWrite[],
): Outcome {
  const text = textOfFile(path);
  if (text === undefined) return nothing(`${path} could not be read.`);
  const edits: TextEdit[] = [];
  const left: string[] = [];
  for (const { container, image, by } of images) {
    const at = imagePath(container);
    // What is computed may be text too, such as the placeholder that a pipeline fills in.
    const literal = at === undefined || by !== undefined ? undefined : literalAt(text, at);
    if (literal === undefined)
      left.push(
        by === undefined
          ? `the image of ${container} is not plain text in it; set it to ${image}`
          : `${by} gives the image of ${container}`,
      );
    else edits.push(literal.replace(image));
  }
  return outcomeOf([{ root, path, text, edits }], left);
}

/** Files with the edits of each. */
interface EditedFile {
  readonly root: string;
  readonly path: string;
  readonly text: string;
  readonly edits: readonly TextEdit[];
}

function outcomeOf(files: readonly EditedFile[], left: readonly string[]): Outcome {
  const changes = files
    .filter(({ edits }) => edits.length > 0)
    .map(({ root, path, text, edits }) => ({ root, path, before: text, after: edited(text, edits) }));
  const names = changes.map(({ path }) => basename(path)).join(', ');
  if (changes.length === 0) return nothing(`No file is changed: ${left.join('; ')}.`);
  const rest = left.length === 0 ? '' : ` Still to do by hand: ${left.join('; ')}.`;
  return { changes, sentence: `This changes ${names}. Nothing is committed.${rest}` };
}

/** Adds an edit once. Returns false where another edit puts other text in its place. */
function addEdit(files: Map<string, EditedFile>, file: Omit<EditedFile, 'edits'>, edit: TextEdit): boolean {
  const edits = files.get(file.path)?.edits ?? [];
  const known = edits.find(({ start }) => start === edit.start);
  if (known === undefined) files.set(file.path, { ...file, edits: [...edits, edit] });
  return known === undefined || known.text === edit.text;
}

function conflictSentence({ container, image }: Pick<ImageToWrite, 'container' | 'image'>): string {
  return `the image of ${container} is declared in the same place as another image; set it to ${image}`;
}

function nothing(sentence: string): Outcome {
  return { changes: [], sentence };
}

/** Templates and parameter files of the clones; else the parameter that the next update needs. */
function ofStack(
  stack: StackDeclaration,
  images: readonly ImageToWrite[],
  clones: readonly CloneFiles[],
): Outcome {
  const documents = clones.flatMap(({ root, documents: paths }) =>
    paths.flatMap((path) => {
      const text = textOfFile(path);
      return text === undefined ? [] : [{ root, path, text }];
    }),
  );
  const files = new Map<string, EditedFile>();
  const left: string[] = [];
  for (const wanted of images) {
    const parameter = parameterFor(stack, wanted.container, wanted.image);
    const edits = documents.flatMap((file) => {
      const literal =
        parameter === undefined
          ? imageInTemplate(file.text, stack, wanted)
          : parameterInFile(file.text, parameter.name, parameter.before);
      return literal === undefined ? [] : [{ file, edit: literal.replace(parameter?.value ?? wanted.image) }];
    });
    const conflicts = edits.filter(({ file, edit }) => !addEdit(files, file, edit));
    if (conflicts.length > 0) left.push(conflictSentence(wanted));
    if (edits.length === 0) left.push(stackSentence(stack, wanted, parameter));
  }
  return outcomeOf([...files.values()], left);
}

function stackSentence(
  { name, kind, construct }: StackDeclaration,
  { container, image, by }: ImageToWrite,
  parameter: { readonly name: string; readonly value: string } | undefined,
): string {
  if (parameter !== undefined) {
    return `pass ${parameter.name}=${parameter.value} to the next update of ${name} (aws cloudformation deploy --stack-name ${name} --template-file FILE --parameter-overrides ${parameter.name}=${parameter.value})`;
  }
  if (by !== undefined) return `${by} gives the image of ${container}; set it to ${image}`;
  if (kind === 'cdk') {
    return `CDK makes the template; set the image of ${container} to ${image} in its code${construct === undefined ? '' : ` (${construct})`}`;
  }
  return `no file in the folders of Settings › Repositories is the template of ${name}; set the image of ${container} to ${image} in it`;
}

/** The image in a file that has the template of the stack: the same task definition with the same container. */
function imageInTemplate(
  text: string,
  { taskDefinition }: StackDeclaration,
  { container, declared }: ImageToWrite,
): Literal | undefined {
  if (taskDefinition === undefined || !text.includes('AWS::ECS::TaskDefinition')) return undefined;
  const resource = objectOf(objectOf(readTemplate(text)?.Resources)?.[taskDefinition]);
  const { ContainerDefinitions: containers } = objectOf(resource?.Properties) ?? {};
  const index = isList(containers) ? containers.findIndex((each) => objectOf(each)?.Name === container) : -1;
  if (index === -1) return undefined;
  const literal = literalAt(text, [
    'Resources',
    taskDefinition,
    'Properties',
    'ContainerDefinitions',
    index,
    'Image',
  ]);
  return literal?.value === declared ? literal : undefined;
}

/**
 * A parameter in a file of parameters, in either form of the AWS CLI and CodePipeline, where it has the value that the stack has.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/continuous-delivery-codepipeline-cfn-artifacts.html
 */
function parameterInFile(text: string, name: string, before: string): Literal | undefined {
  if (!text.includes(name) || text.includes('AWS::ECS::')) return undefined;
  const json = /^\s*[[{]/.test(text) ? declaredJson(text) : undefined;
  const index = isList(json) ? json.findIndex((each) => objectOf(each)?.ParameterKey === name) : -1;
  const literal =
    index === -1 ? literalAt(text, ['Parameters', name]) : literalAt(text, [index, 'ParameterValue']);
  return literal?.value === before ? literal : undefined;
}

/** The image as text in a .tf or .tfvars file; else its tag as the value of a variable; else the variable's name. */
function ofTerraform({ root, terraform }: CloneFiles, images: readonly ImageToWrite[]): Outcome {
  const texts = terraform.flatMap((path) => {
    const text = textOfFile(path);
    return text === undefined ? [] : [{ root, path, text }];
  });
  const files = new Map<string, EditedFile>();
  const left: string[] = [];
  for (const { container, image, declared, by } of images) {
    const variables = variablesOfImages(texts.map(({ text }) => text));
    const places = declared === undefined ? [] : placesIn(texts, declared, image, variables);
    const [only] = places;
    if (places.length === 1 && only !== undefined) {
      if (!addEdit(files, only.file, only.edit)) left.push(conflictSentence({ container, image }));
    } else left.push(variableSentence({ container, image, variables, by }));
  }
  return outcomeOf([...files.values()], left);
}

function variableSentence({
  container,
  image,
  variables,
  by,
}: Pick<ImageToWrite, 'container' | 'image' | 'by'> & { readonly variables: readonly string[] }): string {
  if (by !== undefined) return `${by} gives the image of ${container}; set it so that it is ${image}`;
  if (variables.length === 0)
    return `the image of ${container} is not in exactly one place in the .tf files; set it to ${image}`;
  const names = variables.map((name) => `var.${name}`).join(', ');
  return `the image of ${container} comes from ${names}; set it so that the image is ${image}`;
}

/** The variables on lines that set an image. */
function variablesOfImages(texts: readonly string[]): readonly string[] {
  const lines = texts.flatMap((text) =>
    text.split('\n').filter((line) => /(?:^|[\s{,])"?image"?[ \t]*[=:]/.test(line.slice(0, 2_000))),
  );
  const names = lines.flatMap((line) =>
    [...line.slice(0, 2_000).matchAll(/\bvar\.(?<name>\w+)/g)].map(({ groups }) => groups?.name ?? ''),
  );
  return [...new Set(names)];
}

/** Where the whole image stands in quotes, or else its tag as the value of a variable that an image is made of. */
function placesIn(
  texts: readonly { readonly root: string; readonly path: string; readonly text: string }[],
  declared: string,
  image: string,
  variables: readonly string[],
): readonly { readonly file: Omit<EditedFile, 'edits'>; readonly edit: TextEdit }[] {
  const whole = texts.flatMap((file) =>
    offsetsOf(file.text, JSON.stringify(declared)).map((start) => ({
      file,
      edit: { start: start + 1, end: start + 1 + declared.length, text: image },
    })),
  );
  if (whole.length > 0) return whole;
  const colon = declared.lastIndexOf(':');
  const [repository, tag] = [declared.slice(0, colon + 1), declared.slice(colon + 1)];
  if (colon === -1 || tag.includes('/') || !image.startsWith(repository)) return [];
  return texts.flatMap((file) =>
    variables.flatMap((name) =>
      valuesOfVariable(file, name)
        .filter(({ value }) => value === tag)
        .map(({ start }) => ({
          file,
          edit: { start, end: start + tag.length, text: image.slice(repository.length) },
        })),
    ),
  );
}

/** `name = "value"` of a .tfvars file, and the default of `variable "name"` of a .tf file. */
function valuesOfVariable(
  { path, text }: { readonly path: string; readonly text: string },
  name: string,
): readonly { readonly value: string; readonly start: number }[] {
  const isValues = path.endsWith('.tfvars');
  const at = isValues ? 0 : text.indexOf(`variable "${name}"`);
  if (at === -1) return [];
  const closing = text.indexOf('\n}', at);
  const block = isValues ? text : text.slice(at, closing === -1 ? undefined : closing);
  const form = new RegExp(
    `^[ \\t]*${isValues ? name : 'default'}[ \\t]*=[ \\t]*"(?<value>[^"\\n$]{1,1000})"`,
    'm',
  );
  const match = form.exec(block);
  const value = match?.groups?.value;
  if (match === null || value === undefined) return [];
  return [{ value, start: at + match.index + match[0].length - 1 - value.length }];
}

function offsetsOf(text: string, wanted: string): readonly number[] {
  const offsets: number[] = [];
  for (let at = text.indexOf(wanted); at !== -1; at = text.indexOf(wanted, at + wanted.length))
    offsets.push(at);
  return offsets;
}

/** A unified diff, as `git apply` takes it in the folder. */
export function diffOf({ root, path, before, after }: FileChange): string {
  const name = nameIn(root, path);
  const patch = createTwoFilesPatch(`a/${name}`, `b/${name}`, before, after, undefined, undefined, {
    context: 3,
  });
  // Its first line is a rule.
  return patch.slice(patch.indexOf('---'));
}
