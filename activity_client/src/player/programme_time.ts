/**
 * The time of day of a live picture, by the stream's EXT-X-PROGRAM-DATE-TIME.
 *
 * Two viewers of one live stream start their elements' clocks wherever they came in; the programme's own time is what
 * they share. Safari tells it by `getStartDate`; elsewhere hls.js knows it of every piece of its playlist, inside
 * Kaltura's player, which has no public way to it: where that inside has changed, the answer is `null` and live is not
 * synchronised.
 */

interface WithStartDate {
  getStartDate?: () => Date;
}

/** A piece of hls.js's playlist: seconds of the element, and milliseconds since the epoch. */
interface Piece {
  readonly start: number;
  readonly duration: number;
  readonly programDateTime: number | null;
}

interface Inside {
  readonly _localPlayer?: {
    readonly _engine?: {
      readonly _mediaSourceAdapter?: {
        readonly _hls?: { readonly latestLevelDetails?: { readonly fragments: readonly Piece[] } | null };
      };
    };
  };
}

/** Epoch seconds at the element's position 0; `null` where the stream does not say. */
export function programmeStart(player: object, video: HTMLVideoElement): number | null {
  const start = (video as WithStartDate).getStartDate?.().getTime() ?? Number.NaN;
  if (Number.isFinite(start)) {
    return start / 1000;
  }
  const details = (player as Inside)._localPlayer?._engine?._mediaSourceAdapter?._hls?.latestLevelDetails;
  const pieces = (details?.fragments ?? []).filter((piece) => piece.programDateTime !== null);
  // Exact is the piece that plays: the start of others is an estimate until they have been loaded.
  const now = video.currentTime;
  const piece = pieces.find(({ start, duration }) => start <= now && now < start + duration) ?? pieces[0];
  return piece ? Number(piece.programDateTime) / 1000 - piece.start : null;
}
