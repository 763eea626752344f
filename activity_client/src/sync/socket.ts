/**
 * The way to the room: one WebSocket, mended when it breaks and renewed before it ends.
 *
 * Playback does not depend on it from one moment to the next; everybody extrapolates the same timeline. So there is no
 * hurry, and above all no queue: what could not be said is not said later, since by then it may be wrong. After every
 * opening the room is asked for its whole state (`hello`), and whoever waits for an answer decides anew.
 *
 * Policy, each number with its reason:
 *
 * - Waits after a failure are drawn at random between nothing and a doubling limit ("full jitter"), so that the viewers
 *   of a server that was away do not come back all at once. The limit goes back to its beginning once a socket has
 *   held for a while: one that opens and breaks at once shall not be tried in a circle.
 * - An opening that takes too long is given up; so is a socket that leaves a question unanswered.
 * - API Gateway ends a socket after two hours. Some minutes before, a second one is opened and greeted; when the room
 *   has answered on it, it takes the place of the first. Nobody notices, and the room never sees us gone.
 */

import { Alarms, type Timers } from './alarms';
import { type ClientMessage, type ServerMessage, SOCKET_RENEW_MS } from './protocol';
import type { CloseReason, ConnectionView } from './room_view';
import { readServerMessage } from './validate';

/** First limit of the wait: a hiccup is over by then. */
export const RETRY_FIRST_MS = 500;
/** Highest limit: 10,000 viewers then come back at 1,250 a second on average, within a few times the account's quota. */
export const RETRY_MOST_MS = 8_000;
/** A socket that held for so long was a good one. */
export const RETRY_FORGET_MS = 10_000;
/** Ticket and handshake, a cold start of the authorizer included. */
export const OPEN_MOST_MS = 10_000;
/** A question that is unanswered for so long: the line is dead, though nobody said so (a network that was cut). */
export const ANSWER_MOST_MS = 6_000;
/** Renewals are spread over so much time, since those who came together would renew together. */
export const RENEW_SPREAD_MS = 120_000;

/** What is used of a browser's WebSocket. */
export interface WebSocketLike {
  readonly readyState: number;
  onopen: ((event: never) => void) | null;
  onmessage: ((event: { readonly data: unknown }) => void) | null;
  onclose: ((event: never) => void) | null;
  onerror: ((event: never) => void) | null;
  send(text: string): void;
  close(): void;
}

/** To be thrown by `openSocket` where trying again is of no use: the room is closed, the session is over. */
export class RoomRefusedError extends Error {
  readonly sentence: string;

  /** @param sentence what the viewer reads */
  constructor(sentence: string) {
    super(sentence);
    this.name = 'RoomRefusedError';
    this.sentence = sentence;
  }
}

export interface RoomSocketOptions {
  /** Asks for a ticket and opens a socket with it; may be open already or still connecting. */
  readonly openSocket: () => Promise<WebSocketLike>;
  readonly now: () => number;
  readonly timers: Timers;
  readonly random: () => number;
  /** A socket is open: say hello on it. */
  readonly onOpen: () => void;
  readonly onMessage: (message: ServerMessage) => void;
  readonly onChange: (view: ConnectionView) => void;
}

const CONNECTING = 0;
const OPEN = 1;

export class RoomSocket {
  readonly #options: RoomSocketOptions;
  #current: WebSocketLike | null = null;
  /** Opened to take the place of the current one, and not greeted back yet. */
  #successor: WebSocketLike | null = null;
  #view: ConnectionView = { state: 'connecting' };
  #failures = 0;
  /** Raised whenever an attempt is begun or abandoned, so that a late one finds that it is no longer wanted. */
  #attempt = 0;
  #isOver = false;
  readonly #alarms: Alarms<'retry' | 'open' | 'renew' | 'answer' | 'good'>;

  constructor(options: RoomSocketOptions) {
    this.#options = options;
    this.#alarms = new Alarms(options.timers);
  }

  get view(): ConnectionView {
    return this.#view;
  }

  get isOpen(): boolean {
    return this.#current?.readyState === OPEN;
  }

  start(): void {
    this.#show({ state: 'connecting' });
    this.#open();
  }

