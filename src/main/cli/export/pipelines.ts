import { stringify } from 'yaml';
import { releaseCommands } from './deploy-script.ts';
import type { ReleaseTarget } from './release-target.ts';

const YAML = { lineWidth: 0, blockQuote: 'literal' } as const;

/** A workflow that signs in with OIDC (the variable AWS_ROLE_ARN of the repository). */
export function githubWorkflow(target: ReleaseTarget, environment: string | undefined): string {
  const { cluster, service, region } = target;
  const workflow = {
    name: `Release ${service}`,
    on: {
      push: { branches: ['main'] },
      workflow_dispatch: { inputs: { tag: { description: 'The tag to deploy', required: false } } },
    },
    permissions: { 'id-token': 'write', contents: 'read' },
    concurrency: { group: `${cluster}-${service}`, 'cancel-in-progress': false },
    jobs: {
      release: {
        'runs-on': 'ubuntu-24.04',
        ...(environment === undefined ? {} : { environment }),
        steps: [
          { uses: 'actions/checkout@v5' },
          {
            uses: 'aws-actions/configure-aws-credentials@v5',
            with: { 'role-to-assume': expression('vars.AWS_ROLE_ARN'), 'aws-region': region },
          },
          {
            name: 'Release',
            shell: 'bash',
            env: { IMAGE_TAG: expression('inputs.tag || github.sha') },
            run: releaseCommands(target),
          },
        ],
      },
    },
  };
  return `${note('#', 'Set the variable AWS_ROLE_ARN of the repository to a role with the exported policy.')}${stringify(workflow, YAML)}`;
}

/** A buildspec. The tag is the commit of the source unless IMAGE_TAG is set. */
export function codebuildSpec(target: ReleaseTarget): string {
  const spec = {
    version: 0.2,
    env: { shell: 'bash' },
    phases: {
      build: {
        commands: [
          `export IMAGE_TAG="\${IMAGE_TAG:-$CODEBUILD_RESOLVED_SOURCE_VERSION}"\n${releaseCommands(target)}`,
        ],
      },
    },
  };
  const needs =
    target.build === undefined
      ? 'The role of the project needs the exported policy.'
      : 'The role of the project needs the exported policy, and the project privileged mode, to build images.';
  return `${note('#', needs)}${stringify(spec, YAML)}`;
}

/** A declarative pipeline for an agent that has credentials. */
export function jenkinsfile(target: ReleaseTarget): string {
  return `${note('//', 'The agent needs bash, jq, the AWS CLI and credentials with the exported policy.')}pipeline {
  agent any
  options { disableConcurrentBuilds() }
  parameters { string(name: 'IMAGE_TAG', defaultValue: '', description: 'The tag to deploy; the git commit by default') }
  stages {
    stage('Release ${target.service}') {
      steps {
        sh '''${groovyText(`#!/usr/bin/env bash\n${releaseCommands(target)}`)}'''
      }
    }
  }
}
`;
}

/** Inside of ''' only a backslash and ''' mean something. */
function groovyText(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll("'''", String.raw`\'\'\'`);
}

function note(mark: string, sentence: string): string {
  return `${mark} Written by \`slipway export\`. ${sentence}\n`;
}

function expression(text: string): string {
  return `\${{ ${text} }}`;
}
