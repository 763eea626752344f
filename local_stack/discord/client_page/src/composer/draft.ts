/** A command while it is being filled in: its entries, and which of them somebody is at. */

import type { UploadedFile } from '../api/files';
import type { OptionValue } from '../api/interactions';
import type { CommandOption, Server } from '../api/world';
import type { CommandLine, TypedCommand } from './command_lines';
import { checkEntry, type Entry, emptyEntry } from './entries';

export interface Draft {
  line: CommandLine;
  entries: Entry[];
  /** The place of the entry that has the focus. */
  active: number;
}

export type DraftEvent =
  | { kind: 'focused'; at: number }
  | { kind: 'typed'; at: number; text: string }
  | { kind: 'chosen'; at: number; text: string; value: OptionValue }
  | { kind: 'handed'; name: string; file: UploadedFile | null }
  | { kind: 'added'; name: string }
  | { kind: 'removed'; at: number }
  | { kind: 'refused'; errors: Map<string, string> };

/** A command with its required options open, and those that were typed already. */
export function draftOf({ line, texts }: TypedCommand): Draft {
  const entries = line.options
    .filter((option) => option.required === true || texts.has(option.name))
    .map((option) => emptyEntry(option, texts.get(option.name)));
  const firstEmpty = entries.findIndex((entry) => entry.text === '');
  return { line, entries, active: firstEmpty >= 0 ? firstEmpty : Math.max(0, entries.length - 1) };
}

/** The options that can still be added. */
export function openOptions(draft: Draft): CommandOption[] {
  const used = new Set(draft.entries.map((entry) => entry.option.name));
  return draft.line.options.filter((option) => !used.has(option.name));
}

function change(draft: Draft, at: number, with_: Partial<Entry>): Draft {
  const entries = draft.entries.map((entry, place) => (place === at ? { ...entry, ...with_ } : entry));
  return { ...draft, entries };
}

/** After a choice the next empty entry is up; where none is, the focus stays. */
function nextEmpty(draft: Draft, at: number): number {
  const next = draft.entries.findIndex((entry, place) => place > at && entry.text === '');
  return next >= 0 ? next : at;
}

/** A file arrives when the focus may be elsewhere already, so its option is named; `null` takes it away again. */
function handed(draft: Draft, name: string, file: UploadedFile | null): Draft {
  const at = draft.entries.findIndex((entry) => entry.option.name === name);
  return change(draft, at, { file, chosen: file?.id ?? null, text: file?.filename ?? '', error: null });
}

function added(draft: Draft, name: string): Draft {
  const option = openOptions(draft).find((one) => one.name === name);
  if (option === undefined) {
    return draft;
  }
  return { ...draft, entries: [...draft.entries, emptyEntry(option)], active: draft.entries.length };
}

/** The draft after something happened to it. */
export function draftAfter(draft: Draft, event: DraftEvent): Draft {
  switch (event.kind) {
    case 'focused':
      return { ...draft, active: event.at };
    case 'typed':
      return change(draft, event.at, { text: event.text, chosen: null, error: null });
    case 'chosen': {
      const filled = change(draft, event.at, { text: event.text, chosen: event.value, error: null });
      return { ...filled, active: nextEmpty(filled, event.at) };
    }
    case 'handed':
      return handed(draft, event.name, event.file);
    case 'added':
      return added(draft, event.name);
    case 'removed': {
      const entries = draft.entries.filter((_entry, place) => place !== event.at);
      return { ...draft, entries, active: Math.max(0, Math.min(event.at, entries.length) - 1) };
    }
    case 'refused': {
      const entries = draft.entries.map((entry) => ({
        ...entry,
        error: event.errors.get(entry.option.name) ?? null,
      }));
      const first = entries.findIndex((entry) => entry.error !== null);
      return { ...draft, entries, active: first >= 0 ? first : draft.active };
    }
  }
}

export type CheckedDraft = { options: Record<string, OptionValue> } | { errors: Map<string, string> };

/** What to send, or what is wrong with which option. */
export function checkDraft(draft: Draft, server: Server, userId: string): CheckedDraft {
  const options: Record<string, OptionValue> = {};
  const errors = new Map<string, string>();
  for (const entry of draft.entries) {
    const checked = checkEntry(entry, server, userId);
    if ('error' in checked) {
      errors.set(entry.option.name, checked.error);
    } else {
      options[entry.option.name] = checked.value;
    }
  }
  return errors.size > 0 ? { errors } : { options };
}

/** What goes along with an autocomplete question: whatever is filled in so far, right or not. */
export function partialOptions(draft: Draft, server: Server, userId: string): Record<string, OptionValue> {
  const options: Record<string, OptionValue> = {};
  for (const [place, entry] of draft.entries.entries()) {
    const checked = checkEntry(entry, server, userId);
    if ('value' in checked) {
      options[entry.option.name] = checked.value;
    } else if (place === draft.active) {
      options[entry.option.name] = entry.text;
    }
  }
  return options;
}
