/** A viewer's line to the server: delayed, jittered, and where wanted lost, doubled and cut. */

import type { WebSocketLike } from '../../src/sync/socket';
import { between, type Chance, type SimulatedTime } from './simulated_time';

export interface Line {
  readonly oneWayMs: number;
  /** Evenly, so much less to so much more. */
  readonly jitterMs: number;
  /** Shares of messages. Messages overtake each other by jitter alone: nothing promises an order behind API Gateway. */
  readonly lost: number;
  readonly doubled: number;
}

export const GOOD_LINE: Line = { oneWayMs: 40, jitterMs: 20, lost: 0, doubled: 0 };

/** What the room sees of a connection. */
export interface Connection {
  readonly id: string;
  readonly userId: string;
  /** Sends to the viewer. */
  post(message: object): void;
  close(): void;
}

export interface Gateway {
  onConnect(connection: Connection): void;
  onMessage(connection: Connection, text: string): void;
  onDisconnect(connection: Connection): void;
}

const CONNECTING = 0;
const OPEN = 1;
const CLOSED = 3;

export class SimulatedSocket implements WebSocketLike, Connection {
  static opened = 0;
  readonly id: string;
  readonly userId: string;
  readyState = CONNECTING;
  onopen: ((event: never) => void) | null = null;
  onmessage: ((event: { readonly data: unknown }) => void) | null = null;
  onclose: ((event: never) => void) | null = null;
  onerror: ((event: never) => void) | null = null;
  readonly sent: string[] = [];
  readonly received: string[] = [];
  readonly #time: SimulatedTime;
  readonly #random: Chance;
  readonly #line: Line;
  readonly #gateway: Gateway;
  /** Nothing passes any more, and nobody is told. */
  #isCut = false;

  constructor(time: SimulatedTime, random: Chance, line: Line, gateway: Gateway, userId: string) {
    SimulatedSocket.opened += 1;
    this.id = `c${SimulatedSocket.opened}`;
    this.userId = userId;
    this.#time = time;
    this.#random = random;
    this.#line = line;
    this.#gateway = gateway;
    this.#travel(() => this.#travel(() => this.#open()));
  }

  send(text: string): void {
    if (this.readyState !== OPEN) {
      throw new Error('The socket is not open.');
    }
    this.sent.push(text);
    this.#carry(() => {
      if (this.readyState === OPEN) {
        this.#gateway.onMessage(this, text);
      }
    });
  }

  post(message: object): void {
    const data = JSON.stringify(message);
    this.#carry(() => {
      if (this.readyState === OPEN) {
        this.received.push(data);
        this.onmessage?.({ data });
      }
    });
  }

  close(): void {
    if (this.readyState !== CLOSED) {
      this.readyState = CLOSED;
      this.#time.after(this.#line.oneWayMs, () => this.#gateway.onDisconnect(this));
    }
  }

  /** The line breaks; both ends are told, or (a network that is gone) neither. */
  break(isTold: boolean): void {
    this.#isCut = true;
    if (isTold) {
      this.close();
      this.onclose?.(undefined as never);
    }
  }

  #open(): void {
    if (this.readyState === CONNECTING && !this.#isCut) {
      this.readyState = OPEN;
      this.#gateway.onConnect(this);
      this.onopen?.(undefined as never);
    }
  }

  #carry(action: () => void): void {
    if (this.#isCut || this.#random() < this.#line.lost) {
      return;
    }
    this.#travel(action);
    if (this.#random() < this.#line.doubled) {
      this.#travel(action);
    }
  }

  #travel(action: () => void): void {
    const { oneWayMs, jitterMs } = this.#line;
    this.#time.after(oneWayMs + between(this.#random, -jitterMs, jitterMs), () => {
      if (!this.#isCut) {
        action();
      }
    });
  }
}
