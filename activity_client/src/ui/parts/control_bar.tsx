/** The row that everyone knows: play, where it stands, sound, captions, settings. */

import type { IconName } from '../icons';
import { useInside, usePlayer, useView } from '../room_context';
import { useStore } from '../use_store';
import { clockTime } from '../words/time_words';
import { IconButton } from './button';
import { Scrubber, useDuration, usePosition } from './scrubber';

/** More than that from a broadcast's edge is the past. */
const BEHIND_SECONDS = 25;

export function ControlBar() {
  const isLive = useView((view) => view.media?.kind === 'live');
  return (
    <div class="control-bar">
      <PlayButton />
      {isLive ? <LiveMark /> : <Elapsed />}
      <Scrubber />
      {!isLive && <Length />}
      <Volume />
      <PanelButtons />
    </div>
  );
}

function PlayButton() {
  const { desk } = useInside();
  const player = usePlayer();
  const isPaused = useView((view) =>
    view.sync.state === 'free' ? player.isPaused : (view.timeline?.paused ?? true),
  );
  const mayNot = useView((view) => !view.iMayControl && view.sync.state !== 'free');
  const [icon, label] = playFace(isPaused, player.hasEnded);
  return (
    <IconButton
      icon={icon}
      label={label}
      size={28}
      kind={mayNot ? 'is-not-mine' : ''}
      onPress={() => desk.togglePlay()}
    />
  );
}

function playFace(isPaused: boolean, hasEnded: boolean): [IconName, string] {
  if (hasEnded) {
    return ['replay', 'Watch again (space)'];
  }
  return isPaused ? ['play', 'Play (space)'] : ['pause', 'Pause (space)'];
}

function Elapsed() {
  return <span class="time">{clockTime(usePosition())}</span>;
}

function Length() {
  return <span class="time time-length">{clockTime(useDuration())}</span>;
}

/** Red where the room sees what happens now; grey behind it, and pressed it goes there. */
function LiveMark() {
  const { desk } = useInside();
  const live = usePlayer().liveWindow;
  const position = usePosition();
  const isBehind = live !== null && live.to - position > BEHIND_SECONDS;
  return (
    <button
      type="button"
      class={isBehind ? 'live-mark is-behind' : 'live-mark'}
      title={isBehind ? 'Go to what happens now' : 'This happens now'}
      onClick={() => desk.goLive()}
    >
      <span>Live</span>
    </button>
  );
}

function Volume() {
  const { desk, room } = useInside();
  const player = usePlayer();
  const { level, isMuted } = player.volume;
  const heard = isMuted ? 0 : level;
  return (
    <div class="volume">
      <IconButton
        icon={volumeIcon(heard)}
        label={heard === 0 ? 'Sound on (M)' : 'Sound off (M)'}
        isPressed={heard === 0}
        onPress={() => desk.toggleMute()}
      />
      <input
        type="range"
        class="volume-slider"
        min={0}
        max={1}
        step={0.05}
        value={heard}
        style={{ '--share': heard }}
        aria-label="Volume"
        aria-valuetext={`${Math.round(heard * 100)} percent`}
        onInput={(event) => room.player.setVolume(Number(event.currentTarget.value), false)}
      />
    </div>
  );
}

function volumeIcon(heard: number): IconName {
  if (heard === 0) {
    return 'muted';
  }
  return heard < 0.5 ? 'quiet' : 'loud';
}

function PanelButtons() {
  const { desk } = useInside();
  const player = usePlayer();
  const panel = useStore(desk.state, (state) => state.panel);
  return (
    <>
      <IconButton
        icon="captions"
        label="Captions (C)"
        kind={player.chosenCaptions === null ? '' : 'is-on'}
        isExpanded={panel === 'captions'}
        onPress={() => desk.toggle('captions')}
      />
      <IconButton
        icon="smile"
        label="React"
        isExpanded={panel === 'reactions'}
        onPress={() => desk.toggle('reactions')}
      />
      <IconButton
        icon="settings"
        label="Picture and speed"
        isExpanded={panel === 'settings'}
        onPress={() => desk.toggle('settings')}
      />
    </>
  );
}
