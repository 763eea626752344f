/** What lies over the video without being touched: captions, reactions that rise, notes that pass. */

import { useEffect, useState } from 'preact/hooks';
import type { Caption } from '../../player/captions';
import type { Emoji } from '../../sync/protocol';
import { useInside, usePlayer } from '../room_context';
import { useStore } from '../use_store';

const CAPTIONS_FRESH_MS = 100;

const NO_CAPTIONS: readonly Caption[] = [];

export function CaptionsLayer() {
  const player = usePlayer();
  const [captions, setCaptions] = useState(NO_CAPTIONS);
  const isOn = player.chosenCaptions !== null;
  useEffect(() => {
    if (!isOn) {
      setCaptions(NO_CAPTIONS);
      return;
    }
    const look = () => {
      const position = player.positionSeconds();
      setCaptions(position === null ? NO_CAPTIONS : player.captionsAt(position));
    };
    const timer = setInterval(look, CAPTIONS_FRESH_MS);
    return () => clearInterval(timer);
  }, [player, isOn]);
  const above = captions.filter((one) => one.isAbove);
  const below = captions.filter((one) => !one.isAbove);
  return (
    <>
      <CaptionLines place="above" lines={above} />
      <CaptionLines place="below" lines={below} />
    </>
  );
}

function CaptionLines({ place, lines }: { readonly place: string; readonly lines: readonly Caption[] }) {
  return lines.length === 0 ? null : (
    <div class={`captions captions-${place}`}>
      {lines.map(({ text }) => (
        <p key={text} dir="auto">
          <span>{text}</span>
        </p>
      ))}
    </div>
  );
}

export const REACTIONS: readonly { readonly emoji: Emoji; readonly name: string }[] = [
  { emoji: '👍', name: 'thumbs up' },
  { emoji: '❤️', name: 'heart' },
  { emoji: '😂', name: 'laughing' },
  { emoji: '😮', name: 'astonished' },
  { emoji: '👏', name: 'applause' },
  { emoji: '🎉', name: 'celebration' },
];

export function ReactionBar() {
  const { room } = useInside();
  return (
    <div class="reaction-bar">
      {REACTIONS.map(({ emoji, name }) => (
        <button
          key={emoji}
          type="button"
          class="reaction"
          aria-label={name}
          title={name}
          onClick={() => room.remote.react(emoji)}
        >
          {emoji}
        </button>
      ))}
    </div>
  );
}

export function FloatingReactions() {
  const { desk } = useInside();
  const floating = useStore(desk.state, (state) => state.floating);
  return (
    <div class="floating" aria-hidden="true">
      {floating.map(({ id, emoji, name, lane }) => (
        <span key={id} class="floating-one" style={{ '--lane': lane }}>
          <span class="floating-emoji">{emoji}</span>
          <span class="floating-name">{name}</span>
        </span>
      ))}
    </div>
  );
}

export function Notes() {
  const { desk } = useInside();
  const notes = useStore(desk.state, (state) => state.notes);
  return (
    <div class="notes" role="status" aria-live="polite">
      {notes.map(({ id, words }) => (
        <p key={id} class="note">
          {words}
        </p>
      ))}
    </div>
  );
}
