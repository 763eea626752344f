/** The player as the page uses it: what one sets for oneself, remembered until the next visit where that is possible. */

import type { KalturaPlayer } from '../player/kaltura_player';
import type { OwnPlayer } from './room';

const STORAGE_KEY = 'watch-together';

interface Remembered {
  readonly volume: number;
  readonly isMuted: boolean;
  /** Language of the captions; null where they are off. */
  readonly captions: string | null;
}

const FIRST: Remembered = { volume: 1, isMuted: false, captions: null };

/** @param touch lets the engine play what the browser refused before; called within a touch */
export function createOwnPlayer(player: KalturaPlayer, touch: () => void, storage: Storage): OwnPlayer {
  const listeners = new Set<() => void>();
  let remembered = recall(storage);
  let entryId: string | null = null;

  const tell = () => {
    for (const listener of [...listeners]) {
      listener();
    }
  };
  const remember = (fields: Partial<Remembered>) => {
    remembered = { ...remembered, ...fields };
    keep(storage, remembered);
  };
  const files = () => player.playback?.captions ?? [];

  /** Other media: the captions in the language that was chosen last. */
  const adoptCaptions = () => {
    const current = player.playback?.entry_id ?? null;
    if (player.state === 'ready' && current !== entryId) {
      entryId = current;
      player.captions.choose(files().find((file) => file.language === remembered.captions) ?? null);
    }
    if (player.state === 'empty' || player.state === 'loading') {
      entryId = null;
    }
  };
  // Started with sound or not at all: a film that is muted from the start is paused whenever the page is hidden.
  player.setVolume(remembered.volume, remembered.isMuted);
  player.subscribe(() => {
    adoptCaptions();
    tell();
  });

  return {
    get isPaused() {
      return player.isPaused;
    },
    get durationSeconds() {
      return player.durationSeconds;
    },
    get liveWindow() {
      return player.liveWindow;
    },
    get hasEnded() {
      return player.state === 'ended';
    },
    get volume() {
      return player.volume;
    },
    get levels() {
      return player.levels;
    },
    get chosenLevel() {
      return player.chosenLevel;
    },
    get captionFiles() {
      return files();
    },
    get chosenCaptions() {
      const { chosen } = player.captions;
      const index = chosen === null ? -1 : files().indexOf(chosen);
      return index < 0 ? null : index;
    },
    positionSeconds: () => positionNow(player),
    playAfterTouch: touch,
    setVolume(level, isMuted) {
      player.setVolume(level, isMuted);
      remember({ volume: level, isMuted });
    },
    chooseLevel: (lines) => player.chooseLevel(lines),
    chooseCaptions(index) {
      const file = index === null ? null : (files()[index] ?? null);
      player.captions.choose(file);
      remember({ captions: file?.language ?? null });
      tell();
    },
    captionsAt: (seconds) => player.captions.at(seconds),
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function positionNow(player: KalturaPlayer): number | null {
  return player.sample()?.mediaSeconds ?? null;
}

/** What an earlier visit left, unless it is of another make. */
function recall(storage: Storage): Remembered {
  try {
    const written: unknown = JSON.parse(storage.getItem(STORAGE_KEY) ?? 'null');
    return isRemembered(written) ? written : FIRST;
  } catch {
    return FIRST;
  }
}

function keep(storage: Storage, remembered: Remembered): void {
  try {
    storage.setItem(STORAGE_KEY, JSON.stringify(remembered));
  } catch {
    // Full: it is only a convenience.
  }
}

function isRemembered(value: unknown): value is Remembered {
  const { volume, isMuted, captions } = (value ?? {}) as Partial<Remembered>;
  return (
    typeof volume === 'number' &&
    volume >= 0 &&
    volume <= 1 &&
    typeof isMuted === 'boolean' &&
    (captions === null || typeof captions === 'string')
  );
}
