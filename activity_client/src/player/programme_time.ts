/**
 * The time of day of a live picture, by the stream's EXT-X-PROGRAM-DATE-TIME.
 *
 * Two viewers of one live stream start their elements' clocks wherever they came in; the programme's own time is what
 * they share. Safari tells it by `getStartDate`; elsewhere hls.js knows it (`playingDate`), inside Kaltura's player,
 * which has no public way to it: where that inside has changed, the answer is `null` and live is not synchronised.
 */

interface WithStartDate {
  getStartDate?: () => Date;
}

interface Inside {
  readonly _localPlayer?: {
    readonly _engine?: {
      readonly _mediaSourceAdapter?: { readonly _hls?: { readonly playingDate?: Date | null } };
    };
  };
}

/** Epoch seconds at the element's position 0; `null` where the stream does not say. */
export function programmeStart(player: object, video: HTMLVideoElement): number | null {
  const start = (video as WithStartDate).getStartDate?.().getTime() ?? Number.NaN;
  if (Number.isFinite(start)) {
    return start / 1000;
  }
  const playing = (player as Inside)._localPlayer?._engine?._mediaSourceAdapter?._hls?.playingDate;
  return playing ? playing.getTime() / 1000 - video.currentTime : null;
}
