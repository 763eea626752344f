/**
 * Changes of playback that this viewer wants: one under way, and the newest one after it.
 *
 * Dragging a slider makes a wish at every pixel. Only one is sent at a time; those made meanwhile become one, in which
 * the newest word on each thing (paused, position, rate) counts. So nothing piles up, and the last wish always arrives.
 *
 * A wish bears the revision on which it was made. Where somebody else was quicker the server rejects it as stale, and
 * tells what is now:
 *
 *     we:    seek to 90 (on 7)  ------------------>  rejected, now 8        other media, or a jump: dropped, and said
 *     they:  speed 1.5 (on 7)   -->  8                                     only the speed: seek to 90 (on 8)
 */

import type { Cause, ClientPlaybackSet, Timeline } from './protocol';
import type { WishName } from './room_view';

/** What is wanted; what is left out stays as it is. */
export interface PlaybackWish {
  readonly cause: Cause;
  readonly paused?: boolean;
  /** Seconds of media. */
  readonly position?: number;
  readonly rate?: number;
}

interface SentWish {
  readonly wish: PlaybackWish;
  readonly ref: number;
  readonly base: Timeline;
  readonly entryId: string;
  readonly tries: number;
  readonly sentAtMs: number;
}

/** Where things stand when a wish is sent or sent again. */
export interface Standing {
  readonly timeline: Timeline;
  readonly entryId: string;
  /** Server time at which a change made now would take effect. */
  readonly effectMs: number;
  readonly nowMs: number;
}

/** Seconds; positions that differ by less were not moved by anybody. */
const SAME_PLACE = 0.75;
const TRIES = 4;
/** A slider is followed so often: every change is a seek of everybody's player, and a post to each of them. */
const DRAG_APART_MS = 400;
/** An answer that takes longer will not come. */
export const WISH_ANSWER_MS = 6_000;

export type WishMessage = ClientPlaybackSet;

export class PlaybackWishes {
  #sent: SentWish | null = null;
  #next: PlaybackWish | null = null;
  #sentAtMs = Number.NEGATIVE_INFINITY;

  get isBusy(): boolean {
    return this.#sent !== null || this.#next !== null;
  }

  /** Whether a wish waits for its turn, and nothing is before it. */
  get isWaiting(): boolean {
    return this.#next !== null && this.#sent === null;
  }

  /** What is shown until the room has answered; null where nothing is under way. */
  get wanted(): PlaybackWish | null {
    if (this.#next !== null) {
      return this.#sent === null ? this.#next : merge(this.#sent.wish, this.#next);
    }
    return this.#sent?.wish ?? null;
  }

  get name(): WishName {
    return this.wanted?.cause ?? 'play';
  }

  ask(wish: PlaybackWish): void {
    const sought = this.#sent?.wish.cause === 'seek' ? this.#sent.wish.position : undefined;
    const placed = wish.cause === 'pause' && sought !== undefined ? { ...wish, position: sought } : wish;
    this.#next = this.#next === null ? placed : merge(this.#next, placed);
  }

  /** The message to send now, if any. @param ref a fresh number */
  take(ref: number, standing: Standing): WishMessage | null {
    if (this.#sent !== null || this.#next === null) {
      return null;
    }
    const isDragged = this.#next.cause === 'seek' || this.#next.cause === 'rate';
    if (isDragged && standing.nowMs - this.#sentAtMs < DRAG_APART_MS) {
      return null;
    }
    return this.#send(this.#next, 0, ref, standing);
  }

  /** The room did it. */
  onDone(ref: number): boolean {
    const isOurs = this.#sent?.ref === ref;
    if (isOurs) {
      this.#sent = null;
    }
    return isOurs;
  }

  /**
   * Somebody was quicker.
   *
   * @returns the message to send again; `done` where what was wanted is so already; `overtaken` where it is dropped
   */
  onStale(ref: number, nextRef: number, standing: Standing): WishMessage | 'done' | 'overtaken' | null {
    const sent = this.#sent;
    if (sent === null || sent.ref !== ref) {
      return null;
    }
    const wish = this.wanted ?? sent.wish;
    this.clear();
    if (isFulfilled(wish, standing)) {
      return 'done';
    }
    const isOvertaken = sent.entryId !== standing.entryId || contradicts(sent, wish, standing.timeline);
    if (isOvertaken || sent.tries + 1 >= TRIES) {
      return 'overtaken';
    }
    return this.#send(wish, sent.tries + 1, nextRef, standing);
  }

  /**
   * The line broke and is back: what was under way is said once more, on its old revision, since it may have been done.
   * Then the room answers `stale`, and it is seen what is left of it.
   */
  again(ref: number, standing: Standing): WishMessage | null {
    const sent = this.#sent;
    if (sent === null) {
      return this.take(ref, standing);
    }
    const next = this.#next;
    const message = this.#send(sent.wish, sent.tries + 1, ref, {
      ...standing,
      timeline: sent.base,
      entryId: sent.entryId,
    });
    this.#next = next;
    return message;
  }

  /** Whether the one under way has waited too long. */
  isUnanswered(nowMs: number): boolean {
    return this.#sent !== null && nowMs - this.#sent.sentAtMs >= WISH_ANSWER_MS;
  }

  isOurs(ref: number): boolean {
    return this.#sent?.ref === ref;
  }

  clear(): void {
    this.#sent = null;
    this.#next = null;
  }

  #send(wish: PlaybackWish, tries: number, ref: number, standing: Standing): WishMessage {
    const { timeline, entryId, nowMs } = standing;
    this.#next = null;
    this.#sentAtMs = nowMs;
    this.#sent = { wish, ref, base: timeline, entryId, tries, sentAtMs: nowMs };
    const paused = wish.paused ?? timeline.paused;
    const moved = timeline.paused ? 0 : Math.max(0, standing.effectMs - timeline.at) / 1000;
    return {
      type: 'playback.set',
      ref,
      base_revision: timeline.revision,
      paused,
      position: Math.max(0, wish.position ?? timeline.position + timeline.rate * moved),
      rate: wish.rate ?? timeline.rate,
      cause: wish.cause,
    };
  }
}

/** Where one pauses while a seek waits, one means to pause at the place that was sought. */
function merge(older: PlaybackWish, newer: PlaybackWish): PlaybackWish {
  const merged = { ...older, ...newer };
  const keepsPlace = older.cause === 'seek' && older.position !== undefined && newer.cause === 'pause';
  return keepsPlace ? { ...merged, cause: 'seek', position: older.position } : merged;
}

function isFulfilled(wish: PlaybackWish, { timeline }: Standing): boolean {
  const isPaused = wish.paused === undefined || wish.paused === timeline.paused;
  const isRate = wish.rate === undefined || wish.rate === timeline.rate;
  return isPaused && isRate && (wish.position === undefined || wish.cause === 'pause');
}

function contradicts(sent: SentWish, wish: PlaybackWish, now: Timeline): boolean {
  const { base } = sent;
  const moved = base.paused ? 0 : Math.max(0, now.at - base.at) / 1000;
  const hasJumped = Math.abs(base.position + base.rate * moved - now.position) > SAME_PLACE;
  return (
    (wish.paused !== undefined && base.paused !== now.paused) ||
    (wish.position !== undefined && hasJumped) ||
    (wish.rate !== undefined && base.rate !== now.rate)
  );
}
