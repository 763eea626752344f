/** Who may do what here, what happened, and why something did not: one sentence each. */

import type { WaitFor } from '../../sync/protocol';
import type { CloseReason, RoomMoment, RoomView, WishRefusal } from '../../sync/room_view';
import { listOfNames, nameOf } from './people_words';

/** Who holds the remote: always visible to everyone. */
export function remoteWords(view: RoomView): string {
  const { control, host } = view;
  if (control === null || host === null) {
    return 'Coming in…';
  }
  const name = nameOf(view, host.user_id);
  const have = name === 'You' ? 'have' : 'has';
  if (control.locked) {
    return `${name} ${have} the remote, and ${have} locked it.`;
  }
  return control.mode === 'everyone' ? 'Everyone may play, pause and jump.' : `${name} ${have} the remote.`;
}

/** Why this viewer's press did nothing; null where they may. */
export function whyNotWords(view: RoomView): string | null {
  const host = nameOf(view, view.host?.user_id ?? null);
  switch (view.whyNot) {
    case null:
      return null;
    case 'host_controls':
      return `${host} has the remote.`;
    case 'locked':
      return `${host} has locked the remote.`;
    case 'barred':
      return `${host} has taken your control away for now.`;
    case 'disconnected':
      return 'You are not connected to the room right now.';
  }
}

/** What the room does about people whose video stalls. */
export function bufferingWords(waitFor: WaitFor): string {
  switch (waitFor) {
    case 'nobody':
      return 'The room does not wait for people who buffer; they catch up by themselves.';
    case 'host':
      return 'The room waits when the host’s video buffers.';
    case 'everyone':
      return 'The room waits, up to 15 seconds, when anybody’s video buffers.';
  }
}

/** What others did, as a passing note; null for what needs no words. */
export function momentWords(view: RoomView, moment: RoomMoment): string | null {
  switch (moment.kind) {
    case 'playback':
      return playbackWords(view, moment);
    case 'media':
      return `${nameOf(view, moment.by)} chose “${moment.media.title}”.`;
    case 'host':
      return hostWords(nameOf(view, moment.userId), moment.reason);
    case 'asked':
      return `${nameOf(view, view.host?.user_id ?? null)} has been asked for the remote.`;
    case 'refused':
      return refusalWords(view, moment.reason, moment.wish);
    case 'reaction':
      return null;
  }
}

/** Why the room has ended for this viewer. */
export function closedWords(reason: CloseReason, sentence: string | null): string {
  if (sentence !== null) {
    return sentence;
  }
  switch (reason) {
    case 'closed':
      return 'The host has closed this room.';
    case 'left':
      return 'You have left this room.';
    case 'expired':
      return 'This room has ended because nobody was here for a while.';
    case 'flooded':
      return 'This window sent too much at once and was disconnected.';
    case 'version':
      return 'Watch Together has been updated. Close this window and open it again.';
    case 'refused':
      return 'You could not be let in again.';
  }
}

/** Who came and who went. */
export function arrivalsWords(came: readonly string[], left: readonly string[]): readonly string[] {
  const notes: string[] = [];
  if (came.length > 0) {
    notes.push(`${listOfNames(came)} joined.`);
  }
  if (left.length > 0) {
    notes.push(`${listOfNames(left)} left.`);
  }
  return notes;
}

function playbackWords(view: RoomView, { cause, by }: { cause: string; by: string | null }): string | null {
  if (by === null || by === view.you?.userId) {
    return null;
  }
  const verbs: Record<string, string> = {
    play: 'pressed play',
    pause: 'paused',
    seek: 'jumped to another place',
    rate: `changed the speed to ${view.timeline?.rate ?? 1}`,
  };
  const verb = verbs[cause];
  return verb === undefined ? null : `${nameOf(view, by)} ${verb}.`;
}

function hostWords(name: string, reason: 'transferred' | 'claimed' | 'left' | 'returned'): string {
  const [has, is] = name === 'You' ? ['You have', 'You are'] : [`${name} has`, `${name} is`];
  switch (reason) {
    case 'transferred':
      return `${has} the remote now.`;
    case 'claimed':
      return `The host has gone. ${has} the remote now.`;
    case 'left':
      return `${has} left. Somebody else gets the remote in a moment.`;
    case 'returned':
      return `${is} back and ${name === 'You' ? 'have' : 'has'} the remote.`;
  }
}

function refusalWords(view: RoomView, reason: WishRefusal, wish: string): string {
  switch (reason) {
    case 'stale':
    case 'overtaken':
      return 'Somebody else was quicker. You see what they chose.';
    case 'not_permitted':
    case 'locked':
    case 'barred':
      return whyNotWords(view) ?? 'You may not do that here.';
    case 'host_is_here':
      return 'The host is here, so the remote stays with them.';
    case 'unknown_user':
      return 'That person is no longer here.';
    case 'grant_refused':
      return 'That video could not be put on. Choose it once more.';
    case 'no_media':
      return 'Choose a video first.';
    case 'disconnected':
      return 'You are not connected, so nothing was changed.';
    case 'no_answer':
    case 'unavailable':
      return wish === 'play' || wish === 'pause' || wish === 'seek' || wish === 'rate'
        ? 'The room did not answer, so nothing was changed. Try again.'
        : 'The room did not answer. Try again.';
  }
}
