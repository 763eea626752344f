/**
 * What one window knows, and how it changes.
 *
 * The same message reaches a window by three ways: the channel's list, the event stream, and the answer of
 * the interaction that made it. They race:
 *
 *     stream:       create(thinking)  update(final)
 *     interaction:                                    answer carries the message as it was: thinking
 *     list:         asked ……………………………………………………… answered with what it was when asked
 *
 * So the stream is right: an interaction's answer never overwrites a message that is there already, and
 * events that arrive while a list is on its way are applied once more on top of it.
 */

import type { Modal } from '../api/components';
import type { ChannelEvent } from '../api/events';
import type { Failure } from '../api/interactions';
import type { Message } from '../api/messages';
import { olderFirst } from '../api/wire';

export type Load = { kind: 'loading' } | { kind: 'ready' } | { kind: 'failed'; sentence: string };

export type Connection = 'connecting' | 'open' | 'lost';

/** A command of one's own that no message answers yet, or that failed. Only this window shows it. */
export interface OwnCommand {
  id: string;
  channelId: string;
  name: string;
  sentAt: number;
  failure: Failure | null;
}

/** A modal on the screen, and where its answer belongs. */
export interface OpenModal {
  modal: Modal;
  channelId: string;
  messageId: string | null;
}

export interface PageState {
  /** The channel on the screen. */
  entered: string | null;
  channels: Record<string, Message[]>;
  loads: Record<string, Load>;
  /** Events of channels whose list is on its way. */
  missed: Record<string, ChannelEvent[]>;
  connection: Connection;
  unread: Record<string, boolean>;
  ownCommands: OwnCommand[];
  dismissed: Record<string, boolean>;
  /** Which component of which message waits for its answer: message id to custom id. */
  waiting: Record<string, string>;
  /** What the last press of a message's component came to, if it failed. */
  componentFailures: Record<string, Failure>;
  modal: OpenModal | null;
}

export const EMPTY_PAGE: PageState = {
  entered: null,
  channels: {},
  loads: {},
  missed: {},
  connection: 'connecting',
  unread: {},
  ownCommands: [],
  dismissed: {},
  waiting: {},
  componentFailures: {},
  modal: null,
};

export type PageEvent =
  | { kind: 'connectionChanged'; connection: Connection }
  | { kind: 'channelEntered'; channelId: string }
  | { kind: 'listAsked'; channelId: string }
  | { kind: 'listArrived'; channelId: string; messages: Message[] }
  | { kind: 'listFailed'; channelId: string; sentence: string }
  | { kind: 'channelHappened'; event: ChannelEvent }
  | { kind: 'commandSent'; command: OwnCommand }
  | { kind: 'commandSettled'; id: string; message: Message | null }
  | { kind: 'commandFailed'; id: string; failure: Failure }
  | { kind: 'dismissed'; id: string }
  | { kind: 'componentPressed'; messageId: string; customId: string }
  | { kind: 'componentSettled'; messageId: string; message: Message | null }
  | { kind: 'componentFailed'; messageId: string; failure: Failure }
  | { kind: 'modalOpened'; open: OpenModal }
  | { kind: 'modalClosed' };

function without<Value>(record: Record<string, Value>, key: string): Record<string, Value> {
  const { [key]: _removed, ...rest } = record;
  return rest;
}

/** The messages with one more or one changed, in order of age. */
export function withMessage(messages: Message[], message: Message): Message[] {
  const index = messages.findIndex((one) => one.id === message.id);
  if (index >= 0) {
    return messages.with(index, message);
  }
  return [...messages, message].sort(olderFirst);
}

function afterEvent(messages: Message[], event: ChannelEvent): Message[] {
  if (event.kind === 'deleted') {
    return messages.filter((message) => message.id !== event.messageId);
  }
  return withMessage(messages, event.message);
}

/** Adds the message that an interaction's answer carries, unless the stream was faster. */
function withAnswer(state: PageState, message: Message | null): PageState {
  if (message === null) {
    return state;
  }
  const messages = state.channels[message.channel_id] ?? [];
  if (messages.some((one) => one.id === message.id)) {
    return state;
  }
  return { ...state, channels: { ...state.channels, [message.channel_id]: withMessage(messages, message) } };
}

