import { Argument } from 'commander';
import { assertNever } from '../../../shared/assert-never.ts';
import { SlipwayError } from '../../../shared/errors.ts';
import { EXIT } from '../command/exit-code.ts';
import { addExamples, addScopeFlags, addServiceFlags } from '../command/flags.ts';
import type { Invocation, Verb } from '../command/verb.ts';
import type { ReleaseTarget } from '../export/release-target.ts';

const FORMATS = ['deploy.sh', 'github-actions', 'jenkins', 'codebuild', 'iam-policy'] as const;
type Format = (typeof FORMATS)[number];

/** Prints a release as a script or pipeline that needs only the AWS CLI. */
export const verb: Verb = {
  configure(command) {
    command.addArgument(new Argument('<format>', 'what to write').choices(FORMATS));
    addServiceFlags(addScopeFlags(command))
      .option(
        '-i, --image <repository>',
        'the repository whose containers are updated (default: the only one)',
      )
      .option('--build <folder>', 'build and push this folder first');
    addExamples(command, [
      ['a script for one service', 'slipway export deploy.sh -c production -n web > deploy.sh'],
      [
        'a workflow that builds, with the least policy for its role',
        'slipway export github-actions --env production -n web --build . > .github/workflows/release.yml',
      ],
      ['the policy', 'slipway export iam-policy --env production -n web --build .'],
    ]);
  },
  run: exportRelease,
};

async function exportRelease(invocation: Invocation): Promise<number> {
  const { args, flags, output, client, scope, project } = invocation;
  const format = FORMATS.find((each) => each === args[0]);
  if (format === undefined) return EXIT.refused;
  const { cluster, ...place } = await scope();
  const environment = await project();
  const service =
    flags.text('service') ?? onlyServiceOf(Object.keys(environment?.environment.services ?? {}));
  if (cluster === undefined || service === undefined) {
    throw new SlipwayError('INVALID_INPUT', 'Name the cluster with -c and the service with -n.');
  }
  const { readReleaseTarget } = await import('../export/release-target.ts');
  const target = await readReleaseTarget(await client(), {
    scope: { ...place, cluster },
    service,
    repository: flags.text('image'),
    build: flags.text('build'),
  });
  output.raw(await textOf(format, target, environment?.name));
  return EXIT.success;
}

function onlyServiceOf(names: readonly string[]): string | undefined {
  return names.length === 1 ? names[0] : undefined;
}

async function textOf(
  format: Format,
  target: ReleaseTarget,
  environment: string | undefined,
): Promise<string> {
  const [{ deployScript }, { iamPolicy }, { codebuildSpec, githubWorkflow, jenkinsfile }] = await Promise.all(
    [
      import('../export/deploy-script.ts'),
      import('../export/iam-policy.ts'),
      import('../export/pipelines.ts'),
    ],
  );
  switch (format) {
    case 'deploy.sh':
      return deployScript(target);
    case 'github-actions':
      return githubWorkflow(target, environment);
    case 'jenkins':
      return jenkinsfile(target);
    case 'codebuild':
      return codebuildSpec(target);
    case 'iam-policy':
      return iamPolicy(target);
    default:
      return assertNever(format);
  }
}
