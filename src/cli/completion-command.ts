import { Command } from "commander";
import { UsageError } from "./options.ts";

/** A place in the tree of commands, and the words that may follow there. */
interface Place {
  readonly path: string;
  readonly commands: readonly string[];
  readonly options: readonly string[];
  /** Those of the options behind which a value stands. */
  readonly valued: readonly string[];
}

const EXAMPLES = `
Examples:
  source <(spillway completion bash)             in ~/.bashrc
  source <(spillway completion zsh)              in ~/.zshrc, behind compinit
  spillway completion fish > ~/.config/fish/completions/spillway.fish
`;

export function completionCommand(program: () => Promise<Command>): Command {
  return new Command("completion")
    .description("A script that completes commands and options in your shell.")
    .argument("<SHELL>", "bash, zsh or fish")
    .addHelpText("after", EXAMPLES)
    .action(async (shell: string) => {
      process.stdout.write(completion(shell, await program()));
    });
}

/** @throws UsageError */
export function completion(shell: string, program: Command): string {
  const places = placesOf(program, "");
  if (shell === "bash") return bash(places);
  if (shell === "zsh")
    return `#compdef spillway\nautoload -U +X bashcompinit && bashcompinit\n${bash(places)}`;
  if (shell === "fish") return fish(places);
  throw new UsageError(`completion is for bash, zsh or fish, not "${shell}"`);
}

function placesOf(command: Command, path: string): Place[] {
  const below = command.commands;
  const meant = path === "" ? undefined : below[0];
  // Where no command is named the first is meant, so that its options may follow at once.
  const options = [command, ...(meant === undefined ? [] : [meant])].flatMap(
    (each) => each.options,
  );
  const here = {
    path,
    commands: below.flatMap(namesOf),
    options: [...options.flatMap(({ long }) => long ?? []), "--help"],
    valued: options.filter((each) => each.required).flatMap(({ long }) => long ?? []),
  };
  const inner = below.flatMap((each) =>
    namesOf(each).flatMap((name) => placesOf(each, `${path} ${name}`.trim())),
  );
  return [here, ...inner];
}

/** `show` is what one looks for, though it is `list` with a name behind it; other names are for old habits. */
function namesOf(command: Command): string[] {
  return [command.name(), ...command.aliases().filter((each) => each === "show")];
}

/** Behind an option that takes a value, and where nothing fits, the shell completes files. */
function bash(places: readonly Place[]): string {
  const cases = places.map(
    ({ path, commands, options, valued }) =>
      `    "${path}") words="${[...commands, ...options].join(" ")}" valued="${valued.join(" ")}" ;;`,
  );
  return `_spillway() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" place="" words="" valued="" word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$word" in -*) ;; *) case "${everyPath(places)}" in *"|\${place:+$place }$word|"*) place="\${place:+$place }$word" ;; esac ;; esac
  done
  case "$place" in
${cases.join("\n")}
  esac
  COMPREPLY=()
  case " $valued " in *" $previous "*) return ;; esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _spillway spillway ./spillway
`;
}

function everyPath(places: readonly Place[]): string {
  return `|${places
    .map(({ path }) => path)
    .filter((path) => path !== "")
    .join("|")}|`;
}

function fish(places: readonly Place[]): string {
  const lines = places.flatMap(({ path, commands, options, valued }) => {
    const words = path.split(" ").filter((word) => word !== "");
    const seen = words.map((word) => `__fish_seen_subcommand_from ${word}`).join("; and ");
    const when = seen === "" ? "__fish_use_subcommand" : seen;
    return [
      ...commands.map((name) => `complete -c spillway -f -n "${when}" -a ${name}`),
      ...options.map((option) => {
        const takes = valued.includes(option) ? " -r" : "";
        return `complete -c spillway -n "${when}" -l ${option.slice(2)}${takes}`;
      }),
    ];
  });
  return `${lines.join("\n")}\n`;
}
