/**
 * The room's view with people under the names that they bear in this server.
 *
 * The room knows people by their Discord names; the nickname, and a picture that changed meanwhile, are told by
 * Discord's own list of who is in the Activity. Whoever is not in it (a browser tab) keeps the room's name.
 */

import type { Frame } from '../discord/frame';
import type { Participant as InDiscord } from '../discord/sdk';
import type { Readable } from '../store';
import type { Participant } from '../sync/protocol';
import type { RoomView } from '../sync/room_view';

/** Unchanged as long as both are; a person whose name and picture are the same stays the same object. */
export function knownAs(view: RoomView, participants: readonly InDiscord[]): RoomView {
  if (participants.length === 0) {
    return view;
  }
  const byId = new Map(participants.map((one) => [one.id, one]));
  const roster = view.roster.map((one) => named(one, byId.get(one.user_id)));
  return roster.every((one, index) => one === view.roster[index]) ? view : { ...view, roster };
}

/** The same over time: made anew only when the view or the list has changed. */
export function knownView(view: Readable<RoomView>, frame: Readable<Frame>): Readable<RoomView> {
  let made: { from: RoomView; by: readonly InDiscord[]; result: RoomView } | null = null;
  return {
    get value() {
      const { value: from } = view;
      const { participants: by } = frame.value;
      if (made === null || made.from !== from || made.by !== by) {
        made = { from, by, result: knownAs(from, by) };
      }
      return made.result;
    },
    subscribe(listener) {
      const stops = [view.subscribe(listener), frame.subscribe(listener)];
      return () => {
        for (const stop of stops) {
          stop();
        }
      };
    },
  };
}

function named(person: Participant, inDiscord: InDiscord | undefined): Participant {
  if (inDiscord === undefined) {
    return person;
  }
  const name = inDiscord.nickname || inDiscord.global_name || person.name;
  const avatar = inDiscord.avatar ?? person.avatar;
  return name === person.name && avatar === person.avatar ? person : { ...person, name, avatar };
}
