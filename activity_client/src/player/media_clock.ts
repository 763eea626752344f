/**
 * Reads where the media is, and when.
 *
 * The element's `currentTime` runs with the sound, and so is what two people hear: in Chromium 156 it was measured within
 * 0.1 ms of the wall clock on a machine with thirteen things to do at once, visible and hidden. Frames
 * (`requestVideoFrameCallback`) come by the beat of the screen, and late when there is much to do: there -42 to +16 ms.
 * But browsers exist in which `currentTime` goes by steps; where it does, and frames are steadier, frames are read.
 */

import type { MediaSample } from '../sync/player_port';

/** A frame's word counts for so long; at 10 frames a second the next one has long come. */
const FRAME_GOOD_MS = 250;
/** Readings by which a source's steadiness is judged. */
const READINGS = 12;
/** Milliseconds between the quarters of the readings: more than that is no clock but steps. */
const STEPS_MS = 4;

export class MediaClock {
  #frame: MediaSample | null = null;
  #handle = 0;
  #rate = 1;
  readonly #ofElement = new Steadiness();
  readonly #ofFrames = new Steadiness();

  constructor(
    private readonly video: HTMLVideoElement,
    private readonly now: () => number,
    private readonly isHidden: () => boolean,
  ) {
    this.#watch();
  }

  /** The newest reading: seconds as the element counts them. */
  read(): MediaSample {
    const own = { mediaSeconds: this.video.currentTime, atMs: this.now() };
    const frame = this.#freshFrame(own.atMs);
    if (frame === null) {
      return own;
    }
    if (this.video.playbackRate !== this.#rate) {
      this.#rate = this.video.playbackRate;
      this.#forget();
    }
    this.#ofElement.note(own, this.#rate);
    this.#ofFrames.note(frame, this.#rate);
    const stepsMs = this.#ofElement.spreadMs;
    return stepsMs > STEPS_MS && this.#ofFrames.spreadMs < stepsMs / 2 ? frame : own;
  }

  /** Forgets the last frame: what follows is another place or another film. */
  reset(): void {
    this.#frame = null;
    this.#forget();
  }

  stop(): void {
    if (this.#handle !== 0) {
      this.video.cancelVideoFrameCallback(this.#handle);
    }
  }

  #freshFrame(nowMs: number): MediaSample | null {
    const isMoving = !this.video.paused && !this.video.seeking && !this.isHidden();
    const isFresh = this.#frame !== null && nowMs - this.#frame.atMs < FRAME_GOOD_MS;
    return isMoving && isFresh ? this.#frame : null;
  }

  #forget(): void {
    this.#ofElement.forget();
    this.#ofFrames.forget();
  }

  #watch(): void {
    if (!('requestVideoFrameCallback' in this.video)) {
      return;
    }
    this.#handle = this.video.requestVideoFrameCallback((_now, frame) => {
      this.#frame = { mediaSeconds: frame.mediaTime, atMs: frame.expectedDisplayTime };
      this.#watch();
    });
  }
}

/** How far readings of one source lie from a line. */
class Steadiness {
  #offsets: number[] = [];

  note({ mediaSeconds, atMs }: MediaSample, rate: number): void {
    this.#offsets.push(mediaSeconds * 1000 - atMs * rate);
    if (this.#offsets.length > READINGS) {
      this.#offsets.shift();
    }
  }

  forget(): void {
    this.#offsets = [];
  }

  /** Between the quarters of the readings; 0 until there are enough. */
  get spreadMs(): number {
    if (this.#offsets.length < READINGS) {
      return 0;
    }
    const sorted = [...this.#offsets].sort((one, other) => one - other);
    return (sorted[READINGS * 0.75] ?? 0) - (sorted[READINGS * 0.25] ?? 0);
  }
}
