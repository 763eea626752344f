/** Puts a room together: its keys, its engine, its player, and what Discord's client says. */

import type { RoomEntry } from '../api/answers';
import { KEEP_EVERY_MS, type RoomAccess } from '../api/room_access';
import { FIRST_FRAME, type Frame } from '../discord/frame';
import { createKalturaPlayer, type KalturaPlayer } from '../player/kaltura_player';
import { ensureStorage } from '../player/storage_stand_in';
import { type Readable, Store } from '../store';
import { RoomSession } from '../sync/room_session';
import { knownView } from './known_as';
import { openSocket } from './open_socket';
import { createOwnPlayer } from './own_player';
import type { Outward, Room } from './room';
import { ScreeningRoom } from './screening';
import { showToBench } from './shown_to_bench';

export interface Surroundings {
  readonly window: Window;
  /** Id of the element in which the video lies. */
  readonly filmId: string;
  readonly frame: Readable<Frame> | null;
  readonly outward: Outward | null;
}

/** Goes in. The room lives until `remote.leave`, or until the window is closed. */
export function enterRoom(access: RoomAccess, entry: RoomEntry, surroundings: Surroundings): Room {
  const { window, filmId, outward } = surroundings;
  const { document, location } = window;
  ensureStorage(window);
  const now = () => performance.now();
  const frame = surroundings.frame ?? new Store(FIRST_FRAME);
  const player = createKalturaPlayer(filmId);
  let interactionAtMs = now();
  const session = new RoomSession({
    openSocket: () => openSocket(() => access.socketTicket(), location),
    player,
    now,
    timers: {
      setTimeout: (action, ms) => window.setTimeout(action, ms),
      clearTimeout: (timer) => window.clearTimeout(timer),
    },
    random: Math.random,
    lastInteractionAtMs: () => interactionAtMs,
  });
  const screening = new ScreeningRoom((id) => access.playback(id), player, now);

  let isOpen = false;
  const follow = () => {
    const wasOpen = isOpen;
    isOpen = session.view.connection.state === 'open';
    if (isOpen && !wasOpen) {
      screening.reconnected();
    }
    if (session.view.you !== null) {
      screening.show(session.view.media?.entry_id ?? null);
    }
  };
  // What the room began with is most likely what it watches: the player loads while the socket opens.
  if (entry.bound_video !== null) {
    screening.show(entry.bound_video.id, entry.bound_video.thumbnail);
  }
  session.subscribe(follow);
  heedHeat(frame, player);
  heedWindow(window, session);
  const keeping = window.setInterval(() => access.keep().catch(() => undefined), KEEP_EVERY_MS);
  session.start();
  if (import.meta.env.VITE_BENCH === '1') {
    showToBench(window, session);
  }

  return {
    view: knownView(readableView(session), frame),
    frame,
    screening: screening.state,
    remote: session,
    player: createOwnPlayer(player, () => session.touch(), window.localStorage),
    library: access,
    outward,
    proposed: entry.proposed_video,
    bound: entry.bound_video,
    now,
    reload: () => screening.reload(),
    noteActivity() {
      interactionAtMs = now();
    },
    onMoment: (listener) => session.subscribeMoments(listener),
    leave() {
      window.clearInterval(keeping);
      session.leave();
      player.empty();
      document.title = 'Watch Together';
    },
  };
}

function readableView(session: RoomSession): Room['view'] {
  return {
    get value() {
      return session.view;
    },
    subscribe: (listener) => session.subscribe(() => listener()),
  };
}

function heedHeat(frame: Readable<Frame>, player: KalturaPlayer): void {
  const look = () => player.setHot(frame.value.isHot);
  look();
  frame.subscribe(look);
}

function heedWindow(window: Window, session: RoomSession): void {
  const { document } = window;
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden) {
      session.wake();
    }
  });
  window.addEventListener('online', () => session.wake());
  // A page that is only put aside may come back; its socket closes by itself.
  window.addEventListener('pagehide', (event) => {
    if (!event.persisted) {
      session.leave();
    }
  });
}