  /**
   * Says something now, or not at all.
   *
   * @param expectsAnswer the line counts as dead when nothing comes back in time
   * @returns whether it was said
   */
  send(message: ClientMessage, expectsAnswer = false): boolean {
    const socket = message.type === 'hello' ? (this.#successor ?? this.#current) : this.#current;
    if (socket === null || socket.readyState !== OPEN) {
      return false;
    }
    socket.send(JSON.stringify(message));
    if (expectsAnswer && !this.#alarms.isSet('answer')) {
      this.#alarms.set('answer', ANSWER_MOST_MS, () => this.#lose());
    }
    return true;
  }

  /** The network seems to be back: no need to wait any longer. */
  retryNow(): void {
    if (this.#alarms.isSet('retry')) {
      this.#alarms.stopAll();
      this.start();
    }
  }

  /** The end, on purpose. */
  close(reason: CloseReason, sentence: string | null = null): void {
    if (this.#isOver) {
      return;
    }
    this.#isOver = true;
    this.#drop();
    this.#show({ state: 'closed', reason, sentence });
  }

  #open(): void {
    this.#attempt += 1;
    const attempt = this.#attempt;
    this.#alarms.set('open', OPEN_MOST_MS, () => this.#onFailure());
    this.#options.openSocket().then(
      (socket) => this.#attach(socket, attempt),
      (error: unknown) => this.#onRefusal(error, attempt),
    );
  }

  #attach(socket: WebSocketLike, attempt: number): void {
    if (attempt !== this.#attempt || this.#isOver) {
      socket.close();
      return;
    }
    if (this.#current === null) {
      this.#current = socket;
    } else {
      this.#successor = socket;
    }
    socket.onmessage = ({ data }) => this.#onData(socket, data);
    socket.onclose = () => this.#onClose(socket);
    socket.onerror = () => this.#onClose(socket);
    if (socket.readyState === OPEN) {
      this.#onOpened(socket);
    } else if (socket.readyState === CONNECTING) {
      socket.onopen = () => this.#onOpened(socket);
    } else {
      this.#onClose(socket);
    }
  }

  #onOpened(socket: WebSocketLike): void {
    this.#alarms.stop('open');
    if (socket === this.#current) {
      this.#settleIn();
      this.#show({ state: 'open' });
    }
    this.#options.onOpen();
  }

  #settleIn(): void {
    this.#alarms.set('good', RETRY_FORGET_MS, () => {
      this.#failures = 0;
    });
    const renewInMs = SOCKET_RENEW_MS - this.#options.random() * RENEW_SPREAD_MS;
    this.#alarms.set('renew', renewInMs, () => this.#open());
  }

  #onData(socket: WebSocketLike, data: unknown): void {
    if (socket !== this.#current && socket !== this.#successor) {
      return;
    }
    const message = readServerMessage(data);
    if (message === null) {
      return;
    }
    this.#alarms.stop('answer');
    if (socket === this.#successor && message.type === 'welcome') {
      this.#succeed(socket);
    }
    this.#options.onMessage(message);
  }

  #succeed(socket: WebSocketLike): void {
    this.#successor = null;
    this.#let(this.#current);
    this.#current = socket;
    this.#alarms.stop('good');
    this.#alarms.stop('renew');
    this.#settleIn();
  }

  #onClose(socket: WebSocketLike): void {
    this.#let(socket);
    if (socket === this.#successor) {
      this.#successor = null;
      this.#alarms.set('renew', this.#nextWaitMs(), () => this.#open());
    } else if (socket === this.#current) {
      this.#lose();
    }
  }

  #onRefusal(error: unknown, attempt: number): void {
    if (attempt !== this.#attempt || this.#isOver) {
      return;
    }
    if (error instanceof RoomRefusedError) {
      this.close('refused', error.sentence);
    } else {
      this.#onFailure();
    }
  }

  /** No socket could be had. Where the present one still holds, only its renewal has failed. */
  #onFailure(): void {
    if (!this.isOpen) {
      this.#lose();
      return;
    }
    this.#attempt += 1;
    this.#alarms.stop('open');
    this.#let(this.#successor);
    this.#successor = null;
    this.#alarms.set('renew', this.#nextWaitMs(), () => this.#open());
  }

  #lose(): void {
    this.#drop();
    const retryInMs = this.#nextWaitMs();
    this.#show({ state: 'waiting', retryInMs, retryAtMs: this.#options.now() + retryInMs });
    this.#alarms.set('retry', retryInMs, () => this.start());
  }

  #nextWaitMs(): number {
    const limit = Math.min(RETRY_MOST_MS, RETRY_FIRST_MS * 2 ** this.#failures);
    this.#failures = Math.min(this.#failures + 1, 10);
    return Math.round(this.#options.random() * limit);
  }

  #drop(): void {
    this.#attempt += 1;
    this.#alarms.stopAll();
    this.#let(this.#current);
    this.#let(this.#successor);
    this.#current = null;
    this.#successor = null;
  }

  #let(socket: WebSocketLike | null): void {
    if (socket === null) {
      return;
    }
    socket.onopen = null;
    socket.onmessage = null;
    socket.onclose = null;
    socket.onerror = null;
    socket.close();
  }

  #show(view: ConnectionView): void {
    this.#view = view;
    this.#options.onChange(view);
  }
}
