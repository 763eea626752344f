/**
 * What the engine tells whoever draws the page: plain immutable objects, a new one only when something changed.
 *
 * Unchanged parts keep their identity, so that `===` tells whether a part must be drawn again. What passes and is not a
 * state (a reaction, who pressed pause, why a wish came to nothing) comes as a `RoomMoment` instead.
 */

import type {
  Control,
  Emoji,
  Host,
  Level,
  Media,
  Participant,
  Quality,
  ServerGoodbye,
  ServerPlayback,
  ServerRejected,
  Timeline,
  UserId,
} from './protocol';

/** The way to the room. Playback goes on while it is mended: everyone extrapolates the same timeline. */
export type ConnectionView =
  | { readonly state: 'connecting' }
  | { readonly state: 'open' }
  /** `retryInMs` is the wait chosen when it began; `retryAtMs` its end by the clock given as `now`. */
  | { readonly state: 'waiting'; readonly retryInMs: number; readonly retryAtMs: number }
  /** For good; `sentence` is null where `reason` says it all. */
  | { readonly state: 'closed'; readonly reason: CloseReason; readonly sentence: string | null };

export type CloseReason = ServerGoodbye['reason'] | 'version' | 'refused';

export interface You {
  readonly userId: UserId;
  readonly name: string;
  readonly level: Level;
}

export type SyncState =
  | 'in_sync'
  | 'catching_up'
  /** The room is held for somebody who buffers, or our own player is. */
  | 'waiting'
  /** Watches on their own by choice. */
  | 'free'
  | 'disconnected'
  | 'no_media'
  /** The browser wants a touch before it plays. */
  | 'blocked';

export interface SyncView {
  readonly state: SyncState;
  /** Own media less the room's, whole milliseconds; positive is ahead. Null while nothing can be measured. */
  readonly driftMs: number | null;
  /** How far the clock may be off at most, whole milliseconds. */
  readonly boundMs: number | null;
  readonly correction: 'none' | 'rate' | 'seek';
  readonly quality: Quality;
}

/** Why the controls are not for this viewer. */
export type WhyNot = 'host_controls' | 'locked' | 'barred' | 'disconnected';

export interface ControlRequest {
  readonly userId: UserId;
  readonly name: string;
}

export interface RoomView {
  readonly connection: ConnectionView;
  readonly you: You | null;
  readonly roomId: string | null;
  readonly media: Media | null;
  /** As shown: an own wish that is under way is in it already. */
  readonly timeline: Timeline | null;
  readonly host: Host | null;
  readonly control: Control | null;
  /** By joining time. */
  readonly roster: readonly Participant[];
  /** How many are here; the roster lists a hundred at most. */
  readonly total: number;
  readonly waitingFor: readonly UserId[];
  readonly sync: SyncView;
  readonly isHost: boolean;
  readonly iMayControl: boolean;
  readonly whyNot: WhyNot | null;
  /** An own change of playback has not been answered yet. */
  readonly isChanging: boolean;
  /** Who asked for the remote and was neither given it nor dismissed; shown to the host. */
  readonly requests: readonly ControlRequest[];
  /** When "Sync now" was last done, by the clock given as `now`. */
  readonly lastSyncAtMs: number | null;
}

/** Why a wish of one's own came to nothing. */
export type WishRefusal =
  | ServerRejected['reason']
  | 'disconnected'
  | 'overtaken'
  | 'no_answer'
  | 'unavailable';

export type RoomMoment =
  | { readonly kind: 'reaction'; readonly userId: UserId; readonly emoji: Emoji }
  | { readonly kind: 'playback'; readonly cause: ServerPlayback['cause']; readonly by: UserId | null }
  | { readonly kind: 'media'; readonly by: UserId; readonly media: Media }
  | {
      readonly kind: 'host';
      readonly userId: UserId;
      readonly reason: 'transferred' | 'claimed' | 'left' | 'returned';
    }
  | { readonly kind: 'asked' }
  | { readonly kind: 'refused'; readonly wish: WishName; readonly reason: WishRefusal };

export type WishName =
  | 'play'
  | 'pause'
  | 'seek'
  | 'rate'
  | 'media'
  | 'transfer'
  | 'claim'
  | 'control'
  | 'request'
  | 'close';
