/** The server's scheduled events, above its channels: when, how many are interested, and where each takes place. */

import type { ScheduledEvent } from '../api/world';
import { timeInWords } from '../markdown/timestamps';
import { messagePlace, pointOut } from '../message/message_link';
import { useDesk } from '../state/desk';
import { Icon } from './icons';
import { useAppDeeds } from './use_app_deeds';
import { usePopup } from './use_popup';

function EventCard({ event, leave }: { event: ScheduledEvent; leave(): void }) {
  const { server, place, client, goTo } = useDesk();
  const { problem, attempt } = useAppDeeds();
  const isInterested = event.interested.includes(place.userId);
  const there = messagePlace(event.location);
  const now = Date.now() / 1000;

  function goThere() {
    if (there !== null) {
      goTo({ guildId: there.guildId, channelId: there.channelId });
      pointOut(there.messageId);
      leave();
    }
  }

  return (
    <li class="event">
      <p class={event.is_active ? 'event-when event-active' : 'event-when'}>
        {event.is_active ? 'Happening now' : timeInWords(event.starts_at, 'F', now)}
      </p>
      <h3>
        <bdi>{event.name}</bdi>
      </h3>
      {event.description !== '' && <p class="event-description">{event.description}</p>}
      <p class="event-interested">
        {event.interested.length === 1 ? '1 person is' : `${event.interested.length} people are`} interested
      </p>
      <div class="event-buttons">
        <button
          type="button"
          class={`button ${isInterested ? 'button-success' : 'button-secondary'}`}
          aria-pressed={isInterested}
          onClick={() => void attempt(() => client.beInterested(server.id, event.id, place.userId))}
        >
          Interested
        </button>
        {there !== null && (
          <button type="button" class="button button-secondary" onClick={goThere}>
            Go there
          </button>
        )}
        {!event.is_active && (
          <button
            type="button"
            class="button button-danger"
            onClick={() => void attempt(() => client.cancelEvent(server.id, event.id, place.userId))}
          >
            Cancel event
          </button>
        )}
      </div>
      {problem !== null && (
        <p class="popup-problem" role="alert">
          {problem}
        </p>
      )}
    </li>
  );
}

export function EventList() {
  const { server } = useDesk();
  const { isOpen, frame, toggle, close } = usePopup<HTMLDivElement>();
  const count = server.events.length;
  return (
    <div class="events" ref={frame}>
      <button
        type="button"
        class="channel"
        aria-expanded={isOpen}
        aria-label={`Events, ${count}`}
        onClick={toggle}
      >
        <Icon name="calendar" />
        <span class="channel-name">
          {count === 0 ? 'Events' : `${count} ${count === 1 ? 'Event' : 'Events'}`}
        </span>
      </button>
      {isOpen && (
        <section class="events-panel" aria-label="Events">
          {count === 0 && <p class="event-interested">Nothing is planned.</p>}
          <ul>
            {server.events.map((event) => (
              <EventCard key={event.id} event={event} leave={close} />
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}
