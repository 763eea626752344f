/** A delay of the player (a seek, a start) as it has been so far: the median of the last few, within limits. */

const REMEMBERED = 7;

export class LearntDelay {
  readonly #leastMs: number;
  readonly #mostMs: number;
  readonly #quantile: number;
  #seen: number[];
  /** The first of them is a guess. */
  #hasGuess = true;

  /** @param quantile 0.5 where being early is as bad as being late; more where early only means to wait */
  constructor(firstGuessMs: number, leastMs: number, mostMs: number, quantile = 0.5) {
    this.#leastMs = leastMs;
    this.#mostMs = mostMs;
    this.#quantile = quantile;
    this.#seen = [firstGuessMs];
  }

  get ms(): number {
    const sorted = [...this.#seen].sort((one, other) => one - other);
    return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * this.#quantile))] ?? this.#leastMs;
  }

  /** The first guess counts until two delays have been seen. */
  learn(ms: number): void {
    const bounded = Math.min(Math.max(ms, this.#leastMs), this.#mostMs);
    this.#seen.push(bounded);
    const isGuessOut = this.#hasGuess && this.#seen.length === 3;
    if (isGuessOut || this.#seen.length > REMEMBERED) {
      this.#seen.shift();
      this.#hasGuess = false;
    }
  }
}
