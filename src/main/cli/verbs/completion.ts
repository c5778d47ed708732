import { Argument } from 'commander';
import { EXIT } from '../command/exit-code.ts';
import { addExamples } from '../command/flags.ts';
import type { Invocation, Verb } from '../command/verb.ts';
import { completionScript, SHELLS } from '../completion/completion-script.ts';

/** Prints the script that completes verbs, options and choices. */
export const verb: Verb = {
  configure(command) {
    command.addArgument(new Argument('<shell>', 'the shell').choices(SHELLS));
    addExamples(command, [
      ['bash', 'slipway completion bash > ~/.local/share/bash-completion/completions/slipway'],
      ['zsh', 'slipway completion zsh > ~/.zsh/completions/_slipway'],
      ['fish', 'slipway completion fish > ~/.config/fish/completions/slipway.fish'],
    ]);
  },
  run: completion,
};

async function completion({ io, args, verbs }: Invocation): Promise<number> {
  const shell = SHELLS.find((each) => each === args[0]);
  if (shell === undefined) return EXIT.refused;
  const { completedVerb } = await import('../completion/completed-verb.ts');
  io.stdout.write(completionScript(shell, await Promise.all(verbs.map(completedVerb))));
  return EXIT.success;
}
