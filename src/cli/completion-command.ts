import { Command } from "commander";
import { UsageError } from "./options.ts";

/** A place in the tree of commands, and the words that may follow there. */
interface Place {
  readonly path: string;
  readonly commands: readonly string[];
  readonly options: readonly string[];
}

const EXAMPLES = `
Examples:
  source <(spillway completion bash)
  spillway completion zsh > "\${fpath[1]}/_spillway"
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
  const meant = below[0];
  // Where no command is named the first is meant, so that its options may follow at once.
  const options = [command, ...(path !== "" && meant !== undefined ? [meant] : [])].flatMap(
    (each) => each.options.flatMap(({ long }) => long ?? []),
  );
  const here = {
    path,
    commands: below.map((each) => each.name()),
    options: [...options, "--help"],
  };
  const inner = below.flatMap((each) => placesOf(each, `${path} ${each.name()}`.trim()));
  return [here, ...inner];
}

function bash(places: readonly Place[]): string {
  const cases = places.map(
    ({ path, commands, options }) =>
      `    "${path}") words="${[...commands, ...options].join(" ")}" ;;`,
  );
  return `_spillway() {
  local current="\${COMP_WORDS[COMP_CWORD]}" place="" words="" word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$word" in -*) ;; *) case " ${everyPath(places)} " in *"|\${place:+$place }$word|"*) place="\${place:+$place }$word" ;; esac ;; esac
  done
  case "$place" in
${cases.join("\n")}
  esac
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
  const lines = places.flatMap(({ path, commands, options }) => {
    const words = path.split(" ").filter((word) => word !== "");
    const seen = words.map((word) => `__fish_seen_subcommand_from ${word}`).join("; and ");
    const when = seen === "" ? "__fish_use_subcommand" : seen;
    return [
      ...commands.map((name) => `complete -c spillway -f -n "${when}" -a ${name}`),
      ...options.map((option) => `complete -c spillway -n "${when}" -l ${option.slice(2)}`),
    ];
  });
  return `${lines.join("\n")}\n`;
}
