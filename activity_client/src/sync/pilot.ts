/**
 * Between the room and this viewer's player: what the player is to do now, and what its events mean.
 *
 * Only a person's doing is a wish. The engine knows what it has asked of the player, so another pause is somebody's: a
 * media key, the player's own button. Not when the page is hidden, where browsers stop muted media themselves; not at
 * the end; not while it seeks or buffers.
 */

import type { Clock } from './clock';
import { Controller, type Correction } from './controller';
import { type Line, type Plan, positionOn } from './line';
import type { PlayerEvent, PlayerPort } from './player_port';
import type { PlayState, Timeline } from './protocol';
import type { RoomKnowledge } from './room_knowledge';
import type { ControllerState } from './steering';
import { settled } from './timeline';
import type { PlaybackWish } from './wishes';

/** So near its end, seconds, media stops by itself. */
const END_ZONE = 0.5;
/** The error of the clock's estimate is about this share of what its samples scatter (simulated, p95). */
const SCATTER_SHARE = 1 / 8;

export interface PilotOptions {
  readonly player: PlayerPort;
  readonly now: () => number;
  readonly clock: Clock;
  readonly room: RoomKnowledge;
  readonly isHidden: () => boolean;
}

export class Pilot {
  readonly #options: PilotOptions;
  readonly #player: PlayerPort;
  readonly #controller: Controller;
  #isFree = false;
  #entryId: string | null = null;
  /** The media was changed, and the player still holds the old one. */
  #holdsOldMedia = false;
  #bufferingSinceMs: number | null = null;
  #bufferedMs = 0;

  constructor(options: PilotOptions) {
    this.#options = options;
    this.#player = options.player;
    this.#controller = new Controller(options.player, options.now);
  }

  get isFree(): boolean {
    return this.#isFree;
  }

  get state(): ControllerState {
    return this.#controller.state;
  }

  get correction(): Correction {
    return this.#controller.correction;
  }

  get driftMs(): number | null {
    return this.#isFree || !this.isReady ? null : this.#controller.driftMs;
  }

  /** Whether the player holds the room's media and can play it. */
  get isReady(): boolean {
    const { state } = this.#player;
    return (
      this.#options.room.media !== null && !this.#holdsOldMedia && (state === 'ready' || state === 'ended')
    );
  }

  /** Seconds; 0 where there is no end. */
  get duration(): number {
    const { media } = this.#options.room;
    if (media === null || media.kind === 'live') {
      return 0;
    }
    const known = this.isReady ? this.#player.durationSeconds : Number.NaN;
    return known > 0 && Number.isFinite(known) ? known : media.duration;
  }

