/**
 * What the engine needs of a player, and nothing more.
 *
 * Times of samples are milliseconds of `performance.now()`; media positions are seconds. All commands return at once:
 * what came of them is told by events and by the properties.
 */

/** One reading of the media clock. */
export interface MediaSample {
  readonly mediaSeconds: number;
  /** `performance.now()` at which `mediaSeconds` was, or is about to be, on screen. */
  readonly atMs: number;
}

export type PlayerState = 'empty' | 'loading' | 'ready' | 'ended' | 'failed';

export type PlayerEvent =
  | { readonly kind: 'state' }
  | { readonly kind: 'playing' }
  | { readonly kind: 'paused' }
  | { readonly kind: 'seeking' }
  | { readonly kind: 'seeked' }
  | { readonly kind: 'waiting' }
  /** The browser refused to play before somebody touches the page. */
  | { readonly kind: 'blocked' }
  | { readonly kind: 'rate'; readonly rate: number }
  | { readonly kind: 'ended' }
  | { readonly kind: 'failed'; readonly sentence: string };

export interface PlayerPort {
  /** Must leave `ready` as soon as other media is being loaded: the engine takes that for the change of media. */
  readonly state: PlayerState;
  readonly isPaused: boolean;
  readonly isSeeking: boolean;
  readonly isBuffering: boolean;
  /** NaN where unknown. */
  readonly durationSeconds: number;
  /** The newest reading of the media clock; while paused, where the media stands. */
  sample(): MediaSample | null;
  play(): void;
  pause(): void;
  seek(seconds: number): void;
  setRate(rate: number): void;
  /** Returns how to stop listening. */
  subscribe(listener: (event: PlayerEvent) => void): () => void;
}
