/**
 * Keeps the player at what the room watches: asks the API how to play it, hands that to the player, and says what
 * stands in the way.
 *
 * A failure is tried once more by itself with a fresh description (the old one may have run out, which for live media
 * shows as a failing playlist), but never more often than once a minute; after that a person decides, or the network
 * by coming back.
 */

import type { Playback } from '../api/answers';
import { ApiProblem, sentenceOf } from '../api/problem';
import { type Readable, Store } from '../store';
import type { PlayerEvent } from '../sync/player_port';

/** `title` and `poster` as far as they are known yet. */
export type Screening =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'loading'; readonly poster: string | null }
  | { readonly kind: 'showing'; readonly playback: Playback }
  /** The video may not be watched by this person or here; nothing is tried again. */
  | { readonly kind: 'refused'; readonly sentence: string }
  | { readonly kind: 'failed'; readonly sentence: string; readonly poster: string | null };

export interface Projector {
  load(playback: Playback): Promise<void>;
  empty(): void;
  subscribe(listener: (event: PlayerEvent) => void): () => void;
}

const AGAIN_BY_ITSELF_MS = 60_000;
const FINAL_STATUSES: ReadonlySet<number> = new Set([403, 404]);

export class ScreeningRoom {
  readonly #state = new Store<Screening>({ kind: 'nothing' });
  #entryId: string | null = null;
  #poster: string | null = null;
  #triedAgainAtMs = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly playbackOf: (entryId: string) => Promise<Playback>,
    private readonly projector: Projector,
    private readonly now: () => number,
  ) {
    projector.subscribe((event) => this.#heed(event));
  }

  get state(): Readable<Screening> {
    return this.#state;
  }

  /** What the room watches now; the same again changes nothing. */
  show(entryId: string | null, poster: string | null = null): void {
    if (entryId === this.#entryId) {
      return;
    }
    this.#entryId = entryId;
    this.#poster = poster;
    if (entryId === null) {
      this.projector.empty();
      this.#state.set({ kind: 'nothing' });
    } else {
      void this.#load(entryId);
    }
  }

  /** The way to the room is open again: what failed while it was not is tried again, without being asked. */
  reconnected(): void {
    if (this.#state.value.kind === 'failed') {
      this.reload();
    }
  }

  /** The same once more. */
  reload(): void {
    if (this.#entryId !== null) {
      void this.#load(this.#entryId);
    }
  }

  async #load(entryId: string): Promise<void> {
    this.#state.set({ kind: 'loading', poster: this.#poster });
    try {
      const playback = await this.playbackOf(entryId);
      if (entryId === this.#entryId) {
        this.#poster = playback.poster ?? this.#poster;
        this.#state.set({ kind: 'loading', poster: this.#poster });
        await this.projector.load(playback);
        this.#shown(entryId, playback);
      }
    } catch (error) {
      if (entryId === this.#entryId) {
        this.projector.empty();
        this.#state.set(this.#afterError(error));
      }
    }
  }

  /** The player has it; that its first picture is there is told by its own state. */
  #shown(entryId: string, playback: Playback): void {
    if (entryId === this.#entryId && this.#state.value.kind === 'loading') {
      this.#state.set({ kind: 'showing', playback });
    }
  }

  #heed(event: PlayerEvent): void {
    if (event.kind !== 'failed') {
      return;
    }
    if (this.now() - this.#triedAgainAtMs > AGAIN_BY_ITSELF_MS) {
      this.#triedAgainAtMs = this.now();
      this.reload();
    } else {
      this.#state.set({ kind: 'failed', sentence: event.sentence, poster: this.#poster });
    }
  }

  #afterError(error: unknown): Screening {
    if (error instanceof ApiProblem && FINAL_STATUSES.has(error.status)) {
      return { kind: 'refused', sentence: error.message };
    }
    return { kind: 'failed', sentence: sentenceOf(error), poster: this.#poster };
  }
}
