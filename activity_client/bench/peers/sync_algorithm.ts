/**
 * What `make bench-sync` needs of a peer's way to keep players together, and what such a way gets to work with.
 *
 * Every peer is written anew here from its published constants and behaviour, to be measured with our player, on our
 * machine, under our network. None of this is part of the Activity.
 */

import type { PlayerPort } from '../../src/sync/player_port';

/** Undoes what gave it: a timer is stopped, a listener forgotten. */
export type Undo = () => void;

/** The world around an algorithm; tests put a simulated one here. */
export interface Surroundings {
  readonly player: PlayerPort;
  /** Sends a message of the peer's protocol to its server. */
  send(message: PeerMessage): void;
  /** Milliseconds of a clock that only runs forward: `performance.now()`. */
  now(): number;
  /** Milliseconds since the epoch by this machine's clock: `Date.now()`. */
  wallClock(): number;
  every(milliseconds: number, action: () => void): Undo;
  after(milliseconds: number, action: () => void): Undo;
}

/** A message of some peer's protocol; which fields there are follows from its kind. */
export interface PeerMessage {
  readonly kind: string;
  readonly [field: string]: unknown;
}

/** One viewer's half of a peer's algorithm. */
export interface SyncAlgorithm {
  /** Something came from the peer's server. */
  receive(message: PeerMessage): void;
  /** The viewer pressed play, pause, or chose another place. */
  play(): void;
  pause(): void;
  seek(seconds: number): void;
  /** Stops all timers. */
  stop(): void;
}

export type MakeAlgorithm = (surroundings: Surroundings) => SyncAlgorithm;
