/** How well this viewer is in step with the room, in a few words and one number. */

import type { RoomView, SyncState } from '../../sync/room_view';
import { listOfNames, nameOf } from './people_words';

export interface SyncWords {
  /** What the dot looks like; never the only sign. */
  readonly sign: SyncState;
  readonly words: string;
  /** `6 ms`; empty where there is nothing to measure. */
  readonly number: string;
}

const PRECISE_UP_TO_MS = 1000;

/** `nowMs` by the clock of the view's own times. */
export function syncWords(view: RoomView, nowMs: number): SyncWords {
  const { sync } = view;
  const number = numberOf(sync.driftMs);
  switch (sync.state) {
    case 'in_sync':
      return { sign: 'in_sync', words: 'in sync', number };
    case 'catching_up':
      // Nothing to measure yet: the player has no picture.
      return { sign: 'catching_up', words: sync.driftMs === null ? 'loading' : 'catching up', number };
    case 'waiting':
      return { sign: 'waiting', words: waitingWords(view), number: '' };
    case 'free':
      return { sign: 'free', words: 'watching freely', number: '' };
    case 'disconnected':
      return { sign: 'disconnected', words: connectionWords(view, nowMs), number: '' };
    case 'blocked':
      return { sign: 'blocked', words: 'waiting for your tap', number: '' };
    case 'no_media':
      return { sign: 'no_media', words: 'no video yet', number: '' };
  }
}

/** The sentence in the panel behind the words: what the number means, and how sure it is. */
export function syncSentence(view: RoomView, nowMs: number): string {
  const { driftMs, boundMs, state, correction } = view.sync;
  switch (state) {
    case 'in_sync':
      return driftMs === null
        ? 'You see what everyone sees.'
        : `You see what everyone sees, within ${numberOf(driftMs)}${boundOf(boundMs)}.`;
    case 'catching_up':
      if (driftMs === null) {
        return 'Your video is being loaded. It starts where the room is.';
      }
      return correction === 'seek'
        ? 'Your picture jumps to where the room is.'
        : 'Your picture runs a little faster or slower until it is where the room is.';
    case 'waiting':
      return `The room is ${waitingWords(view)}. It goes on by itself.`;
    case 'free':
      return 'You watch on your own. Nobody else is affected.';
    case 'disconnected':
      return `You are ${connectionWords(view, nowMs)}. The video goes on meanwhile.`;
    case 'blocked':
      return 'Your browser plays no sound before you have touched this page.';
    case 'no_media':
      return 'Nothing has been chosen to watch.';
  }
}

/** `6 ms`, `2.4 s`; empty where unknown. */
export function numberOf(driftMs: number | null): string {
  if (driftMs === null) {
    return '';
  }
  const size = Math.abs(driftMs);
  return size < PRECISE_UP_TO_MS ? `${Math.round(size)} ms` : `${(size / 1000).toFixed(1)} s`;
}

function boundOf(boundMs: number | null): string {
  return boundMs === null ? '' : ` (measured to ${Math.max(1, Math.round(boundMs))} ms)`;
}

function waitingWords(view: RoomView): string {
  const names = view.waitingFor.map((id) => nameOf(view, id)).map((name) => (name === 'You' ? 'you' : name));
  return names.length === 0 ? 'waiting for your video' : `waiting for ${listOfNames(names)}`;
}

function connectionWords({ connection }: RoomView, nowMs: number): string {
  switch (connection.state) {
    case 'waiting':
      return `not connected, trying again in ${Math.max(1, Math.ceil((connection.retryAtMs - nowMs) / 1000))} s`;
    case 'closed':
      return 'no longer in the room';
    default:
      return 'connecting';
  }
}
