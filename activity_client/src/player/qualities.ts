/** The sharpness of the picture: automatic, by hand, or held low while the phone is hot. */

import type { EmbeddedPlayer, VideoTrack } from './kaltura_embed';

/** Lines of the picture, such as 720: what a level is called, and known by (tracks of HLS bear no id). */
export type Lines = number;

/** Enough for a phone in the hand, and half of what it costs to decode 720. */
const LINES_WHILE_HOT = 480;

export class Qualities {
  #chosen: Lines | null = null;

  constructor(private readonly player: EmbeddedPlayer) {}

  /** The sharpest first. */
  get levels(): readonly Lines[] {
    return [...this.#richest().keys()].sort((one, other) => other - one);
  }

  /** The level chosen by hand; `null` is automatic. */
  get chosen(): Lines | null {
    return this.#chosen;
  }

  choose(lines: Lines | null): void {
    const track = lines === null ? undefined : this.#richest().get(lines);
    this.#chosen = track?.height ?? null;
    if (track === undefined) {
      this.player.enableAdaptiveBitrate();
    } else {
      this.player.selectTrack(track);
    }
  }

  /** Other media has other levels. */
  forget(): void {
    this.#chosen = null;
  }

  setHot(isHot: boolean): void {
    const maxHeight = isHot ? LINES_WHILE_HOT : Number.POSITIVE_INFINITY;
    this.player.configure({ abr: { restrictions: { maxHeight } } });
  }

  /** Of several levels with the same lines, the one with the most bits. */
  #richest(): Map<Lines, VideoTrack> {
    const best = new Map<Lines, VideoTrack>();
    for (const track of this.player.getTracks('video')) {
      const other = best.get(track.height);
      if (track.height > 0 && (other === undefined || other.bandwidth < track.bandwidth)) {
        best.set(track.height, track);
      }
    }
    return best;
  }
}
