/**
 * What most watch-together pages do: the host tells its position every five seconds, and who is more than two seconds
 * away from it jumps there.
 */

import type { PeerMessage, Surroundings, SyncAlgorithm, Undo } from './sync_algorithm';
import { numberIn, Viewer } from './viewer';

const BROADCAST_EVERY_MS = 5000;
const TOLERANCE_SECONDS = 2;

export class Broadcast implements SyncAlgorithm {
  readonly #surroundings: Surroundings;
  readonly #viewer: Viewer;
  readonly #stopTimer: Undo;
  #isHost = false;

  constructor(surroundings: Surroundings) {
    this.#surroundings = surroundings;
    this.#viewer = new Viewer(surroundings.player, surroundings.now);
    this.#stopTimer = surroundings.every(BROADCAST_EVERY_MS, () => this.#tell());
  }

  receive(message: PeerMessage): void {
    if (message.kind === 'you_are_host') {
      this.#isHost = true;
    }
    if (message.kind === 'position') {
      this.#follow(numberIn(message, 'seconds'), message.paused === true);
    }
  }

  play(): void {
    this.#viewer.setPaused(false);
    this.#tell(false);
  }

  pause(): void {
    this.#viewer.setPaused(true);
    this.#tell(true);
  }

  seek(seconds: number): void {
    this.#viewer.seek(seconds);
    this.#tell(this.#viewer.isPaused, seconds);
  }

  stop(): void {
    this.#stopTimer();
  }

  #tell(paused = this.#viewer.isPaused, seconds = this.#viewer.position): void {
    if (this.#isHost) {
      this.#surroundings.send({ kind: 'position', seconds, paused });
    }
  }

  #follow(seconds: number, paused: boolean): void {
    if (this.#viewer.isPaused !== paused) {
      this.#viewer.setPaused(paused);
    }
    if (Math.abs(seconds - this.#viewer.position) > TOLERANCE_SECONDS) {
      this.#viewer.seek(seconds);
    }
  }
}
