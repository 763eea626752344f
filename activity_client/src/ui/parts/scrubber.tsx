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

/** A broadcast that can be gone back in by less than that has no slider. */
const WORTH_A_SLIDER_SECONDS = 30;

/** What the slider goes over; null where there is nothing to go back to. */
export function useRange(): { readonly from: number; readonly to: number } | null {
  const player = usePlayer();
  const duration = useDuration();
  const isLive = useView((view) => view.media?.kind === 'live');
  if (!isLive) {
    return { from: 0, to: duration > 0 ? duration : 1 };
  }
  const live = player.liveWindow;
  return live !== null && live.to - live.from >= WORTH_A_SLIDER_SECONDS ? live : null;
}

export function Scrubber() {
  const range = useRange();
  const isLive = useView((view) => view.media?.kind === 'live');
  // The window of a broadcast moves with every look.
  useTick(1_000, isLive);
  return range === null ? <span class="control-gap" /> : <Slider {...range} isLive={isLive} />;
}

interface SliderProps {
  readonly from: number;
  readonly to: number;
  readonly isLive: boolean;
}

function Slider({ from, to, isLive }: SliderProps) {
  const { desk } = useInside();
  const position = usePosition();
  const [hand, setHand] = useState<Hand | null>(null);
  const [hover, setHover] = useState<{ seconds: number; share: number } | null>(null);
  const slider = useRef<HTMLInputElement>(null);
  const isHeld = hand !== null && (hand.letGoMs === null || performance.now() - hand.letGoMs < SETTLING_MS);
  const shown = isHeld && Math.abs(hand.to - position) > 1 ? hand.to : position;
  const share = Math.min(1, Math.max(0, (shown - from) / (to - from)));

  const onMove = (event: PointerEvent) => {
    const box = slider.current?.getBoundingClientRect();
    if (box && box.width > 0) {
      const at = Math.min(1, Math.max(0, (event.clientX - box.left) / box.width));
      setHover({ seconds: from + at * (to - from), share: at });
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
        min={from}
        max={to}
        step="any"
        value={shown}
        aria-label="Position in the video"
        aria-valuetext={
          isLive ? `${spokenTime(to - shown)} behind live` : `${spokenTime(shown)} of ${spokenTime(to)}`
        }
        onInput={(event) => setHand({ to: Number(event.currentTarget.value), letGoMs: null })}
        onChange={(event) => {
          const wanted = Number(event.currentTarget.value);
          setHand({ to: wanted, letGoMs: performance.now() });
          desk.seekTo(wanted);
        }}
      />
      {hover !== null && (
        <span class="scrubber-time" style={{ '--at': hover.share }} aria-hidden="true">
          {isLive ? `−${clockTime(to - hover.seconds)}` : clockTime(hover.seconds)}
        </span>
      )}
    </div>
  );
}
