/**
 * A room from the inside, as the page needs it: what is to be seen of it, and what one can do there.
 *
 * `enter_room.ts` puts the real one together; tests use a double.
 */

import type { GrantedVideo, Video, VideoPage } from '../api/answers';
import type { VideoQuery } from '../api/client';
import type { Frame } from '../discord/frame';
import type { Outcome } from '../discord/invitations';
import type { Caption } from '../player/captions';
import type { Lines } from '../player/qualities';
import type { Readable } from '../store';
import type { Emoji, Mode, UserId, WaitFor } from '../sync/protocol';
import type { RoomMoment, RoomView } from '../sync/room_view';
import type { Screening } from './screening';

/** The wishes; each returns at once, and what came of it shows in the view or as a moment. */
export interface Remote {
  play(): void;
  pause(): void;
  seek(seconds: number): void;
  setRate(rate: number): void;
  setMedia(grant: string): void;
  transferHost(userId: UserId): void;
  setControl(change: ControlChange): void;
  requestControl(): void;
  dismissRequest(userId: UserId): void;
  react(emoji: Emoji): unknown;
  syncNow(): void;
  watchFreely(): void;
  backToHost(): void;
  closeRoom(): void;
}

export interface ControlChange {
  readonly mode?: Mode;
  readonly locked?: boolean;
  readonly wait_for_buffering?: WaitFor;
  readonly bar?: UserId;
  readonly unbar?: UserId;
}

/** What one sets for oneself alone. */
export interface OwnPlayer {
  readonly isPaused: boolean;
  readonly durationSeconds: number;
  /** Of live media: from where to where one can go, epoch seconds of the programme. */
  readonly liveWindow: { readonly from: number; readonly to: number } | null;
  /** The player has reached the end. */
  readonly hasEnded: boolean;
  /** Media seconds on screen now; null where nothing plays yet. */
  positionSeconds(): number | null;
  /** In the handler of a touch: a browser that refused before plays now. */
  playAfterTouch(): void;
  readonly volume: { readonly level: number; readonly isMuted: boolean };
  setVolume(level: number, isMuted: boolean): void;
  readonly levels: readonly Lines[];
  readonly chosenLevel: Lines | null;
  chooseLevel(lines: Lines | null): void;
  readonly captionFiles: readonly { readonly label: string; readonly language: string }[];
  /** Index into `captionFiles`. */
  readonly chosenCaptions: number | null;
  chooseCaptions(index: number | null): void;
  captionsAt(seconds: number): readonly Caption[];
  /** Calls after each change of the player's state or settings. */
  subscribe(listener: () => void): () => void;
}

export interface Library {
  videos(query: VideoQuery, signal: AbortSignal): Promise<VideoPage>;
  video(entryId: string): Promise<GrantedVideo>;
}

/** Discord's own dialogs; null in a browser tab. */
export interface Outward {
  invite(): Promise<Outcome>;
  share(message: string): Promise<Outcome>;
}

export interface Room {
  readonly view: Readable<RoomView>;
  readonly frame: Readable<Frame>;
  readonly screening: Readable<Screening>;
  readonly remote: Remote;
  readonly player: OwnPlayer;
  readonly library: Library;
  readonly outward: Outward | null;
  /** The video whose launch this visit belongs to, while the room shows another. */
  readonly proposed: GrantedVideo | null;
  /** The video that this room began with. */
  readonly bound: Video | null;
  /** By the clock of the view's times. */
  readonly now: () => number;
  /** Loads the same media once more, after a failure. */
  reload(): void;
  /** Somebody moved, tapped or pressed a key. */
  noteActivity(): void;
  /** On purpose and for good. */
  leave(): void;
  onMoment(listener: (moment: RoomMoment) => void): () => void;
}
