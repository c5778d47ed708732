import { z } from 'zod';
import { Scope } from '../model/account.ts';
import { listUpTo, textUpTo } from '../model/bounded.ts';
import {
  BuildArgument,
  BuildEvent,
  BuildFolder,
  BuildPlatform,
  BuildSecret,
  BuildTarget,
  BuiltImage,
  DockerChange,
  DockerLogins,
  DockerStatus,
  LocalImage,
  PushEvent,
  PushedImage,
  VariableName,
} from '../model/docker.ts';
import { ImageTag, RegistryHost, RepositoryName } from '../model/image.ts';
import { lazyStrictObject } from '../model/lazy-objects.ts';
import { Done, type Methods, Nothing } from './method.ts';

const FolderPath = textUpTo(4096).min(1);

/** The Docker Engine of this machine. */
export const dockerMethods = {
  'docker.status': {
    kind: 'query',
    about: 'Returns whether the Docker Engine on this machine answers, and which one it is.',
    input: Nothing,
    output: DockerStatus,
  },
  'docker.watch': {
    kind: 'stream',
    about: 'Streams the state of the Docker Engine, and whenever its images change. Ends when cancelled.',
    input: Nothing,
    event: DockerChange,
    output: Done,
  },
  'docker.logins': {
    kind: 'query',
    about:
      "Lists the registries that Docker's config.json has a login or a credential helper for, by name, and the credential " +
      'store. Reads no login and runs no helper.',
    input: Nothing,
    output: DockerLogins,
  },
  'docker.images': {
    kind: 'query',
    about: 'Lists the images of the Docker Engine on this machine, newest first.',
    input: Nothing,
    output: z.array(LocalImage),
  },
  'docker.folder': {
    kind: 'query',
    about:
      'Returns what a folder contains for a build: its Dockerfiles, its git commit, and a suggested tag.',
    input: lazyStrictObject(() => ({
      folder: FolderPath,
      include: listUpTo(2, z.enum(['describe', 'versions']))
        .optional()
        .describe(
          'describe: also what git describe says of the commit, which reads its history; versions: also the time, and those of package.json and VERSION',
        ),
      variable: VariableName.optional().describe(
        "of Slipway's environment, for a tag; none that may be a secret",
      ),
    })),
    output: BuildFolder,
  },
  'docker.build': {
    kind: 'stream',
    about:
      'Builds an image from a folder with the Docker Engine and labels it with the git commit of the ' +
      'folder.',
    input: lazyStrictObject(() => ({
      folder: FolderPath,
      dockerfile: textUpTo(1024).min(1),
      repository: RepositoryName,
      registry: RegistryHost.optional().describe('the host that the name of the image begins with'),
      tag: ImageTag,
      account: Scope.shape.account.optional().describe('signs in to ECR for base images'),
      region: Scope.shape.region.optional(),
      buildArguments: listUpTo(200, BuildArgument)
        .optional()
        .describe('values of ARG; they can be read in the image'),
      secrets: listUpTo(50, BuildSecret)
        .optional()
        .describe(
          'for RUN --mount=type=secret, with BuildKit; the image does not have them. A file is absolute',
        ),
      target: BuildTarget.optional().describe('the stage to build; the last one where it is missing'),
      platform: BuildPlatform.optional().describe('such as linux/arm64'),
      wantedPlatform: BuildPlatform.optional().describe(
        'what runs the image; without a platform it is built for it where the Engine has another one',
      ),
      runningImage: textUpTo(2_048)
        .optional()
        .describe(
          'the image that the service runs: unchanged steps are reused from it, or from the newest local image of the repository',
        ),
    })),
    event: BuildEvent,
    output: BuiltImage,
  },
  'docker.push': {
    kind: 'stream',
    about:
      'Tags a local image for an ECR repository and pushes it; or for a repository of another registry, with the login of the ' +
      'Docker configuration.',
    input: lazyStrictObject(() => ({
      ...Scope.shape,
      image: textUpTo(512).min(1).describe('a local image: its name or its id'),
      repository: RepositoryName,
      tag: ImageTag,
      registry: RegistryHost.optional().describe(
        'the host of another registry than ECR, such as registry.example.com',
      ),
    })),
    event: PushEvent,
    output: PushedImage,
  },
} as const satisfies Methods;
