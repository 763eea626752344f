/** A room without a server, an engine or a player: it shows what a test prepares and keeps what is asked of it. */

import type { GrantedVideo, Video } from '../api/answers';
import type { VideoQuery } from '../api/client';
import { FIRST_FRAME, type Frame } from '../discord/frame';
import { Store } from '../store';
import type { Participant } from '../sync/protocol';
import type { RoomMoment, RoomView } from '../sync/room_view';
import type { OwnPlayer, Remote, Room } from '../visit/room';
import type { Screening } from '../visit/screening';

export const ANN = '1310000000000000001';
export const BO = '1310000000000000002';
export const CHEN = '1310000000000000003';

export const FILM: Video = {
  id: '1_film0001',
  title: 'The river',
  description: 'From source to sea.',
  duration: 2830,
  kind: 'video',
  created_at: 1_795_000_000,
  plays: 73,
  thumbnail: '/k/cdn/river.jpg',
};

export function person(user_id: string, name: string, more: Partial<Participant> = {}): Participant {
  return {
    user_id,
    name,
    avatar: null,
    level: 'viewer',
    via: 'discord',
    joined_at_ms: 0,
    state: 'playing',
    activity: 'active',
    drift_ms: 3,
    clock_bound_ms: 2,
    quality: 'good',
    ...more,
  };
}

/** Ann is the host and looks at it herself; Bo and Chen are here; the film plays at 12:04. */
export function roomView(more: Partial<RoomView> = {}): RoomView {
  return {
    connection: { state: 'open' },
    you: { userId: ANN, name: 'Ann', level: 'viewer' },
    roomId: 'room',
    media: { entry_id: FILM.id, title: FILM.title, duration: FILM.duration, kind: 'video' },
    timeline: { revision: 3, paused: false, position: 724, rate: 1, at: 0 },
    host: { user_id: ANN, lease_until_ms: 0 },
    control: { mode: 'host', locked: false, wait_for_buffering: 'nobody', barred: [] },
    roster: [person(ANN, 'Ann'), person(BO, 'Bo'), person(CHEN, 'Chen')],
    total: 3,
    waitingFor: [],
    sync: { state: 'in_sync', driftMs: -6, boundMs: 2.4, correction: 'none', quality: 'good' },
    isHost: true,
    iMayControl: true,
    whyNot: null,
    isChanging: false,
    requests: [],
    lastSyncAtMs: null,
    ...more,
  };
}

/** The same room with Bo before the screen. */
export function asBo(more: Partial<RoomView> = {}): RoomView {
  return roomView({
    you: { userId: BO, name: 'Bo', level: 'viewer' },
    isHost: false,
    iMayControl: false,
    whyNot: 'host_controls',
    ...more,
  });
}

/** Everything that was asked of it, in order, as `[name, ...arguments]`. */
export type Asked = readonly unknown[];

class FakePlayer implements OwnPlayer {
  isPaused = false;
  durationSeconds = FILM.duration;
  liveWindow: { from: number; to: number } | null = null;
  hasEnded = false;
  position: number | null = 724;
  volume = { level: 1, isMuted: false };
  levels: readonly number[] = [720, 360];
  chosenLevel: number | null = null;
  captionFiles = [{ label: 'English', language: 'en' }];
  chosenCaptions: number | null = null;
  caption: { text: string; isAbove: boolean }[] = [];
  touches = 0;
  readonly #listeners = new Set<() => void>();

  positionSeconds() {
    return this.position;
  }

  playAfterTouch() {
    this.touches += 1;
  }

  setVolume(level: number, isMuted: boolean) {
    this.volume = { level, isMuted };
    this.changed();
  }

  chooseLevel(lines: number | null) {
    this.chosenLevel = lines;
    this.changed();
  }

  chooseCaptions(index: number | null) {
    this.chosenCaptions = index;
    this.changed();
  }

  captionsAt() {
    return this.caption;
  }

  subscribe(listener: () => void) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  changed() {
    for (const listener of [...this.#listeners]) {
      listener();
    }
  }
}

export class FakeRoom implements Room {
  readonly view: Store<RoomView>;
  readonly frame = new Store<Frame>(FIRST_FRAME);
  readonly screening = new Store<Screening>({ kind: 'loading', poster: null });
  readonly player = new FakePlayer();
  readonly asked: Asked[] = [];
  readonly remote: Remote;
  found: readonly Video[] = [FILM];
  libraryFails: Error | null = null;
  readonly queries: VideoQuery[] = [];
  proposed: GrantedVideo | null = null;
  bound: Video | null = null;
  outward: Room['outward'] = null;
  readonly #moments = new Set<(moment: RoomMoment) => void>();

  constructor(view: RoomView = roomView()) {
    this.view = new Store(view);
    const names: readonly (keyof Remote)[] = [
      'play',
      'pause',
      'seek',
      'setRate',
      'setMedia',
      'transferHost',
      'setControl',
      'requestControl',
      'dismissRequest',
      'react',
      'syncNow',
      'watchFreely',
      'backToHost',
      'closeRoom',
    ];
    const keep = (name: string) => [name, (...words: unknown[]) => void this.asked.push([name, ...words])];
    this.remote = Object.fromEntries(names.map(keep)) as unknown as Remote;
  }

  readonly library = {
    videos: async (query: VideoQuery) => {
      this.queries.push(query);
      if (this.libraryFails !== null) {
        throw this.libraryFails;
      }
      return { videos: this.found, total: this.found.length, page: query.page };
    },
    video: async (id: string) => {
      if (this.libraryFails !== null) {
        throw this.libraryFails;
      }
      return { ...FILM, id, grant: `grant for ${id}` };
    },
  };

  now = () => 0;

  reload() {
    this.asked.push(['reload']);
  }

  noteActivity() {
    // Moving the mouse is no wish.
  }

  leave() {
    this.asked.push(['leave']);
  }

  onMoment(listener: (moment: RoomMoment) => void) {
    this.#moments.add(listener);
    return () => this.#moments.delete(listener);
  }

  happens(moment: RoomMoment) {
    for (const listener of [...this.#moments]) {
      listener(moment);
    }
  }
}
