/** Above the messages: who watches in this channel, and the way in. */

import type { ActivityInstance } from '../api/activities';
import { Avatar } from '../layout/avatar';
import { useDesk } from '../state/desk';
import type { Participant } from './client_around';
import { instanceIn } from './window_activity';

function nameOf(person: Participant): string {
  return person.nickname ?? person.global_name ?? person.username;
}

/** "Ann is", "Ann and Bo are", "Ann, Bo and 3 more are". */
export function whoIs(instance: ActivityInstance): string {
  const names = instance.participants.map(nameOf);
  if (names.length <= 1) {
    return `${names[0] ?? 'Nobody'} is`;
  }
  if (names.length === 2) {
    return `${names[0]} and ${names[1]} are`;
  }
  return `${names[0]}, ${names[1]} and ${names.length - 2} more are`;
}

export function ActivityBanner() {
  const { world, place, activities } = useDesk();
  const { state, open } = activities;
  const instance = instanceIn(state, place.channelId);
  if (state.trouble !== null) {
    return (
      <div class="banner" role="alert">
        The Activity could not be opened: {state.trouble}.
      </div>
    );
  }
  if (instance === null || instance.instance_id === state.shownId) {
    return null;
  }
  return (
    <section class="activity-card" aria-label="Activity in this channel">
      <Avatar url={world.application.avatar_url} name={world.application.name} size={40} shape="rounded" />
      <div class="activity-card-words">
        <strong>{world.application.name}</strong>
        <span>{whoIs(instance)} watching</span>
      </div>
      <button type="button" class="button button-success" onClick={() => void open(instance.instance_id)}>
        Join Activity
      </button>
    </section>
  );
}
