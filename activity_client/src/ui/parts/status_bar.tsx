/** The row below: in step or not on the left, who is here on the right. */

import { useMemo } from 'preact/hooks';
import type { Participant } from '../../sync/protocol';
import { Icon } from '../icons';
import { useInside, useTick, useView } from '../room_context';
import { useStore } from '../use_store';
import { MARK_WORDS, markOf } from '../words/people_words';
import { syncWords } from '../words/sync_words';
import { Avatar } from './avatar';
import { SyncSign } from './sync_sign';

/** So many pictures; the others are a number. */
const MOST_SHOWN = 3;

export function StatusBar() {
  return (
    <div class="status-bar">
      <SyncMark />
      <PeopleStrip />
    </div>
  );
}

/** The sync state in words and one number; pressed, it says more. */
export function SyncMark() {
  const { desk, room } = useInside();
  const view = useView((one) => one);
  const isOpen = useStore(desk.state, (state) => state.panel === 'sync');
  useTick(500, view.connection.state === 'waiting');
  const { sign, words, number } = syncWords(view, room.now());
  return (
    <button
      type="button"
      class="sync-mark"
      aria-expanded={isOpen}
      title="How well you are in step with the others"
      onClick={() => desk.toggle('sync')}
    >
      <SyncSign state={sign} />
      <span class="sync-words">{words}</span>
      {number !== '' && (
        <>
          <span class="sync-between" aria-hidden="true">
            ·
          </span>
          <span class="sync-number">{number}</span>
        </>
      )}
    </button>
  );
}

function PeopleStrip() {
  const { desk } = useInside();
  const roster = useView((view) => view.roster);
  const total = useView((view) => view.total);
  const hostId = useView((view) => view.host?.user_id ?? null);
  const asking = useView((view) => view.requests.length);
  const isOpen = useStore(desk.state, (state) => state.panel === 'people');
  const shown = useMemo(() => firstOnes(roster, hostId), [roster, hostId]);
  const others = Math.max(0, total - shown.length);
  return (
    <button
      type="button"
      class="people-strip"
      aria-expanded={isOpen}
      aria-label={stripWords(total, asking)}
      title="Who is here"
      onClick={() => desk.toggle('people')}
    >
      {shown.map((one) => (
        <StripPerson key={one.user_id} person={one} isHost={one.user_id === hostId} />
      ))}
      {others > 0 && <span class="strip-others">+{others}</span>}
      <Icon name="people" size={20} />
      {asking > 0 && <span class="badge">{asking}</span>}
    </button>
  );
}

function StripPerson({ person, isHost }: { readonly person: Participant; readonly isHost: boolean }) {
  const mark = markOf(person);
  return (
    <span class={`strip-person ${mark === null ? '' : `is-${mark}`}`}>
      <Avatar
        userId={person.user_id}
        name={person.name}
        hash={person.avatar}
        size={24}
        isHost={isHost}
        mark={mark}
      />
      <span class="strip-name">{person.name}</span>
      {mark !== null && <span class="strip-mark">{MARK_WORDS[mark]}</span>}
    </span>
  );
}

/** The host first, then whoever holds others up, then by joining time. */
function firstOnes(roster: readonly Participant[], hostId: string | null): readonly Participant[] {
  const weight = (one: Participant) => {
    if (one.user_id === hostId) {
      return 0;
    }
    return markOf(one) === 'buffering' ? 1 : 2;
  };
  return [...roster].sort((one, other) => weight(one) - weight(other)).slice(0, MOST_SHOWN);
}

function stripWords(total: number, asking: number): string {
  const here = total === 1 ? 'Only you are here' : `${total} people are here`;
  return asking > 0 ? `${here}. ${asking} asked for the remote.` : here;
}
