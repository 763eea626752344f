/**
 * Where the video stands, and where to go: a slider with the time under the pointer.
 *
 * While it is dragged it shows the hand's place; the room is told once, when the hand lets go.
 */

import { useRef, useState } from 'preact/hooks';
import { useInside, usePlayer, useTick, useView } from '../room_context';
import { clockTime, spokenTime } from '../words/time_words';

const FRESH_MS = 250;
/** After letting go, the hand's place is shown until the room has answered. */
const SETTLING_MS = 1_500;

/** Media seconds on screen; before the player has anything, where the room stands. */
export function usePosition(): number {
  const player = usePlayer();
  const timeline = useView((view) => view.timeline);
  useTick(FRESH_MS, true);
  return player.positionSeconds() ?? timeline?.position ?? 0;
}

export function useDuration(): number {
  const player = usePlayer();
  const announced = useView((view) => view.media?.duration ?? Number.NaN);
  return Number.isFinite(player.durationSeconds) && player.durationSeconds > 0
    ? player.durationSeconds
    : announced;
}

interface Hand {
  readonly to: number;
  /** Null while it is still held. */
  readonly letGoMs: number | null;
}

export function Scrubber() {
  const { desk } = useInside();
  const position = usePosition();
  const duration = useDuration();
  const [hand, setHand] = useState<Hand | null>(null);
  const [hover, setHover] = useState<{ seconds: number; share: number } | null>(null);
  const slider = useRef<HTMLInputElement>(null);
  const isHeld = hand !== null && (hand.letGoMs === null || performance.now() - hand.letGoMs < SETTLING_MS);
  const shown = isHeld && Math.abs(hand.to - position) > 1 ? hand.to : position;
  const share = duration > 0 ? Math.min(1, shown / duration) : 0;

  const onMove = (event: PointerEvent) => {
    const box = slider.current?.getBoundingClientRect();
    if (box && box.width > 0 && duration > 0) {
      const at = Math.min(1, Math.max(0, (event.clientX - box.left) / box.width));
      setHover({ seconds: at * duration, share: at });
    }
  };
  return (
    <div
      class="scrubber"
      style={{ '--share': share }}
      onPointerMove={onMove}
      onPointerLeave={() => setHover(null)}
    >
      <input
        ref={slider}
        type="range"
        min={0}
        max={duration > 0 ? duration : 1}
        step="any"
        value={shown}
        aria-label="Position in the video"
        aria-valuetext={`${spokenTime(shown)} of ${spokenTime(duration)}`}
        onInput={(event) => setHand({ to: Number(event.currentTarget.value), letGoMs: null })}
        onChange={(event) => {
          const to = Number(event.currentTarget.value);
          setHand({ to, letGoMs: performance.now() });
          desk.seekTo(to);
        }}
      />
      <span class="scrubber-line" aria-hidden="true" />
      {hover !== null && (
        <span class="scrubber-time" style={{ '--at': hover.share }} aria-hidden="true">
          {clockTime(hover.seconds)}
        </span>
      )}
    </div>
  );
}
