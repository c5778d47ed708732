import { randomUUID } from 'node:crypto';
import { dirname } from 'node:path';
import { SlipwayError } from '../../../shared/errors.ts';
import type { DriftPatch } from '../../../shared/model/drift.ts';
import type { Project } from '../../../shared/model/project.ts';
import type { ServiceRef } from '../../../shared/model/service.ts';
import type { Aws } from '../aws/aws.ts';
import { describeService } from '../catalog/service-detail.ts';
import { requireFolder } from '../docker/build-folder.ts';
import { describeRevision } from '../ecs/describe-revision.ts';
import { registrationInput } from '../ecs/registration.ts';
import type { ProjectFolders } from '../environments/project-folders.ts';
import type { Handlers } from '../ports/handlers.ts';
import type { HostFacts, Ports } from '../ports/ports.ts';
import { applyChange } from './apply-change.ts';
import type { Subject } from './clone-declarations.ts';
import { unreadOwner } from './owner-check.ts';
import { type Declarations, readDeclarations, shownDeclaration } from './read-declarations.ts';
import { diffOf, type FileChange, writeBack } from './write-back.ts';

export interface DriftDependencies {
  readonly aws: Pick<Aws, 'ecs' | 'stacks' | 'objects' | 'parameters'>;
  readonly projects: Pick<ProjectFolders, 'list'>;
  readonly host: Pick<HostFacts, 'host'>;
}

interface DriftRequest extends ServiceRef {
  readonly folders?: readonly string[] | undefined;
}

/** More folders are not looked through for one service. */
const MOST_FOLDERS = 10;
const MOST_PATCHES = 100;

/** The declarations of a service that is about to be changed: its stack, and what clones whose slipway.yml has it declare. */
export function createDeclarationReads({
  aws,
  projects,
  project,
}: Omit<DriftDependencies, 'host'> & { readonly project: Ports['project'] }) {
  const ofProject = project?.file === undefined ? [] : [dirname(project.file)];
  return (subject: Subject, signal: AbortSignal): Promise<Declarations> => {
    const named = projects.list().filter((each) => hasService(each, subject.ref));
    const folders = [
      ...ofProject,
      ...named.map(({ file, folder }) => (file === undefined ? folder : dirname(file))),
    ];
    return readDeclarations({ aws, signal }, subject, [...new Set(folders)].slice(0, MOST_FOLDERS));
  };
}

/** The methods about what declares a service. */
export function createDriftHandlers(
  dependencies: DriftDependencies,
): Pick<Handlers, 'drift.get' | 'drift.patch' | 'drift.applyPatch'> {
  // Only what was shown can be written.
  const patches = new Map<string, FileChange>();
  const keep = (change: FileChange): string => {
    const id = randomUUID();
    patches.set(id, change);
    const [oldest] = patches.keys();
    if (patches.size > MOST_PATCHES && oldest !== undefined) patches.delete(oldest);
    return id;
  };
  return {
    async 'drift.get'(input, { signal }) {
      const { subject, declarations } = await readAll(dependencies, input, signal);
      return {
        declarations: declarations.found.map((each) => shownDeclaration(each, subject.running)),
        notRead: [...unreadOwner(declarations, subject.service)],
      };
    },
    async 'drift.patch'(input, { signal }) {
      const { subject, declarations } = await readAll(dependencies, input, signal);
      const { found, clones } = declarations;
      return {
        patches: found.flatMap((each): DriftPatch[] => {
          const { title, changes, sentence } = writeBack(each, subject.running, clones);
          if (changes.length === 0) return [{ title, sentence }];
          return changes.map((change) => ({
            title,
            sentence,
            id: keep(change),
            file: change.path,
            diff: diffOf(change),
          }));
        }),
      };
    },
    async 'drift.applyPatch'({ id }) {
      const change = patches.get(id);
      if (change === undefined) {
        throw new SlipwayError('NOT_FOUND', 'This patch no longer exists. Make the patch again.');
      }
      applyChange(change);
      patches.delete(id);
      return { file: change.path };
    },
  };
}

async function readAll(
  dependencies: DriftDependencies,
  { folders = [], ...ref }: DriftRequest,
  signal: AbortSignal,
): Promise<{ readonly subject: Subject; readonly declarations: Declarations }> {
  const { aws, projects, host } = dependencies;
  if (folders.length > 0 && host.host !== 'cli') {
    throw new SlipwayError(
      'INVALID_INPUT',
      'Folders are named on the command line only. Add them in the settings.',
    );
  }
  const ecs = aws.ecs(ref, 'visible');
  const service = await describeService({ ecs, signal }, ref);
  const { taskDefinition } = service;
  const given = await Promise.all(folders.map(requireFolder));
  const all = [...new Set([...given, ...foldersFor(ref, projects.list())])].slice(0, MOST_FOLDERS);
  // Where nothing was deployed yet, nothing runs otherwise than it is declared.
  const content =
    taskDefinition === undefined
      ? { family: '', containerDefinitions: [] }
      : registrationInput(await describeRevision(ecs, taskDefinition, signal));
  const subject = { ref, service, running: { service, content } };
  if (taskDefinition === undefined) return { subject, declarations: { found: [], notRead: [], clones: [] } };
  return { subject, declarations: await readDeclarations({ aws, signal }, subject, all) };
}

/** The folders of the settings whose slipway.yml has the service; all of them where none has. */
function foldersFor(ref: ServiceRef, projects: readonly Project[]): readonly string[] {
  const named = projects.filter((project) => hasService(project, ref));
  return (named.length > 0 ? named : projects).map(({ file, folder }) =>
    file === undefined ? folder : dirname(file),
  );
}

/** Whether a slipway.yml has the service. */
function hasService({ environments }: Project, { account, region, cluster, service }: ServiceRef): boolean {
  const isHere = (named: string | undefined, here: string): boolean => named === undefined || named === here;
  return environments.some(
    (each) =>
      isHere(each.account, account) &&
      isHere(each.region, region) &&
      isHere(each.cluster, cluster) &&
      each.services.includes(service),
  );
}