function channelHappened(state: PageState, event: ChannelEvent): PageState {
  const { channelId } = event;
  const messages = state.channels[channelId] ?? [];
  const isLoading = state.loads[channelId]?.kind === 'loading';
  const missed = isLoading
    ? { ...state.missed, [channelId]: [...(state.missed[channelId] ?? []), event] }
    : state.missed;
  const unread =
    event.kind === 'created' && channelId !== state.entered
      ? { ...state.unread, [channelId]: true }
      : state.unread;
  return {
    ...state,
    missed,
    unread,
    channels: { ...state.channels, [channelId]: afterEvent(messages, event) },
  };
}

function listArrived(state: PageState, channelId: string, messages: Message[]): PageState {
  const complete = (state.missed[channelId] ?? []).reduce(afterEvent, messages);
  return {
    ...state,
    channels: { ...state.channels, [channelId]: complete },
    loads: { ...state.loads, [channelId]: { kind: 'ready' } },
    missed: without(state.missed, channelId),
  };
}

function changeCommand(state: PageState, id: string, change: Partial<OwnCommand>): PageState {
  const ownCommands = state.ownCommands.map((command) =>
    command.id === id ? { ...command, ...change } : command,
  );
  return { ...state, ownCommands };
}

function withoutCommand(state: PageState, id: string): PageState {
  return { ...state, ownCommands: state.ownCommands.filter((command) => command.id !== id) };
}

function componentEvent(
  state: PageState,
  event: Extract<PageEvent, { kind: `component${string}` }>,
): PageState {
  const { messageId } = event;
  switch (event.kind) {
    case 'componentPressed':
      return {
        ...state,
        waiting: { ...state.waiting, [messageId]: event.customId },
        componentFailures: without(state.componentFailures, messageId),
      };
    case 'componentSettled':
      return withAnswer({ ...state, waiting: without(state.waiting, messageId) }, event.message);
    case 'componentFailed':
      return {
        ...state,
        waiting: without(state.waiting, messageId),
        componentFailures: { ...state.componentFailures, [messageId]: event.failure },
      };
  }
}

function listEvent(state: PageState, event: Extract<PageEvent, { kind: `list${string}` }>): PageState {
  const { channelId } = event;
  switch (event.kind) {
    case 'listAsked':
      return { ...state, loads: { ...state.loads, [channelId]: { kind: 'loading' } } };
    case 'listArrived':
      return listArrived(state, channelId, event.messages);
    case 'listFailed': {
      const failed: Load = { kind: 'failed', sentence: event.sentence };
      return {
        ...state,
        loads: { ...state.loads, [channelId]: failed },
        missed: without(state.missed, channelId),
      };
    }
  }
}

/** The window after something happened. */
export function pageAfter(state: PageState, event: PageEvent): PageState {
  switch (event.kind) {
    case 'connectionChanged':
      return { ...state, connection: event.connection };
    case 'channelEntered':
      return { ...state, entered: event.channelId, unread: without(state.unread, event.channelId) };
    case 'listAsked':
    case 'listArrived':
    case 'listFailed':
      return listEvent(state, event);
    case 'channelHappened':
      return channelHappened(state, event.event);
    case 'commandSent':
      return { ...state, ownCommands: [...state.ownCommands, event.command] };
    case 'commandSettled':
      return withAnswer(withoutCommand(state, event.id), event.message);
    case 'commandFailed':
      return changeCommand(state, event.id, { failure: event.failure });
    case 'dismissed':
      return { ...withoutCommand(state, event.id), dismissed: { ...state.dismissed, [event.id]: true } };
    case 'componentPressed':
    case 'componentSettled':
    case 'componentFailed':
      return componentEvent(state, event);
    case 'modalOpened':
      return { ...state, modal: event.open };
    case 'modalClosed':
      return { ...state, modal: null };
  }
}
