/** A player as the peers use one: where it stands now, and a rate that is set only when it changes. */

import type { PlayerPort } from '../../src/sync/player_port';

export class Viewer {
  readonly #player: PlayerPort;
  readonly #now: () => number;
  #rate = 1;

  constructor(player: PlayerPort, now: () => number) {
    this.#player = player;
    this.#now = now;
  }

  get isPaused(): boolean {
    return this.#player.isPaused;
  }

  get isReady(): boolean {
    return this.#player.state === 'ready' && !this.#player.isSeeking && !this.#player.isBuffering;
  }

  get rate(): number {
    return this.#rate;
  }

  /** Seconds of media, as `currentTime` tells it; 0 before there is any. */
  get position(): number {
    const sample = this.#player.sample();
    if (sample === null) {
      return 0;
    }
    const elapsedSeconds = (this.#now() - sample.atMs) / 1000;
    const runs = !this.#player.isPaused && this.isReady;
    return sample.mediaSeconds + (runs ? elapsedSeconds * this.#rate : 0);
  }

  setPaused(paused: boolean): void {
    if (paused) {
      this.#player.pause();
    } else {
      this.#player.play();
    }
  }

  seek(seconds: number): void {
    this.#player.seek(Math.max(0, seconds));
  }

  setRate(rate: number): void {
    if (rate !== this.#rate) {
      this.#rate = rate;
      this.#player.setRate(rate);
    }
  }
}

/** A field that must be a number. */
export function numberIn(message: { readonly [field: string]: unknown }, field: string): number {
  const value = message[field];
  if (typeof value !== 'number') {
    throw new TypeError(`${field} is not a number`);
  }
  return value;
}
