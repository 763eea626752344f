/**
 * Where changes of playback are sent, and their answers come in: the line between `wishes.ts`, which decides, and the
 * socket.
 */

import type { Clock } from './clock';
import type { ClientMessage, ServerRejected } from './protocol';
import type { RoomKnowledge } from './room_knowledge';
import type { WishName, WishRefusal } from './room_view';
import { newest } from './timeline';
import { type PlaybackWish, PlaybackWishes, type Standing } from './wishes';

export interface PlaybackDeskOptions {
  readonly room: RoomKnowledge;
  readonly clock: Clock;
  readonly now: () => number;
  /** A fresh number for each message. */
  readonly nextRef: () => number;
  /** Says it now, or not at all. */
  readonly send: (message: ClientMessage) => boolean;
  /** Tells the viewer that a wish came to nothing. */
  readonly refuse: (wish: WishName, reason: WishRefusal) => void;
}

export class PlaybackDesk {
  readonly #options: PlaybackDeskOptions;
  readonly #wishes = new PlaybackWishes();

  constructor(options: PlaybackDeskOptions) {
    this.#options = options;
  }

  /** What is shown until the room has answered. */
  get wanted(): PlaybackWish | null {
    return this.#wishes.wanted;
  }

  ask(wish: PlaybackWish): void {
    if (this.#options.room.media === null) {
      this.#options.refuse(wish.cause, 'no_media');
      return;
    }
    this.#wishes.ask(wish);
    this.sendWaiting();
  }

  /** Sends what waits, where nothing is under way. */
  sendWaiting(): void {
    const standing = this.#standing();
    if (standing !== null && this.#wishes.isWaiting) {
      this.#send(this.#wishes.take(this.#options.nextRef(), standing));
    }
  }

  /** A wish that was under way when the line broke may have been done or not: where nothing changed it is said again. */
  sendAgain(): void {
    const standing = this.#standing();
    if (standing !== null && this.#wishes.isBusy) {
      this.#send(this.#wishes.again(this.#options.nextRef(), standing));
    }
  }

  /** Whether this answers the wish that is under way. */
  onDone(ref: number): boolean {
    return this.#wishes.onDone(ref);
  }

  /** Somebody was quicker, or it may not be; what is now has been taken in already. */
  onRejected(ref: number, reason: ServerRejected['reason']): void {
    if (!this.#wishes.isOurs(ref)) {
      return;
    }
    const { name } = this.#wishes;
    const standing = this.#standing();
    if (reason !== 'stale' || standing === null) {
      this.#drop(name, reason);
      return;
    }
    const outcome = this.#wishes.onStale(ref, this.#options.nextRef(), standing);
    if (outcome === 'overtaken') {
      this.#options.refuse(name, 'overtaken');
    } else if (outcome !== 'done') {
      this.#send(outcome);
    }
  }

  /** The room could not do it now. */
  onFailed(ref: number): void {
    if (this.#wishes.isOurs(ref)) {
      this.#drop(this.#wishes.name, 'unavailable');
    }
  }

  /** Gives up what has waited too long. @returns whether there was any */
  dropUnanswered(): boolean {
    const isLate = this.#wishes.isUnanswered(this.#options.now());
    if (isLate) {
      this.#drop(this.#wishes.name, 'no_answer');
    }
    return isLate;
  }

  clear(): void {
    this.#wishes.clear();
  }

  #drop(wish: WishName, reason: WishRefusal): void {
    this.#wishes.clear();
    this.#options.refuse(wish, reason);
  }

  #send(message: ClientMessage | null): void {
    if (message !== null && !this.#options.send(message)) {
      this.#drop(this.#wishes.name, 'disconnected');
    }
  }

  #standing(): Standing | null {
    const { room, clock, now } = this.#options;
    if (room.track === null || room.media === null) {
      return null;
    }
    const nowMs = now();
    const effectMs = clock.serverAt(nowMs) + (clock.oneWayMs ?? 0) + room.leadMs;
    return { timeline: newest(room.track), entryId: room.media.entry_id, effectMs, nowMs };
  }
}
