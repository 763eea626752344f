/**
 * WatchParty: everybody tells their position once a second, the server tells everybody's once a second, and who is
 * more than half a second behind the leader plays up to a tenth faster.
 *
 * Source: howardchung/watchparty, src/components/App/App.tsx (`REC:tsMap`: .01 for each 100 ms from 0.5 s, at most 1.1;
 * `getLeaderTime`: the median of more than two viewers, else the furthest; `CMD:ts` every second) and server/room.ts
 * (`setTimestamp`: positions are moved to the moment of the next map).
 */

import type { PeerMessage, Surroundings, SyncAlgorithm, Undo } from './sync_algorithm';
import { numberIn, Viewer } from './viewer';

const TELL_EVERY_MS = 1000;
const HURRY_FROM_SECONDS = 0.5;
const FASTEST = 1.1;
const VIEWERS_FOR_A_MEDIAN = 3;

export class WatchParty implements SyncAlgorithm {
  readonly #surroundings: Surroundings;
  readonly #viewer: Viewer;
  readonly #stopTimer: Undo;
  #isPausedInRoom = true;
  #myId = '';

  constructor(surroundings: Surroundings) {
    this.#surroundings = surroundings;
    this.#viewer = new Viewer(surroundings.player, surroundings.now);
    this.#stopTimer = surroundings.every(TELL_EVERY_MS, () => {
      surroundings.send({ kind: 'ts', seconds: this.#viewer.position });
    });
  }

  receive(message: PeerMessage): void {
    switch (message.kind) {
      case 'host':
        this.#enter(String(message.you), numberIn(message, 'seconds'), message.paused === true);
        break;
      case 'play':
        this.#setPaused(false);
        break;
      case 'pause':
        this.#setPaused(true);
        break;
      case 'seek':
        this.#viewer.seek(numberIn(message, 'seconds'));
        break;
      case 'ts_map':
        this.#hurry(message.positions as Readonly<Record<string, number>>);
        break;
    }
  }

  play(): void {
    this.#setPaused(false);
    this.#surroundings.send({ kind: 'play' });
  }

  pause(): void {
    this.#setPaused(true);
    this.#surroundings.send({ kind: 'pause' });
  }

  seek(seconds: number): void {
    this.#viewer.seek(seconds);
    this.#surroundings.send({ kind: 'seek', seconds });
  }

  stop(): void {
    this.#stopTimer();
  }

  #enter(myId: string, seconds: number, paused: boolean): void {
    this.#myId = myId;
    this.#viewer.seek(seconds);
    this.#setPaused(paused);
  }

  #setPaused(paused: boolean): void {
    this.#isPausedInRoom = paused;
    this.#viewer.setPaused(paused);
  }

  #hurry(positions: Readonly<Record<string, number>>): void {
    const mine = positions[this.#myId];
    if (this.#isPausedInRoom || mine === undefined) {
      return;
    }
    const behind = leader(Object.values(positions)) - mine;
    const extra = behind > HURRY_FROM_SECONDS ? Math.round(behind * 10) / 100 : 0;
    this.#viewer.setRate(Math.min(1 + extra, FASTEST));
  }
}

/** Where the room is: the median of more than two, else the furthest. */
export function leader(positions: readonly number[]): number {
  const sorted = [...positions].sort((one, other) => one - other);
  if (sorted.length < VIEWERS_FOR_A_MEDIAN) {
    return sorted.at(-1) ?? 0;
  }
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}