  /** Where the media is on screen now, seconds; null where that means nothing (it seeks, buffers, or is not there). */
  get mediaPosition(): number | null {
    const isMoving = this.#player.isSeeking || this.#player.isBuffering || this.#controller.isSeeking;
    const sample = this.isReady && !isMoving ? this.#player.sample() : null;
    if (sample === null || this.#player.isPaused) {
      return sample?.mediaSeconds ?? null;
    }
    const rate = this.#options.room.track?.holding.rate ?? 1;
    return sample.mediaSeconds + (rate * (this.#options.now() - sample.atMs)) / 1000;
  }

  get playState(): PlayState {
    if (this.#isFree) {
      return 'free';
    }
    if (this.#options.room.media !== null && this.#player.state !== 'failed' && !this.isReady) {
      return 'loading';
    }
    if (this.#player.isBuffering) {
      return 'buffering';
    }
    if (this.#player.isSeeking) {
      return 'seeking';
    }
    return this.#player.isPaused || !this.isReady ? 'paused' : 'playing';
  }

  /** Looks, and acts. @returns when to look again at the latest */
  tick(wanted: PlaybackWish | null): number | null {
    this.#countBuffering();
    this.#noteMedia();
    if (this.#isFree || !this.isReady || !this.#options.clock.isSet) {
      return null;
    }
    const plan = this.#plan(wanted);
    return plan === null ? null : this.#controller.tick(plan);
  }

  /** What somebody did at the player itself, and so wants; null where it was us, or the browser. */
  onEvent(event: PlayerEvent): 'play' | 'pause' | null {
    this.#controller.onEvent(event);
    const isQuiet = !this.#player.isSeeking && !this.#player.isBuffering && !this.#controller.isSeeking;
    if (this.#isFree || !this.isReady || this.#options.isHidden() || !isQuiet) {
      return null;
    }
    const wantsPaused = this.#controller.wantsPaused;
    if (event.kind === 'paused' && this.#player.isPaused && wantsPaused === false && !this.#isAtTheEnd()) {
      return 'pause';
    }
    return event.kind === 'playing' && !this.#player.isPaused && wantsPaused === true ? 'play' : null;
  }

  free(): void {
    this.#isFree = true;
    this.#controller.release();
    this.#player.setRate(this.#options.room.track?.holding.rate ?? 1);
  }

  back(): void {
    this.#isFree = false;
  }

  startOver(): void {
    this.#controller.startOver();
  }

  /** Somebody touches the page: the browser lets media play now. */
  touch(): void {
    if (this.#controller.state === 'blocked') {
      this.#controller.unblock();
      this.#player.play();
    }
  }

  release(): void {
    this.#controller.release();
  }

  /** Corrections, seeks and time spent buffering since this was last asked. */
  takeCounts(): { corrections: number; seeks: number; bufferingMs: number } {
    this.#countBuffering();
    const bufferingMs = Math.round(this.#bufferedMs);
    this.#bufferedMs = 0;
    return { ...this.#controller.takeCounts(), bufferingMs };
  }

  #countBuffering(): void {
    const now = this.#options.now();
    if (this.#bufferingSinceMs !== null) {
      this.#bufferedMs += now - this.#bufferingSinceMs;
    }
    this.#bufferingSinceMs = this.#player.isBuffering ? now : null;
  }

  /** After a change of media the player is left alone until it has let go of the old one. */
  #noteMedia(): void {
    const entryId = this.#options.room.media?.entry_id ?? null;
    if (entryId !== this.#entryId) {
      this.#holdsOldMedia = this.#entryId !== null && this.#player.state !== 'empty';
      this.#entryId = entryId;
      this.#controller.release();
    }
    if (this.#player.state === 'loading' || this.#player.state === 'empty') {
      this.#holdsOldMedia = false;
    }
    // Loaded anew, it stands at the beginning and knows nothing of what it was told before.
    if (!this.isReady && this.#controller.state !== 'idle') {
      this.#controller.release();
    }
  }

  #isAtTheEnd(): boolean {
    const media = this.#player.sample()?.mediaSeconds ?? 0;
    return this.#player.state === 'ended' || (this.duration > 0 && media > this.duration - END_ZONE);
  }

  #plan(wanted: PlaybackWish | null): Plan | null {
    const { room, clock, now } = this.#options;
    if (room.track === null) {
      return null;
    }
    const track = settled(room.track, clock.serverAt(now()));
    const holding = this.#line(track.holding);
    return {
      holding: ownPause(holding, wanted, now()),
      coming: track.coming === null || wanted?.paused === true ? null : this.#line(track.coming),
      duration: this.duration,
      clockScatterMs: clock.jitterMs * SCATTER_SHARE,
    };
  }

  /**
   * By our own clock. What has begun is anchored at the present moment: our clock does not run quite as the server's
   * does, and since an hour ago that would be more than a frame.
   */
  #line({ revision, paused, position, rate, at }: Timeline): Line {
    const { clock, now } = this.#options;
    const ownMs = now();
    const passedMs = clock.serverAt(ownMs) - at;
    if (paused || passedMs <= 0) {
      return { revision, paused, position, rate, atMs: clock.ownAt(at) };
    }
    return { revision, paused, position: position + (rate * passedMs) / 1000, rate, atMs: ownMs };
  }
}

/** An own pause is not waited for: the player stands from the press of the button on. */
function ownPause(line: Line, wanted: PlaybackWish | null, nowMs: number): Line {
  if (wanted?.paused !== true) {
    return line;
  }
  return { ...line, paused: true, position: wanted.position ?? positionOn(line, nowMs) };
}
