/**
 * OpenTogetherTube: the server tells the room's position when something changes; each viewer lets it run on from the
 * moment the message came, and jumps when the player is more than a second away.
 *
 * Source: dyc3/opentogethertube, client/src/views/Room.vue (`timestampUpdate` every 250 ms; `diff > 1` seeks),
 * client/src/stores/room.ts (`playbackStartTime` is the moment of receipt), server/room.ts (`realPlaybackPosition`).
 */

import type { PeerMessage, Surroundings, SyncAlgorithm, Undo } from './sync_algorithm';
import { numberIn, Viewer } from './viewer';

const LOOK_EVERY_MS = 250;
const SEEK_ABOVE_SECONDS = 1;

interface RoomPosition {
  readonly isPlaying: boolean;
  readonly seconds: number;
  readonly receivedAt: number;
}

export class OpenTogetherTube implements SyncAlgorithm {
  readonly #surroundings: Surroundings;
  readonly #viewer: Viewer;
  readonly #stopTimer: Undo;
  #room: RoomPosition | null = null;

  constructor(surroundings: Surroundings) {
    this.#surroundings = surroundings;
    this.#viewer = new Viewer(surroundings.player, surroundings.now);
    this.#stopTimer = surroundings.every(LOOK_EVERY_MS, () => this.#look());
  }

  receive(message: PeerMessage): void {
    if (message.kind !== 'sync') {
      return;
    }
    const isPlaying = message.is_playing === true;
    this.#room = { isPlaying, seconds: numberIn(message, 'seconds'), receivedAt: this.#surroundings.now() };
    this.#viewer.setPaused(!isPlaying);
  }

  play(): void {
    this.#surroundings.send({ kind: 'play' });
  }

  pause(): void {
    this.#surroundings.send({ kind: 'pause' });
  }

  seek(seconds: number): void {
    this.#surroundings.send({ kind: 'seek', seconds });
  }

  stop(): void {
    this.#stopTimer();
  }

  #look(): void {
    if (this.#room === null || this.#surroundings.player.state !== 'ready') {
      return;
    }
    const elapsedSeconds = (this.#surroundings.now() - this.#room.receivedAt) / 1000;
    const target = this.#room.seconds + (this.#room.isPlaying ? elapsedSeconds : 0);
    if (Math.abs(target - this.#viewer.position) > SEEK_ABOVE_SECONDS) {
      this.#viewer.seek(target);
    }
  }
}
