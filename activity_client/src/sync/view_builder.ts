/**
 * Makes the page's view out of what is known; the same object again where nothing has changed.
 *
 * Drift and bound change at every reading. They are shown in whole milliseconds and, where nothing else has changed,
 * twice a second at most: a figure that flickers cannot be read.
 */

import type { Correction } from './controller';
import type { Timeline } from './protocol';
import { qualityOf } from './reports';
import { whyNotControl } from './rights';
import type { RoomKnowledge } from './room_knowledge';
import type { ConnectionView, ControlRequest, RoomView, SyncState, SyncView } from './room_view';
import type { ControllerState } from './steering';
import { newest } from './timeline';
import type { PlaybackWish } from './wishes';

const FIGURES_EVERY_MS = 500;

export interface ViewParts {
  readonly connection: ConnectionView;
  readonly room: RoomKnowledge;
  readonly wanted: PlaybackWish | null;
  readonly serverMs: number;
  readonly requests: readonly ControlRequest[];
  readonly lastSyncAtMs: number | null;
  readonly isFree: boolean;
  readonly isPlayerReady: boolean;
  readonly controller: ControllerState;
  readonly correction: Correction;
  readonly driftMs: number | null;
  readonly boundMs: number;
}

export const NO_SYNC: SyncView = {
  state: 'disconnected',
  driftMs: null,
  boundMs: null,
  correction: 'none',
  quality: 'good',
};

export const FIRST_VIEW: RoomView = {
  connection: { state: 'connecting' },
  you: null,
  roomId: null,
  media: null,
  timeline: null,
  host: null,
  control: null,
  roster: [],
  total: 0,
  waitingFor: [],
  sync: NO_SYNC,
  isHost: false,
  iMayControl: false,
  whyNot: 'disconnected',
  isChanging: false,
  requests: [],
  lastSyncAtMs: null,
};

export class ViewBuilder {
  #view: RoomView = FIRST_VIEW;
  #figuresAtMs = Number.NEGATIVE_INFINITY;
  #wished: { timeline: Timeline; wish: PlaybackWish; shown: Timeline } | null = null;

  get view(): RoomView {
    return this.#view;
  }

  /** Builds anew; true where something has changed. */
  update(parts: ViewParts, nowMs: number): boolean {
    const next = this.#build(parts, nowMs);
    const keys = Object.keys(next) as (keyof RoomView)[];
    if (keys.every((key) => next[key] === this.#view[key])) {
      return false;
    }
    this.#view = next;
    return true;
  }

  #build(parts: ViewParts, nowMs: number): RoomView {
    const { room, connection } = parts;
    const isOpen = connection.state === 'open';
    const whyNot = isOpen ? whyNotControl(room.you, room.host, room.control) : 'disconnected';
    return {
      connection,
      you: room.you,
      roomId: room.roomId,
      media: room.media,
      timeline: this.#timeline(parts),
      host: room.host,
      control: room.control,
      roster: room.roster,
      total: room.total,
      waitingFor: room.waitingFor,
      sync: this.#sync(parts, nowMs),
      isHost: room.you !== null && room.you.userId === room.host?.user_id,
      iMayControl: whyNot === null,
      whyNot,
      isChanging: parts.wanted !== null,
      requests: parts.requests,
      lastSyncAtMs: parts.lastSyncAtMs,
    };
  }

  /** What is wanted is shown as if it were so already. */
  #timeline({ room, wanted, serverMs }: ViewParts): Timeline | null {
    if (room.track === null || wanted === null) {
      return room.track === null ? null : newest(room.track);
    }
    const timeline = newest(room.track);
    if (this.#wished?.timeline !== timeline || this.#wished.wish !== wanted) {
      this.#wished = { timeline, wish: wanted, shown: withWish(timeline, wanted, serverMs) };
    }
    return this.#wished.shown;
  }

  #sync(parts: ViewParts, nowMs: number): SyncView {
    const shown = this.#view.sync;
    const next = syncOf(parts);
    const isSame =
      next.state === shown.state && next.correction === shown.correction && next.quality === shown.quality;
    const hasFigures = next.driftMs === shown.driftMs && next.boundMs === shown.boundMs;
    if (isSame && (hasFigures || nowMs - this.#figuresAtMs < FIGURES_EVERY_MS)) {
      return shown;
    }
    this.#figuresAtMs = nowMs;
    return next;
  }
}

function withWish(timeline: Timeline, wish: PlaybackWish, serverMs: number): Timeline {
  const moved = timeline.paused ? 0 : Math.max(0, serverMs - timeline.at) / 1000;
  return {
    revision: timeline.revision,
    paused: wish.paused ?? timeline.paused,
    position: wish.position ?? timeline.position + timeline.rate * moved,
    rate: wish.rate ?? timeline.rate,
    at: serverMs,
  };
}

function syncOf(parts: ViewParts): SyncView {
  const driftMs = parts.isFree || parts.driftMs === null ? null : Math.round(parts.driftMs);
  const boundMs = Number.isFinite(parts.boundMs) ? Math.ceil(parts.boundMs) : null;
  const quality = qualityOf(boundMs, driftMs, parts.controller === 'stalled');
  return { state: stateOf(parts), driftMs, boundMs, correction: parts.correction, quality };
}

function stateOf({ connection, room, isFree, isPlayerReady, controller }: ViewParts): SyncState {
  if (connection.state !== 'open' || room.you === null) {
    return 'disconnected';
  }
  if (room.media === null) {
    return 'no_media';
  }
  if (isFree) {
    return 'free';
  }
  if (controller === 'blocked') {
    return 'blocked';
  }
  if (room.waitingFor.length > 0 || controller === 'stalled') {
    return 'waiting';
  }
  return isPlayerReady && controller === 'in_sync' ? 'in_sync' : 'catching_up';
}
