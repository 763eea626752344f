/**
 * What happens in the channels, as it happens: Server-Sent Events with a reconnect policy of our own.
 *
 * EventSource reconnects by itself only while the server answers 200; after a refused connection it gives up.
 * So each failure closes it and opens another: after 0.5 s, then twice as long, at most 8 s, with up to a
 * quarter of it added at random, so that several windows don't come back in the same instant. Whatever was
 * missed in between is the listener's to fetch: `onOpen` says that a new connection stands.
 */

import { type ActivityNews, activityNews, NEWS_KINDS } from './activities';
import type { Message } from './messages';
import { messageFrom } from './wire';

export type ChannelEvent =
  | { kind: 'created' | 'updated'; channelId: string; message: Message }
  | { kind: 'deleted'; channelId: string; messageId: string };

export interface EventListeners {
  onOpen(): void;
  onLost(): void;
  onEvent(event: ChannelEvent): void;
  onNews?(news: ActivityNews): void;
}

/** The part of EventSource that is used, so that tests can play it. */
export interface EventStream {
  onopen: ((event: Event) => void) | null;
  onerror: ((event: Event) => void) | null;
  addEventListener(kind: string, listener: (event: MessageEvent<string>) => void): void;
  close(): void;
}

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 8_000;
const JITTER_SHARE = 0.25;

/** Milliseconds to wait before attempt number `attempt` (from 0); `dice` is a number from 0 to 1. */
export function reconnectWait(attempt: number, dice: number): number {
  const wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** attempt);
  return wait * (1 + JITTER_SHARE * dice);
}

/** One event of the stream; `null` for what is not understood. */
export function channelEvent(kind: string, data: string): ChannelEvent | null {
  const body = JSON.parse(data) as { channel_id?: string; message?: Message; id?: string };
  const channelId = body.channel_id ?? body.message?.channel_id;
  if (channelId === undefined) {
    return null;
  }
  if (kind === 'message_delete') {
    return body.id === undefined ? null : { kind: 'deleted', channelId, messageId: body.id };
  }
  if (body.message === undefined) {
    return null;
  }
  const message = messageFrom(body.message);
  return { kind: kind === 'message_create' ? 'created' : 'updated', channelId, message };
}

/** Follows the stream at `address` until the returned function is called. */
export function followEvents(
  address: string,
  listeners: EventListeners,
  open: (address: string) => EventStream = (url) => new EventSource(url),
  dice: () => number = Math.random,
): () => void {
  let attempt = 0;
  let stream: EventStream | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function receive(kind: string) {
    return (message: MessageEvent<string>) => {
      const event = channelEvent(kind, message.data);
      if (event !== null) {
        listeners.onEvent(event);
      }
    };
  }

  function connect() {
    stream = open(address);
    stream.onopen = () => {
      attempt = 0;
      listeners.onOpen();
    };
    stream.onerror = () => {
      stream?.close();
      listeners.onLost();
      timer = setTimeout(connect, reconnectWait(attempt, dice()));
      attempt += 1;
    };
    for (const kind of ['message_create', 'message_update', 'message_delete']) {
      stream.addEventListener(kind, receive(kind));
    }
    for (const kind of NEWS_KINDS) {
      stream.addEventListener(kind, (message) => listeners.onNews?.(activityNews(kind, message.data)));
    }
  }

  connect();
  return () => {
    clearTimeout(timer);
    stream?.close();
  };
}
