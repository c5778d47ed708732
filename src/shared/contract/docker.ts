import { z } from 'zod';
import { Scope } from '../model/account.ts';
import { textUpTo } from '../model/bounded.ts';
import {
  BuildEvent,
  BuildFolder,
  BuiltImage,
  DockerStatus,
  LocalImage,
  PushEvent,
  PushedImage,
} from '../model/docker.ts';
import { ImageTag, RepositoryName } from '../model/image.ts';
import { type Methods, Nothing } from './method.ts';

const FolderPath = textUpTo(4096).min(1);

/** The Docker Engine of this machine. */
export const dockerMethods = {
  'docker.status': {
    kind: 'query',
    about: 'Whether the Docker Engine of this machine answers, and which it is.',
    input: Nothing,
    output: DockerStatus,
  },
  'docker.images': {
    kind: 'query',
    about: 'Images of the Docker Engine of this machine, newest first.',
    input: Nothing,
    output: z.array(LocalImage),
  },
  'docker.folder': {
    kind: 'query',
    about: 'What a folder contains for a build: Dockerfiles, the git commit, and a tag.',
    input: z.strictObject({ folder: FolderPath }),
    output: BuildFolder,
  },
  'docker.build': {
    kind: 'stream',
    about: 'Builds an image from a folder with the Docker Engine, labelled with its git commit.',
    input: z.strictObject({
      folder: FolderPath,
      dockerfile: textUpTo(1024).min(1),
      repository: RepositoryName,
      tag: ImageTag,
    }),
    event: BuildEvent,
    output: BuiltImage,
  },
  'docker.push': {
    kind: 'stream',
    about: 'Tags a local image for an ECR repository and pushes it.',
    input: z.strictObject({
      ...Scope.shape,
      image: textUpTo(512).min(1).describe('a local image: its name or its id'),
      repository: RepositoryName,
      tag: ImageTag,
    }),
    event: PushEvent,
    output: PushedImage,
  },
} as const satisfies Methods;
