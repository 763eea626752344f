/**
 * What is known of the room, put together from messages that may be lost, doubled or overtaken.
 *
 * Two counters decide. `timeline.revision` counts changes of timeline and media, `control_revision` those of host and
 * control; what bears an older one is old news. A playback that skips a number tells that something was missed; since
 * every timeline is whole by itself it is applied all the same, and the whole state is asked for in addition, because
 * what was missed may have been a change of media.
 */

import type {
  Control,
  Host,
  Media,
  Participant,
  RoomState,
  Roster,
  ServerControl,
  ServerHost,
  ServerMedia,
  ServerPlayback,
  ServerWelcome,
  UserId,
} from './protocol';
import type { You } from './room_view';
import { adopt, newest, type Track } from './timeline';

/** What became of news. `gap`: taken in, but something before it was missed. */
export type NewsFate = 'taken' | 'old' | 'gap';

export class RoomKnowledge {
  you: You | null = null;
  roomId: string | null = null;
  leadMs = 0;
  track: Track | null = null;
  media: Media | null = null;
  host: Host | null = null;
  control: Control | null = null;
  controlRevision = -1;
  waitingFor: readonly UserId[] = [];
  roster: readonly Participant[] = [];
  total = 0;
  rosterStampMs = 0;

  get revision(): number {
    return this.track === null ? -1 : newest(this.track).revision;
  }

  onWelcome(welcome: ServerWelcome, serverMs: number): void {
    const { user_id, name, level } = welcome.you;
    this.you = { userId: user_id, name, level };
    this.roomId = welcome.room_id;
    this.leadMs = welcome.lead_ms;
    this.roster = [];
    this.rosterStampMs = 0;
    this.onState(welcome.state, serverMs);
    this.onRoster(welcome.roster);
  }

  /** A whole state is taken in where it is not older than what is known, each half by its own counter. */
  onState(state: RoomState, serverMs: number): void {
    if (state.timeline.revision >= this.revision) {
      this.#setMedia(state.media);
      this.track = adopt(this.track, state.timeline, serverMs);
      this.waitingFor = sameList(this.waitingFor, state.waiting_for);
    }
    if (state.control_revision >= this.controlRevision) {
      this.host = state.host;
      this.control = state.control;
      this.controlRevision = state.control_revision;
    }
  }

  onPlayback(news: ServerPlayback, serverMs: number): NewsFate {
    const fate = this.#fate(news.timeline.revision, this.revision);
    if (fate !== 'old') {
      this.track = adopt(this.track, news.timeline, serverMs);
      this.waitingFor = sameList(this.waitingFor, news.waiting_for);
    }
    return fate;
  }

  onMedia(news: ServerMedia): NewsFate {
    const fate = this.#fate(news.timeline.revision, this.revision);
    if (fate !== 'old') {
      this.media = news.media;
      this.track = { holding: news.timeline, coming: null };
      this.waitingFor = sameList(this.waitingFor, []);
    }
    return fate;
  }

  onHost(news: ServerHost): NewsFate {
    const fate = this.#fate(news.control_revision, this.controlRevision);
    if (fate !== 'old') {
      this.host = news.host;
      this.controlRevision = news.control_revision;
    }
    return fate;
  }

  onControl(news: ServerControl): NewsFate {
    const fate = this.#fate(news.control_revision, this.controlRevision);
    if (fate !== 'old') {
      this.control = news.control;
      this.controlRevision = news.control_revision;
    }
    return fate;
  }

  /** The lease as a report's answer tells it; another host than the known one comes with the state, or not at all. */
  onLease(host: Host): void {
    if (this.host !== null && host.user_id === this.host.user_id) {
      this.host = host;
    }
  }

  onRoster(news: Roster): void {
    if (news.stamp_ms < this.rosterStampMs) {
      return;
    }
    this.rosterStampMs = news.stamp_ms;
    this.total = news.total;
    if (news.changed.length === 0 && news.gone.length === 0) {
      return;
    }
    const away = new Set([...news.gone, ...news.changed.map((one) => one.user_id)]);
    this.roster = this.roster
      .filter((one) => !away.has(one.user_id))
      .concat(news.changed)
      .sort((one, other) => one.joined_at_ms - other.joined_at_ms);
  }

  #fate(told: number, known: number): NewsFate {
    if (told <= known) {
      return 'old';
    }
    return told === known + 1 ? 'taken' : 'gap';
  }

  /** Other media takes the track with it: nothing of the old timeline holds for it. */
  #setMedia(media: Media | null): void {
    if (media?.entry_id !== this.media?.entry_id) {
      this.track = null;
      this.media = media;
    } else if (JSON.stringify(media) !== JSON.stringify(this.media)) {
      this.media = media;
    }
  }
}

/** Keeps the list that is known where the new one says the same. */
function sameList(known: readonly UserId[], told: readonly UserId[]): readonly UserId[] {
  const isSame = known.length === told.length && known.every((one, place) => one === told[place]);
  return isSame ? known : told;
}
