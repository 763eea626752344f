/** While the room stands: exactly on its frame. */

import { type Line, positionOn } from './line';
import { NEAR, PAUSE_SETTLES_MS, type Steering } from './steering';

/** Standing media this close, seconds, is on the frame: far less than one lasts, far more than a seek misses. */
const ON_THE_FRAME = 0.001;
/** Tries to stand on the frame, for each change. */
const TRIES = 3;

export class Standing {
  readonly #steering: Steering;
  #tries = 0;
  #revision = -1;

  constructor(steering: Steering) {
    this.#steering = steering;
  }

  /** @param end seconds; media does not stand beyond it */
  stand(line: Line, end: number, now: number): void {
    const { player, meter } = this.#steering;
    this.#steering.setShare(0, line.rate, now);
    if (!player.isPaused) {
      this.#steering.pause(now);
      return;
    }
    const media = player.sample()?.mediaSeconds;
    if (media === undefined || !this.#steering.isSettledPause(now)) {
      this.#steering.wake(now + PAUSE_SETTLES_MS);
      return;
    }
    meter.clear(now);
    this.#settle(line, media, Math.min(positionOn(line, now), end), now);
  }

  #settle({ revision }: Line, media: number, position: number, now: number): void {
    if (revision !== this.#revision) {
      this.#revision = revision;
      this.#tries = 0;
    }
    const distance = Math.abs(media - position);
    if (distance <= ON_THE_FRAME || this.#tries >= TRIES) {
      this.#steering.state = 'in_sync';
      return;
    }
    this.#tries += 1;
    this.#steering.seekTo(position, distance <= NEAR, now);
  }
}
