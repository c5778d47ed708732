export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

/** What is completed of a verb. */
export interface CompletedVerb {
  readonly name: string;
  readonly summary: string;
  readonly options: readonly CompletedOption[];
  /** The values of its arguments, where they are fixed. */
  readonly choices: readonly string[];
}

export interface CompletedOption {
  /** Such as `-c` and `--cluster`. */
  readonly names: readonly string[];
  readonly description: string;
  readonly takes: 'nothing' | 'value' | 'perhaps' | 'file';
  /** The values that it takes, where they are fixed. */
  readonly choices: readonly string[];
}

/**
 * A script that completes without starting Slipway: everything that it offers is written into it. After a new version it
 * is printed again.
 */
export function completionScript(shell: Shell, verbs: readonly CompletedVerb[]): string {
  switch (shell) {
    case 'bash':
      return bashScript(verbs);
    case 'zsh':
      return zshScript(verbs);
    case 'fish':
      return fishScript(verbs);
  }
}

/** `slipway help VERB`, which is no verb of its own. */
const HELP = { name: 'help', summary: 'print the help of a verb' } as const;

/** https://www.gnu.org/software/bash/manual/html_node/Programmable-Completion.html */
function bashScript(verbs: readonly CompletedVerb[]): string {
  const names = ['help', ...verbs.map(({ name }) => name)].join(' ');
  const optionCases = verbs.map(
    ({ name, options }) =>
      `    ${name}) options=${quoted(options.flatMap((each) => each.names).join(' '))} ;;`,
  );
  const argumentCases = verbs
    .filter(({ choices }) => choices.length > 0)
    .map(({ name, choices }) => `    ${name}) words=${quoted(choices.join(' '))} ;;`);
  const valueCases = verbs.flatMap(({ name, options }) =>
    options
      .filter(({ takes }) => takes === 'value' || takes === 'file')
      .map(({ names: optionNames, choices }) => {
        const pattern = optionNames.map((each) => `${name}:${each}`).join('|');
        return `    ${pattern}) words=${quoted(choices.join(' '))}; value=1 ;;`;
      }),
  );
  return `# Completion of slipway for bash. Made by \`slipway completion bash\`.
_slipway() {
  local current=\${COMP_WORDS[COMP_CWORD]} verb=\${COMP_WORDS[1]} words='' options='' value=''
  if (( COMP_CWORD == 1 )); then
    COMPREPLY=($(compgen -W ${quoted(names)} -- "$current"))
    return
  fi
  case "$verb:\${COMP_WORDS[COMP_CWORD-1]}" in
    help:help) words=${quoted(names)} ;;
${valueCases.join('\n')}
  esac
  if [[ -n $value ]]; then
    COMPREPLY=($(compgen -W "$words" -- "$current"))
    return
  fi
  case "$verb" in
${optionCases.join('\n')}
  esac
  case "$verb" in
${argumentCases.join('\n')}
  esac
  if [[ $current == -* ]]; then words=$options; fi
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _slipway slipway
`;
}

/** https://zsh.sourceforge.io/Doc/Release/Completion-System.html */
function zshScript(verbs: readonly CompletedVerb[]): string {
  const described = [HELP, ...verbs].map(({ name, summary }) => `    ${quoted(`${name}:${summary}`)}`);
  const cases = verbs.map(({ name, options, choices }) => {
    const specs = options.flatMap((option) => option.names.map((each) => zshSpec(each, option)));
    if (choices.length > 0) specs.push(`1:value:(${choices.join(' ')})`);
    return `    ${name}) _arguments ${[...specs, '*:file:_files'].map(quoted).join(' ')} ;;`;
  });
  return `#compdef slipway
# Completion of slipway for zsh. Made by \`slipway completion zsh\`.
_slipway() {
  local -a verbs
  verbs=(
${described.join('\n')}
  )
  if (( CURRENT == 2 )); then
    _describe verb verbs
    return
  fi
  local verb=$words[2]
  if [[ $verb == help ]]; then
    (( CURRENT == 3 )) && _describe verb verbs
    return
  fi
  shift words
  (( CURRENT-- ))
  case "$verb" in
${cases.join('\n')}
  esac
}
# In a folder of fpath, zsh reads this file at the first completion and expects it to complete at once.
if [[ $funcstack[1] == _slipway ]]; then
  _slipway "$@"
else
  compdef _slipway slipway
fi
`;
}

function zshSpec(name: string, { description, takes, choices }: CompletedOption): string {
  const about = description.replaceAll(/[[\]:\\]/g, '\\$&');
  const values = takes === 'file' ? '_files' : choices.length > 0 ? `(${choices.join(' ')})` : '';
  if (takes === 'nothing') return `*${name}[${about}]`;
  return `*${name}[${about}]${takes === 'perhaps' ? '::' : ':'}value:${values}`;
}

/** https://fishshell.com/docs/current/completions.html */
function fishScript(verbs: readonly CompletedVerb[]): string {
  const lines = verbs.flatMap(({ name, summary, options, choices }) => {
    const condition = quoted(`__fish_seen_subcommand_from ${name}`);
    return [
      `complete -c slipway -n __fish_use_subcommand -f -a ${name} -d ${quoted(summary)}`,
      ...(choices.length > 0
        ? [`complete -c slipway -n ${condition} -f -a ${quoted(choices.join(' '))}`]
        : []),
      ...options.map((option) => `complete -c slipway -n ${condition} ${fishOption(option)}`),
    ];
  });
  const names = verbs.map(({ name }) => name).join(' ');
  const help = [
    `complete -c slipway -n __fish_use_subcommand -f -a help -d ${quoted(HELP.summary)}`,
    `complete -c slipway -n '__fish_seen_subcommand_from help' -f -a ${quoted(names)}`,
  ];
  return `# Completion of slipway for fish. Made by \`slipway completion fish\`.\n${[...help, ...lines].join('\n')}\n`;
}

function fishOption({ names, description, takes, choices }: CompletedOption): string {
  const flags = names.map((each) => (each.startsWith('--') ? `-l ${each.slice(2)}` : `-s ${each.slice(1)}`));
  const value = takes === 'value' ? ['-x'] : takes === 'file' ? ['-r', '-F'] : [];
  const values = choices.length > 0 ? [`-a ${quoted(choices.join(' '))}`] : [];
  return [...flags, ...value, ...values, `-d ${quoted(description)}`].join(' ');
}

/** In single quotes, as bash, zsh and fish read them when the text holds no single quote or backslash. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
