/**
 * The room's timeline: where the media stands at a server time. Pure.
 *
 * A change may lie in the future (`at` is a little later than the moment it was made, so that all can act at once);
 * until then what was true before still holds. A track is therefore the timeline that holds and the one to come.
 */

import type { Timeline } from './protocol';

/** What a player should be doing at one moment. */
export interface Target {
  readonly revision: number;
  readonly paused: boolean;
  /** Seconds of media. */
  readonly position: number;
  readonly rate: number;
}

export interface Track {
  readonly holding: Timeline;
  /** Holds from its own `at` on. */
  readonly coming: Timeline | null;
}

/**
 * Where the media stands at `serverMs`. Before its `at` a timeline stands still at its position; at the end the media
 * stands still too, and counts as paused there.
 *
 * @param duration seconds; 0 or NaN where there is no end (live)
 */
export function targetAt(timeline: Timeline, serverMs: number, duration: number): Target {
  const { revision, rate } = timeline;
  const elapsed = timeline.paused ? 0 : Math.max(0, serverMs - timeline.at) / 1000;
  const position = timeline.position + rate * elapsed;
  if (duration > 0 && position >= duration) {
    return { revision, paused: true, position: duration, rate };
  }
  return { revision, paused: timeline.paused || serverMs < timeline.at, position, rate };
}

/** Takes in a timeline; an old one, or one that is known already, changes nothing. */
export function adopt(track: Track | null, incoming: Timeline, serverMs: number): Track {
  if (track === null) {
    return { holding: incoming, coming: null };
  }
  if (incoming.revision <= newest(track).revision) {
    return track;
  }
  const { holding } = settled(track, serverMs);
  return incoming.at > serverMs ? { holding, coming: incoming } : { holding: incoming, coming: null };
}

/** The track once what was to come has come. */
export function settled(track: Track, serverMs: number): Track {
  const { coming } = track;
  return coming !== null && serverMs >= coming.at ? { holding: coming, coming: null } : track;
}

/** The newest timeline, whether it holds already or not: what people shall see on the controls. */
export function newest(track: Track): Timeline {
  return track.coming ?? track.holding;
}

/** What a player should be doing at `serverMs`. */
export function trackTarget(track: Track, serverMs: number, duration: number): Target {
  return targetAt(settled(track, serverMs).holding, serverMs, duration);
}
