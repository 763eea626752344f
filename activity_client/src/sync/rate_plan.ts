/**
 * How fast to play in order to catch up or to wait, without anybody hearing it. Pure.
 *
 * Pitch correction hides 5 % and nobody notices. More is heard, so it is kept for errors that are seen and heard
 * themselves. Errors are seconds of media; positive is ahead.
 */

/** Never more than this below `FAR`, whatever happens; a little under the 5 % that pitch correction hides. */
export const GENTLE = 0.045;
/** For errors that people notice anyway. */
export const FIRM = 0.1;
export const HARD = 0.25;
/** Seconds; the promise is "no audible rate below 80 ms", and a reading may be off by 25. */
export const FAR = 0.105;
export const VERY_FAR = 0.2;
/** Small errors are made good within so many seconds. */
const HORIZON = 1;
/** Rates are asked for in steps, since some players round them. */
const STEP = 0.0025;

/**
 * The share by which to play faster (positive) or slower.
 *
 * @param error seconds of media ahead of the room
 * @param rate the room's
 * @param tickSeconds how long until one can look again: where ticks are rare, a correction must not run past its end
 */
export function rateShare(error: number, rate: number, tickSeconds: number): number {
  const distance = Math.abs(error);
  const horizon = Math.max(HORIZON, 2 * tickSeconds);
  const cap = capFor(distance, rate * tickSeconds);
  const share = Math.min(cap, distance / (horizon * rate));
  return -Math.sign(error) * Math.max(STEP, Math.round(share / STEP) * STEP);
}

/** Seconds until an error is down to `goal` by rate alone. */
export function secondsByRate(error: number, rate: number, goal: number): number {
  const distance = Math.abs(error);
  const hard = Math.max(0, distance - Math.max(goal, VERY_FAR)) / HARD;
  const firm = Math.max(0, Math.min(distance, VERY_FAR) - Math.max(goal, FAR)) / FIRM;
  const gentle = Math.max(0, Math.min(distance, FAR) - goal) / GENTLE;
  return (hard + firm + gentle) / rate;
}

/** A band may only be used where it does not carry over the end of the band before the next look. */
function capFor(distance: number, mediaSecondsPerTick: number): number {
  if (distance > VERY_FAR && distance - HARD * mediaSecondsPerTick > FAR) {
    return HARD;
  }
  return distance > FAR && distance - FIRM * mediaSecondsPerTick > FAR - 0.015 ? FIRM : GENTLE;
}
