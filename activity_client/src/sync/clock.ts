/**
 * The room's clock: what time it is at the server, and how wrong that may be.
 *
 * The theory. An exchange gives four stamps: sent (`c0`) and received (`c3`) by our clock, received (`s1`) and answered
 * (`s2`) by the server's. With `offset = server - own`, no message travels in less than no time, so
 *
 *     s2 - c3  <=  offset  <=  s1 - c0          (the way down)      (the way up)
 *
 * Every sample therefore *proves* an interval. NTP takes the sample with the smallest round trip and the middle of its
 * interval; but the fastest message up and the fastest one down need not belong to one exchange. We take the highest
 * of all lower ends and the lowest of all upper ends: the fastest way in each direction. With 16 samples of a round
 * trip of 80 ms, each way with 20 ms of jitter, that is wrong by 3 ms (p95) where the smallest round trip is by 8.
 *
 * Two clocks do not run alike (quartz: some 20 to 50 millionths, 1 to 3 ms a minute). So
 *
 * - for the *bound*, a sample's interval widens with its age by the worst drift, and all intervals are intersected:
 *   the offset lies in there whatever the network does. The bound is the farther end, so it always holds.
 * - for the *estimate*, every drift that may be is weighed: the better, the more equally fast the fastest messages of all
 *   times are under it (the idea is that of Moon, Skelly, Towsley: Estimation and removal of clock skew, INFOCOM 1999),
 *   and the nearer it is to what clocks usually do. Few samples leave the usual, an hour of them a millionth.
 *
 * A sample that contradicts the others is either false or tells that a clock was set (a computer that slept stops
 * `performance.now()`). The first is set aside; when the next agrees with it, the older samples are forgotten.
 */

import { CLOCK_SERVER_MOST_MS, CLOCK_WINDOW, type ClockStamps } from './protocol';

/** Worst drift between two clocks that keep time at all: quartz over its whole range of temperature. */
const WORST_DRIFT = 100e-6;
/** Drift to reckon with before it is measured. */
const USUAL_DRIFT = 20e-6;
/** What is left of it after it is measured: temperature. */
const REMAINING_DRIFT = 2e-6;
/** Samples of one burst are closer than that; where memory is full they become one. */
const SAME_MOMENT_MS = 1_000;
/** Clocks are read in steps: a browser's by 0.1 to 1 ms, and stamps may be whole milliseconds. */
const GRAIN_MS = 1;
/** The typical way is told from so many of the newest samples. */
const RECENT_SAMPLES = 16;
/** Drifts that are weighed against each other. */
const DRIFTS: readonly number[] = Array.from({ length: 101 }, (_, place) => (place / 50 - 1) * WORST_DRIFT);

interface Sample {
  readonly atMs: number;
  /** The offset is at most this. */
  readonly upper: number;
  /** And at least this. */
  readonly lower: number;
  readonly roundTripMs: number;
  /** How many exchanges it stands for. */
  readonly count: number;
}

interface Interval {
  readonly lower: number;
  readonly upper: number;
}

/** What became of a sample. `doubtful`: it contradicts the others; ask again soon. */
export type SampleFate = 'taken' | 'slow_server' | 'doubtful';

export class Clock {
  #samples: Sample[] = [];
  #doubtful: Sample | null = null;
  #offset = 0;
  #drift = 0;
  #proven: Interval = { lower: Number.NEGATIVE_INFINITY, upper: Number.POSITIVE_INFINITY };
  #sinceMs = 0;
  /** Whether offset and drift are those of the samples; reckoned when they are asked for. */
  #isEstimated = true;

  /** Takes in an exchange; `receivedMs` is when its answer came, by the same clock as `c0`. */
  add(stamps: ClockStamps, receivedMs: number): SampleFate {
    const serverMs = stamps.s2 - stamps.s1;
    if (serverMs > CLOCK_SERVER_MOST_MS) {
      return 'slow_server';
    }
    const sample: Sample = {
      atMs: receivedMs,
      upper: stamps.s1 - stamps.c0,
      lower: stamps.s2 - receivedMs,
      roundTripMs: receivedMs - stamps.c0 - serverMs,
      count: 1,
    };
    if (!this.#admit(sample)) {
      return 'doubtful';
    }
    this.#samples = remembered([...this.#samples, sample]);
    this.#isEstimated = false;
    return 'taken';
  }

  get isSet(): boolean {
    return this.#samples.length > 0;
  }

  get sampleCount(): number {
    return this.#samples.length;
  }

  /** Server time at a moment of our clock. */
  serverAt(ownMs: number): number {
    this.#estimate();
    return ownMs + this.#offset + this.#drift * (ownMs - this.#sinceMs);
  }

