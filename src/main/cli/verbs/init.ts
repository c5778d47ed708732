import { Option } from 'commander';
import { EXIT } from '../command/exit-code.ts';
import { addExamples, sandboxOption } from '../command/flags.ts';
import type { Invocation, Verb } from '../command/verb.ts';

/** Writes slipway.yml from what runs, or adds an environment to it. */
export const verb: Verb = {
  configure(command) {
    command
      .option('-p, --profile <name>', 'profile of the AWS files (default: as the AWS CLI chooses)')
      .option('-r, --region <region>', 'AWS region (default: as the AWS CLI chooses)')
      .addOption(sandboxOption())
      .option('-c, --cluster <name>', 'the cluster that is read')
      .option('--name <name>', 'name of the environment (default: that of the cluster)')
      .addOption(new Option('--from <source>', 'read the manifests of an application').choices(['copilot']))
      .option('--print', 'print the file, and write nothing');
    addExamples(command, [
      ['the services of a cluster', 'slipway init -p acme-prod -c production1 --name production'],
      ['a Copilot application, in its folder', 'slipway init --from copilot -p acme-prod'],
    ]);
  },
  run: init,
};

async function init(invocation: Invocation): Promise<number> {
  const { io, flags, output, client, scope } = invocation;
  const [{ environmentsToWrite }, { writeProject }] = await Promise.all([
    import('../init/environments-to-write.ts'),
    import('../init/write-project.ts'),
  ]);
  const { environments, notes } = await environmentsToWrite(await client(), {
    scope: await scope(),
    name: flags.text('name'),
    copilotFolder: flags.text('from') === 'copilot' ? io.folder : undefined,
  });
  for (const note of notes) output.problem([{ text: note, style: 'yellow' }]);
  const { file, text } = writeProject(io.folder, environments, flags.isSet('print') ? 'print' : 'write');
  if (flags.isSet('print')) output.raw(text);
  else {
    const names = Object.keys(environments).join(', ');
    output.line(`${file} has ${names}. Check it, then use it with --env.`);
  }
  return EXIT.success;
}
