import { Option } from 'commander';
import type { ProjectEnvironment } from '../../../shared/model/project.ts';
import { EXIT } from '../command/exit-code.ts';
import { addExamples, browserOption, sandboxOption } from '../command/flags.ts';
import type { Invocation, Verb } from '../command/verb.ts';

type Environments = Readonly<Record<string, ProjectEnvironment>>;

/** Writes slipway.yml from what runs or from scripts, or adds an environment to it. */
export const verb: Verb = {
  configure(command) {
    command
      .option('-p, --profile <name>', 'profile of the AWS files (default: as the AWS CLI chooses)')
      .option('-r, --region <region>', 'AWS region (default: as the AWS CLI chooses)')
      .addOption(sandboxOption())
      .addOption(browserOption())
      .option('-c, --cluster <name>', 'the cluster that is read')
      .option('--name <name>', 'name of the environment (default: that of the cluster)')
      .addOption(
        new Option(
          '--from <source>',
          'read the manifests of an application, or the deploy scripts of the folder',
        ).choices(['copilot', 'scripts']),
      )
      .option('--print', 'print the file, and write nothing');
    addExamples(command, [
      ['the services of a cluster', 'slipway init -p acme-prod -c production1 --name production'],
      ['a Copilot application, in its folder', 'slipway init --from copilot -p acme-prod'],
      ['the deploy scripts of the folder, without AWS', 'slipway init --from scripts --print'],
    ]);
  },
  run: init,
};

async function init(invocation: Invocation): Promise<number> {
  const { io, flags, output } = invocation;
  const { writeProject } = await import('../init/write-project.ts');
  const environments = await (flags.text('from') === 'scripts' ? ofScripts(invocation) : ofAws(invocation));
  const { file, text } = writeProject(io.folder, environments, flags.isSet('print') ? 'print' : 'write');
  if (flags.isSet('print')) output.raw(text);
  else {
    const names = Object.keys(environments).join(', ');
    output.line(`${file} has ${names}. Check it, then use it with --env.`);
  }
  return EXIT.success;
}

/** Of what runs, or of a Copilot application. */
async function ofAws({ io, flags, output, client, scope }: Invocation): Promise<Environments> {
  const { environmentsToWrite } = await import('../init/environments-to-write.ts');
  const { environments, notes } = await environmentsToWrite(await client(), {
    scope: await scope(),
    name: flags.text('name'),
    copilotFolder: flags.text('from') === 'copilot' ? io.folder : undefined,
  });
  for (const note of notes) output.problem([{ text: note, style: 'yellow' }]);
  return environments;
}

/** Of the deploy scripts of the folder, with where each value was read. */
async function ofScripts({ io, flags, output }: Invocation): Promise<Environments> {
  const { readScripts } = await import('../init/read-scripts.ts');
  const { environments, found, missing } = readScripts(io.folder, flags.text('name'));
  for (const sentence of found) output.note(sentence);
  for (const sentence of missing) output.problem([{ text: sentence, style: 'yellow' }]);
  return environments;
}