  /** Moment of our clock at a server time. */
  ownAt(serverMs: number): number {
    this.#estimate();
    return (serverMs - this.#offset + this.#drift * this.#sinceMs) / (1 + this.#drift);
  }

  /** How far `serverAt` may be off at most, whatever the network did; infinite before the first sample. */
  boundAt(ownMs: number): number {
    this.#estimate();
    const grown = WORST_DRIFT * Math.max(0, ownMs - this.#sinceMs);
    const offset = this.#offset + this.#drift * (ownMs - this.#sinceMs);
    return Math.max(this.#proven.upper + grown - offset, offset - this.#proven.lower + grown) + GRAIN_MS;
  }

  /** The usual time one way, or null before the first sample. */
  get oneWayMs(): number | null {
    const recent = this.#recentRoundTrips();
    return recent.length === 0 ? null : (recent[Math.floor(recent.length / 2)] ?? 0) / 2;
  }

  /** How much longer than the fastest round trip the usual one takes: what more samples could still mend. */
  get jitterMs(): number {
    const recent = this.#recentRoundTrips();
    return (recent[Math.floor(recent.length / 2)] ?? 0) - (recent[0] ?? 0);
  }

  #recentRoundTrips(): number[] {
    const recent = this.#samples.slice(-RECENT_SAMPLES).map((sample) => sample.roundTripMs);
    return recent.sort((one, other) => one - other);
  }

  #admit(sample: Sample): boolean {
    if (agree([...this.#samples, sample], sample.atMs)) {
      this.#doubtful = null;
      return true;
    }
    if (this.#doubtful !== null && agree([this.#doubtful, sample], sample.atMs)) {
      this.#samples = [this.#doubtful];
      this.#doubtful = null;
      return true;
    }
    this.#doubtful = sample;
    return false;
  }

  #estimate(): void {
    const ownMs = this.#samples.at(-1)?.atMs;
    if (this.#isEstimated || ownMs === undefined) {
      return;
    }
    this.#isEstimated = true;
    this.#proven = intersection(this.#samples, ownMs, 0, WORST_DRIFT);
    const { offset, drift } = likeliest(this.#samples, ownMs);
    this.#offset = Math.min(Math.max(offset, this.#proven.lower), this.#proven.upper);
    this.#drift = drift;
    this.#sinceMs = ownMs;
  }
}

/** Where the offset lies at `ownMs` when the clocks drift by `drift`, give or take `doubt`. */
function intersection(samples: readonly Sample[], ownMs: number, drift: number, doubt: number): Interval {
  let lower = Number.NEGATIVE_INFINITY;
  let upper = Number.POSITIVE_INFINITY;
  for (const sample of samples) {
    const ageMs = ownMs - sample.atMs;
    lower = Math.max(lower, sample.lower + (drift - doubt) * ageMs);
    upper = Math.min(upper, sample.upper + (drift + doubt) * ageMs);
  }
  return { lower, upper };
}

function agree(samples: readonly Sample[], ownMs: number): boolean {
  const { lower, upper } = intersection(samples, ownMs, 0, WORST_DRIFT);
  return upper - lower >= -2 * GRAIN_MS;
}

/**
 * Offset and drift, averaged over every drift that may be, each weighed by how probable it is.
 *
 * Delays beyond the fastest fall off about exponentially, so that under a drift `d` the samples are as probable as
 * `exp(n * gap(d) / excess)`, where `gap` is what lies between the fastest messages up and down at the middle of the
 * time they span: the right drift has the fastest of all times equally fast, and so the widest gap. Together with how
 * drifts usually are that needs no waiting until drift may be believed: with few samples the usual decides.
 */
function likeliest(samples: readonly Sample[], ownMs: number): { offset: number; drift: number } {
  const count = countOf(samples);
  const middleMs = samples.reduce((sum, sample) => sum + sample.atMs * sample.count, 0) / count;
  const excess = excessOf(samples);
  const gaps = DRIFTS.map((drift) => {
    const { lower, upper } = intersection(samples, middleMs, drift, 0);
    return (count * (upper - lower)) / excess - (drift / USUAL_DRIFT) ** 2 / 2;
  });
  const best = Math.max(...gaps);
  const weights = gaps.map((gap) => Math.exp(gap - best));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let offset = 0;
  let mean = 0;
  for (const [place, drift] of DRIFTS.entries()) {
    const share = (weights[place] ?? 0) / total;
    const { lower, upper } = intersection(samples, ownMs, drift, REMAINING_DRIFT);
    offset += (share * (lower + upper)) / 2;
    mean += share * drift;
  }
  return { offset, drift: mean };
}

/** By how much a round trip is usually slower than the fastest, ms: caution, since of one way it is half of that. */
function excessOf(samples: readonly Sample[]): number {
  const trips = samples.map((sample) => sample.roundTripMs).sort((one, other) => one - other);
  const usual = trips.reduce((sum, trip) => sum + trip, 0) / trips.length;
  return GRAIN_MS / 2 + usual - (trips[0] ?? 0);
}

function countOf(samples: readonly Sample[]): number {
  return samples.reduce((sum, sample) => sum + sample.count, 0);
}

/** Makes room: two samples of one moment become one that proves as much, or else the oldest is forgotten. */
function remembered(samples: Sample[]): Sample[] {
  if (samples.length <= CLOCK_WINDOW) {
    return samples;
  }
  for (const [place, sample] of samples.entries()) {
    const next = samples[place + 1];
    if (next !== undefined && next.atMs - sample.atMs < SAME_MOMENT_MS) {
      return [...samples.slice(0, place), merged(sample, next), ...samples.slice(place + 2)];
    }
  }
  return samples.slice(1);
}

function merged(older: Sample, newer: Sample): Sample {
  const widened = WORST_DRIFT * (newer.atMs - older.atMs);
  return {
    atMs: newer.atMs,
    upper: Math.min(older.upper + widened, newer.upper),
    lower: Math.max(older.lower - widened, newer.lower),
    roundTripMs: Math.min(older.roundTripMs, newer.roundTripMs),
    count: older.count + newer.count,
  };
}
