/** What stands above the pills: the option in hand, and the lines to choose from. */

import type { InteractionRequest } from '../api/interactions';
import type { CommandOption, Server } from '../api/world';
import { useDesk } from '../state/desk';
import type { Autocomplete } from './autocomplete';
import { type Draft, openOptions, partialOptions } from './draft';
import { type Suggestion, suggestionsFor, suggestionsMatching } from './entries';

export interface Offer {
  /** The option that the panel describes; none while an optional one is looked for. */
  option: CommandOption | null;
  error: string | null;
  suggestions: Suggestion[];
  state: 'ready' | 'loading' | 'failed';
  reason: string;
  /** Whether the option is chosen from a list, and nothing in it holds the words typed. */
  nothingFits: boolean;
}

const NOTHING: Offer = {
  option: null,
  error: null,
  suggestions: [],
  state: 'ready',
  reason: '',
  nothingFits: false,
};

interface Circumstances {
  draft: Draft;
  /** Whether somebody is looking for an optional option to add. */
  adding: boolean;
  /** Whether the list was closed with Escape. */
  closed: boolean;
  answer: Autocomplete;
  server: Server;
  userId: string;
}

function optionLine(option: CommandOption): Suggestion {
  return {
    value: option.name,
    label: option.name,
    description: option.description,
    colour: null,
    avatarUrl: null,
    emoji: null,
    icon: null,
    sent: option.name,
  };
}

/** What to show for the state that a command is in. */
export function offerFor({ draft, adding, closed, answer, server, userId }: Circumstances): Offer {
  if (adding) {
    return { ...NOTHING, suggestions: openOptions(draft).map(optionLine) };
  }
  const entry = draft.entries[draft.active];
  if (entry === undefined) {
    return NOTHING;
  }
  const about = { ...NOTHING, option: entry.option, error: entry.error };
  if (closed || entry.chosen !== null) {
    return about;
  }
  if (entry.option.autocomplete === true) {
    return {
      ...about,
      state: answer.kind === 'loading' || answer.kind === 'failed' ? answer.kind : 'ready',
      reason: answer.kind === 'failed' ? answer.reason : '',
      suggestions: answer.kind === 'ready' ? answer.suggestions : [],
      nothingFits: answer.kind === 'ready' && answer.suggestions.length === 0,
    };
  }
  const suggestions = suggestionsFor(entry.option, server, userId);
  if (suggestions === null) {
    return about;
  }
  const fitting = suggestionsMatching(suggestions, entry.text);
  return { ...about, suggestions: fitting, nothingFits: fitting.length === 0 };
}

/** The autocomplete question of the option in hand; `null` where it has none to ask. */
export function useQuestion(draft: Draft, adding: boolean): InteractionRequest | null {
  const { server, place } = useDesk();
  const entry = draft.entries[draft.active];
  if (adding || entry === undefined || entry.option.autocomplete !== true || entry.chosen !== null) {
    return null;
  }
  return {
    user_id: place.userId,
    channel_id: place.channelId,
    command: draft.line.name,
    options: partialOptions(draft, server, place.userId),
    focused: entry.option.name,
  };
}
