/** The commands that can be typed: one line for each, or for each subcommand of those that have some. */

import { type Command, type CommandOption, CommandType, OptionType } from '../api/world';

export interface CommandLine {
  /** What follows the slash, such as `kaltura-start` or `config get`. */
  name: string;
  description: string;
  /** Required options first; without subcommands. */
  options: CommandOption[];
}

function isSubCommand(option: CommandOption): boolean {
  return option.type === OptionType.subCommand || option.type === OptionType.subCommandGroup;
}

function linesOf(name: string, description: string, options: CommandOption[]): CommandLine[] {
  const inner = options.filter(isSubCommand);
  if (inner.length === 0) {
    return [{ name, description, options: requiredFirst(options) }];
  }
  return inner.flatMap((option) =>
    linesOf(`${name} ${option.name}`, option.description, option.options ?? []),
  );
}

function requiredFirst(options: CommandOption[]): CommandOption[] {
  const required = options.filter((option) => option.required === true);
  const optional = options.filter((option) => option.required !== true);
  return [...required, ...optional];
}

/** All lines, by name. */
export function commandLines(commands: Command[]): CommandLine[] {
  return commands
    .filter((command) => command.type === CommandType.chatInput)
    .flatMap((command) => linesOf(command.name, command.description, command.options ?? []))
    .sort((one, other) => one.name.localeCompare(other.name, 'en'));
}

/** The lines that fit what is typed after the slash: those that begin with it first. */
export function linesMatching(lines: CommandLine[], typed: string): CommandLine[] {
  const wanted = typed.trim().toLocaleLowerCase('en');
  const beginning = lines.filter((line) => line.name.startsWith(wanted));
  const containing = lines.filter((line) => !line.name.startsWith(wanted) && line.name.includes(wanted));
  return [...beginning, ...containing];
}

/** What somebody typed or pasted for a command's options: texts by option name. */
export interface TypedCommand {
  line: CommandLine;
  texts: Map<string, string>;
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** `title: Physics, part 2 type: webinar` by option; words before the first name belong to the first option. */
function optionTexts(line: CommandLine, rest: string): Map<string, string> {
  const texts = new Map<string, string>();
  const first = line.options[0];
  if (first === undefined || rest.trim() === '') {
    return texts;
  }
  const names = line.options.map((option) => escaped(option.name)).join('|');
  const marks = [...rest.matchAll(new RegExp(`(?:^|\\s)(${names}):`, 'g'))];
  const before = rest.slice(0, marks[0]?.index ?? rest.length).trim();
  if (before !== '') {
    texts.set(first.name, before);
  }
  for (const [position, mark] of marks.entries()) {
    const end = marks[position + 1]?.index ?? rest.length;
    texts.set(mark[1] ?? '', rest.slice(mark.index + mark[0].length, end).trim());
  }
  return texts;
}

/** The command that a text spells out in full and goes on after, such as `/kaltura-end meeting: Physics`. */
export function typedCommand(lines: CommandLine[], text: string): TypedCommand | null {
  if (!text.startsWith('/')) {
    return null;
  }
  const longestFirst = [...lines].sort((one, other) => other.name.length - one.name.length);
  const line = longestFirst.find((one) => text.startsWith(`/${one.name} `));
  if (line === undefined) {
    return null;
  }
  return { line, texts: optionTexts(line, text.slice(line.name.length + 2)) };
}
