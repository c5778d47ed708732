import { join } from 'node:path';
import type { Service } from '@aws-sdk/client-ecs';
import { findNodeAtLocation, parseTree } from 'jsonc-parser';
import { SlipwayError } from '../../../shared/errors.ts';
import type { DeclaredMember } from '../../../shared/model/drift.ts';
import { parseImageReference, repositoryAddress } from '../../../shared/model/image-reference.ts';
import type { ProjectFile } from '../../../shared/model/project.ts';
import type { ServiceRef } from '../../../shared/model/service.ts';
import { starPattern } from '../../../shared/wildcard.ts';
import { PROJECT_FILE, readProjectFile } from '../environments/project-file.ts';
import { type CloneFiles, nameIn, textOfFile, textOfState } from './clone-files.ts';
import { type RunningService, withoutIgnored } from './compare-service.ts';
import { Computed, type DeclaredObject, isList, objectOf } from './declared.ts';
import { type FoundDeclaration, isPlan } from './found-declaration.ts';
import { declaredJson } from './read-template.ts';
import { readTerraform } from './terraform.ts';
import { ignoredChanges } from './terraform-configuration.ts';

/** What the files of a clone declare of a service, and what of them could not be read. */
export interface CloneReading {
  readonly found: readonly FoundDeclaration[];
  readonly notRead: readonly string[];
}

/** The service, where it is, and what it runs. */
export interface Subject {
  readonly ref: ServiceRef;
  readonly service: Service;
  readonly running: RunningService;
}

/** Task definitions of the service's family in JSON, as RegisterTaskDefinition takes them or DescribeTaskDefinition answers. */
export function taskDefinitionFiles(
  { root, documents }: CloneFiles,
  { running }: Subject,
): readonly FoundDeclaration[] {
  const { family } = running.content;
  return documents
    .filter((path) => path.endsWith('.json'))
    .flatMap((path): readonly FoundDeclaration[] => {
      const text = textOfFile(path);
      if (text === undefined || !text.includes('containerDefinitions') || !text.includes(String(family)))
        return [];
      const json = objectOf(declaredJson(text));
      const inside = objectOf(json?.taskDefinition);
      const content = inside ?? json;
      if (content === undefined || content.family !== family || !isList(content.containerDefinitions))
        return [];
      const prefix = inside === undefined ? [] : ['taskDefinition'];
      const tree = parseTree(text);
      return [
        {
          kind: 'task-definition',
          title: `Task definition ${nameIn(root, path)}`,
          where: path,
          isOwner: false,
          declared: { taskDefinition: withComputedImages(content) },
          notes: [],
          source: {
            kind: 'file',
            root,
            path,
            imagePath(container) {
              const list = tree && findNodeAtLocation(tree, [...prefix, 'containerDefinitions']);
              const index = (list?.children ?? []).findIndex(
                (each) => findNodeAtLocation(each, ['name'])?.value === container,
              );
              return index === -1 ? undefined : [...prefix, 'containerDefinitions', index, 'image'];
            },
          },
        },
      ];
    });
}

/** No image reference has these: https://github.com/distribution/reference/blob/main/reference.go */
const NOT_IN_IMAGES = /[^\w.:/@+-]/;

/**
 * A pipeline fills in the image of many files: `<IMAGE1_NAME>`, `${IMAGE}`.
 * https://docs.aws.amazon.com/codepipeline/latest/userguide/file-reference.html#file-reference-ecs-bluegreen
 */
function withComputedImages(content: DeclaredObject): DeclaredObject {
  const { containerDefinitions: list } = content;
  if (!isList(list)) return content;
  return {
    ...content,
    containerDefinitions: list.map((each) => {
      const container = objectOf(each);
      const image = container?.image;
      if (container === undefined || image === undefined) return each;
      if (typeof image === 'string' && !NOT_IN_IMAGES.test(image)) return each;
      const by =
        typeof image === 'string' ? `the placeholder ${image.slice(0, 100)}` : 'what fills in the file';
      return { ...container, image: new Computed(by) };
    }),
  };
}

