/** What is filled in for one option, and whether Discord's client would send it. */

import type { UploadedFile } from '../api/files';
import type { OptionValue } from '../api/interactions';
import { type CommandOption, OptionType, type Server } from '../api/world';
import type { IconName } from '../layout/icons';
import { channelChoices, memberChoices, roleChoices, type SelectChoice } from '../select/choices';

export interface Entry {
  option: CommandOption;
  text: string;
  /** What was chosen from a list; typed text has none until it is checked. */
  chosen: OptionValue | null;
  error: string | null;
  /** The file that an attachment option holds; its id is what was chosen. */
  file: UploadedFile | null;
}

export function emptyEntry(option: CommandOption, text = ''): Entry {
  return { option, text, chosen: null, error: null, file: null };
}

/** One line of the list above the composer. */
export interface Suggestion extends SelectChoice {
  sent: OptionValue;
  /** What the field says once this is chosen, where that is not the label. */
  shown?: string;
}

const PLAIN = { description: null, colour: null, avatarUrl: null, emoji: null, icon: null };

const SIGNS: Partial<Record<IconName, string>> = { role: '@', hash: '#', lock: '#', speaker: '#' };

function suggestion(label: string, sent: OptionValue): Suggestion {
  return { ...PLAIN, value: String(sent), label, sent };
}

/** Roles and channels are written with their sign in the field, beside whose text no picture stands. */
function fromChoices(choices: SelectChoice[]): Suggestion[] {
  return choices.map((choice) => {
    const sign = choice.icon === null ? undefined : SIGNS[choice.icon];
    const taken = { ...choice, sent: choice.value };
    return sign === undefined ? taken : { ...taken, shown: `${sign}${choice.label.replace(/^@/, '')}` };
  });
}

/** Everything that an option lets one choose from; `null` where anything can be typed. */
export function suggestionsFor(option: CommandOption, server: Server, userId: string): Suggestion[] | null {
  if (option.choices !== undefined && option.choices.length > 0) {
    return option.choices.map((choice) => suggestion(choice.name, choice.value));
  }
  switch (option.type) {
    case OptionType.boolean:
      return [suggestion('True', true), suggestion('False', false)];
    case OptionType.user:
      return fromChoices(memberChoices(server));
    case OptionType.role:
      return fromChoices(roleChoices(server));
    case OptionType.mentionable:
      return fromChoices([...memberChoices(server), ...roleChoices(server)]);
    case OptionType.channel:
      return fromChoices(channelChoices(server, userId, option.channel_types));
    default:
      return null;
  }
}

/** The suggestions that hold the words typed. */
export function suggestionsMatching(suggestions: Suggestion[], text: string): Suggestion[] {
  const wanted = bare(text);
  return suggestions.filter((one) => bare(one.label).includes(wanted));
}

/** A name as people may type it: with or without the sign of channels and of people. */
function bare(text: string): string {
  return text.trim().replace(/^[#@]/, '').toLocaleLowerCase('en');
}

export type Checked = { value: OptionValue } | { error: string };

const REQUIRED = 'This option is required. Specify a value.';
const NOT_IN_LIST = 'This isn’t in the list. Choose one of the suggestions.';

function checkedNumber(option: CommandOption, text: string): Checked {
  const value = Number(text.trim());
  const isWhole = option.type === OptionType.integer;
  if (!Number.isFinite(value) || (isWhole && !Number.isSafeInteger(value))) {
    return { error: isWhole ? 'Input a valid whole number.' : 'Input a valid number.' };
  }
  if (option.min_value !== undefined && value < option.min_value) {
    return { error: `Must be at least ${option.min_value}.` };
  }
  if (option.max_value !== undefined && value > option.max_value) {
    return { error: `Must be at most ${option.max_value}.` };
  }
  return { value };
}

function checkedText(option: CommandOption, text: string): Checked {
  const value = text.trim();
  const length = [...value].length;
  if (option.min_length !== undefined && length < option.min_length) {
    return { error: `Must be ${option.min_length} or more characters long.` };
  }
  if (option.max_length !== undefined && length > option.max_length) {
    return { error: `Must be ${option.max_length} or fewer characters long. This has ${length}.` };
  }
  return { value };
}

function checkedChoice(suggestions: Suggestion[], text: string): Checked {
  const wanted = bare(text);
  const found = suggestions.find((one) => bare(one.label) === wanted);
  return found === undefined ? { error: NOT_IN_LIST } : { value: found.sent };
}

/** The value to send, or what Discord's client would object to. */
export function checkEntry(entry: Entry, server: Server, userId: string): Checked {
  const { option, text, chosen } = entry;
  if (chosen !== null) {
    return { value: chosen };
  }
  if (text.trim() === '') {
    return { error: option.required === true ? REQUIRED : 'Fill this in or remove it.' };
  }
  const suggestions = suggestionsFor(option, server, userId);
  if (suggestions !== null) {
    return checkedChoice(suggestions, text);
  }
  switch (option.type) {
    case OptionType.integer:
    case OptionType.number:
      return checkedNumber(option, text);
    case OptionType.attachment:
      return { error: 'Choose a file.' };
    default:
      return checkedText(option, text);
  }
}
