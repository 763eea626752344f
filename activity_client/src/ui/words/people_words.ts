/** Who people are and what they are doing, in words. */

import type { Participant } from '../../sync/protocol';
import type { RoomView } from '../../sync/room_view';

/** The name of somebody in the room; of who has left already, only that. */
export function nameOf(view: RoomView, userId: string | null): string {
  if (userId !== null && userId === view.you?.userId) {
    return 'You';
  }
  return view.roster.find((one) => one.user_id === userId)?.name ?? 'Somebody';
}

/** `Ann`, `Ann and Bo`, `Ann, Bo and 3 more`. */
export function listOfNames(names: readonly string[]): string {
  const [first = '', second = '', third = ''] = names;
  if (names.length <= 1) {
    return first;
  }
  if (names.length === 2) {
    return `${first} and ${second}`;
  }
  return names.length === 3
    ? `${first}, ${second} and ${third}`
    : `${first}, ${second} and ${names.length - 2} more`;
}

export type Mark = 'buffering' | 'loading' | 'free' | 'away' | null;

/** The one thing to be shown at somebody's picture; what holds others up comes first. */
export function markOf(participant: Participant): Mark {
  switch (participant.state) {
    case 'buffering':
      return 'buffering';
    case 'loading':
      return 'loading';
    case 'free':
      return 'free';
    default:
      return participant.activity === 'away' ? 'away' : null;
  }
}

export const MARK_WORDS: Record<Exclude<Mark, null>, string> = {
  buffering: 'buffering',
  loading: 'loading the video',
  free: 'watching freely',
  away: 'away',
};

/** Two letters at most, for who has no picture. */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/);
  const letters = words.length > 1 ? [words[0], words.at(-1)] : [words[0]];
  return letters
    .map((word) => [...(word ?? '')][0] ?? '')
    .join('')
    .toUpperCase();
}

/** One of Discord's colours for default pictures, always the same for the same person. */
export function colourOf(userId: string): string {
  const colours = ['#4752c4', '#5d6269', '#1f7a3f', '#8a5a00', '#b5304d', '#a1307f'];
  const sum = [...userId].reduce((total, digit) => total + Number(digit), 0);
  return colours[sum % colours.length] ?? '#4752c4';
}
