/** The room's timeline as the controller follows it: by our own clock. Pure. */

export interface Line {
  readonly revision: number;
  readonly paused: boolean;
  /** Seconds of media at `atMs`. */
  readonly position: number;
  readonly rate: number;
  readonly atMs: number;
}

export interface Plan {
  readonly holding: Line;
  readonly coming: Line | null;
  /** Seconds; 0 or NaN where the media has no end. */
  readonly duration: number;
  /** How much readings of the clock scatter, ms: there is no use in being more exact. */
  readonly clockScatterMs: number;
}

/** Where the media should be at a moment of our clock; before a line begins it is reckoned backwards. */
export function positionOn(line: Line, ownMs: number): number {
  return line.paused ? line.position : line.position + (line.rate * (ownMs - line.atMs)) / 1000;
}
