/** What was asked of the room, other than changes of playback, and has not been answered: by the number of each wish. */

import type { WishName } from './room_view';
import { WISH_ANSWER_MS } from './wishes';

interface Question {
  readonly wish: WishName;
  readonly atMs: number;
}

export class Questions {
  readonly #open = new Map<number, Question>();

  ask(ref: number, wish: WishName, nowMs: number): void {
    this.#open.set(ref, { wish, atMs: nowMs });
  }

  /** Which wish this answers; null where it is none of these. */
  answer(ref: number): WishName | null {
    const question = this.#open.get(ref);
    this.#open.delete(ref);
    return question?.wish ?? null;
  }

  /** Those that have waited too long; they are forgotten. */
  takeUnanswered(nowMs: number): WishName[] {
    const late = [...this.#open].filter(([, { atMs }]) => nowMs - atMs >= WISH_ANSWER_MS);
    return late.map(([ref, { wish }]) => {
      this.#open.delete(ref);
      return wish;
    });
  }

  /** All of them: no answer can come any more. */
  takeAll(): WishName[] {
    const all = [...this.#open.values()].map(({ wish }) => wish);
    this.#open.clear();
    return all;
  }
}