/** slipway.yml names repositories and the tags that may be deployed, and no image. */
export function projectFile({ root }: CloneFiles, { ref, running }: Subject): readonly FoundDeclaration[] {
  const path = join(root, PROJECT_FILE);
  const environments = environmentsWith(path, ref);
  return environments.map(([name, containers]) => {
    const differences: DeclaredMember[] = [];
    let same = 0;
    for (const [container, { repository, tags }] of Object.entries(containers)) {
      const image = running.content.containerDefinitions?.find((each) => each.name === container)?.image;
      const parts = image === undefined ? undefined : parseImageReference(image);
      if (parts === undefined) continue;
      const full = repositoryAddress(parts);
      if (repository === parts.repository || repository === full) same += 1;
      else differences.push({ name: `repository of ${container}`, running: full, declared: repository });
      if (tags === undefined || parts.tag === undefined) continue;
      if (starPattern(tags).matches(parts.tag)) same += 1;
      else differences.push({ name: `tag of ${container}`, running: parts.tag, declared: tags });
    }
    return {
      kind: 'project-file',
      title: `${PROJECT_FILE}, environment ${name}`,
      where: path,
      isOwner: false,
      declared: {},
      compared: { same, differences },
      notes: [`${PROJECT_FILE} has no image: it names the repositories and the tags that may be deployed.`],
      source: { kind: 'project-file' },
    };
  });
}

type ProjectService = ProjectFile['environments'][string]['services'][string];

function environmentsWith(
  path: string,
  { cluster, service, region }: ServiceRef,
): readonly (readonly [string, ProjectService['containers']])[] {
  try {
    return Object.entries(readProjectFile(path).environments).flatMap(([name, environment]) => {
      const isHere =
        (environment.cluster ?? cluster) === cluster && (environment.region ?? region) === region;
      const found =
        isHere && Object.hasOwn(environment.services, service) ? environment.services[service] : undefined;
      return found === undefined ? [] : [[name, found.containers] as const];
    });
  } catch (error) {
    // Settings say what is wrong with the file.
    if (!(error instanceof SlipwayError)) throw error;
    return [];
  }
}

/** States and plans of Terraform that lie in the clone. */
export function terraformFiles(files: CloneFiles, subject: Subject): CloneReading {
  const readings = files.states.map((path) => {
    const text = textOfState(path);
    return text === undefined
      ? { found: [], notRead: [`${path} could not be read: it is larger than 16 MB or not a regular file.`] }
      : terraformDeclaration(files, subject, { text, where: path, name: nameIn(files.root, path) });
  });
  const found = readings.flatMap((reading) => reading.found);
  // A plan says what will be applied next, so it comes before the state that it was made from.
  const plan = found.find(isPlan);
  return { found: plan === undefined ? found : [plan], notRead: readings.flatMap(({ notRead }) => notRead) };
}

/** A state or plan as text, and where it is. */
export interface TerraformText {
  readonly text: string;
  readonly where: string;
  readonly name: string;
}

export function terraformDeclaration(
  files: CloneFiles,
  { ref, service }: Subject,
  { text, where, name }: TerraformText,
): CloneReading {
  const reading = readTerraform(text, ref, service.serviceArn ?? '');
  if (reading.state === 'not-read') {
    return { found: [], notRead: [`${where} is not compared: ${reading.why}.`] };
  }
  if (reading.state === 'other' || reading.service === undefined) return { found: [], notRead: [] };
  const { address, declared } = reading.service;
  const configuration = files.terraform.filter((path) => path.endsWith('.tf'));
  const ignored = ignoredChanges(
    configuration.flatMap((path) => textOfFile(path) ?? []),
    address,
  );
  const isState = reading.what === 'state';
  return {
    found: [
      {
        kind: 'terraform',
        title: `Terraform ${reading.what} ${name}`,
        where,
        isOwner: true,
        ignored,
        declared: withoutIgnored(declared, ignored),
        notes: [
          ...(isState ? [`The state has what Terraform applied last as ${address}.`] : []),
          ...(ignored.size === 0
            ? []
            : [
                `Terraform ignores changes of ${[...ignored].join(', ')} (ignore_changes), so it does not undo them.`,
              ]),
        ],
        source: { kind: 'terraform', what: reading.what, files, address },
      },
    ],
    notRead: [],
  };
}
