/** Renders a part of the page at a desk: Ann's, in #general of the school. */

import { render } from '@testing-library/preact';
import type { ComponentChildren } from 'preact';
import { useReducer } from 'preact/hooks';
import { useActivities } from '../activity/use_activities';
import type { Place } from '../state/address';
import { createDeeds } from '../state/deeds';
import { DeskContext } from '../state/desk';
import { EMPTY_PAGE, type PageState, pageAfter } from '../state/page_state';
import { FakeDiscord } from './fake_discord';
import { ANN, GENERAL, SCHOOL, THE_SCHOOL, THE_WORLD } from './little_world';

interface Situation {
  state?: Partial<PageState>;
  place?: Partial<Place>;
  discord?: FakeDiscord;
}

/** What the rendered part did, for a test to look at. */
export interface Seen {
  discord: FakeDiscord;
  moves: Partial<Place>[];
  started: string[];
  /** Activity instances that something opened. */
  opened: string[];
}

export function renderAtDesk(part: ComponentChildren, { state, place, discord }: Situation = {}): Seen {
  const seen: Seen = { discord: discord ?? new FakeDiscord(), moves: [], started: [], opened: [] };
  const here = { guildId: SCHOOL, channelId: GENERAL, userId: ANN, ...place };

  function AtDesk() {
    const [page, dispatch] = useReducer(pageAfter, { ...EMPTY_PAGE, ...state });
    const activities = useActivities(seen.discord, here.userId, 'this window');
    const open = async (instanceId: string) => {
      seen.opened.push(instanceId);
      await activities.open(instanceId);
    };
    const desk = {
      client: seen.discord,
      world: THE_WORLD,
      server: THE_SCHOOL,
      place: here,
      state: page,
      commands: seen.discord.offered,
      dispatch,
      deeds: createDeeds(seen.discord, here, dispatch, open),
      activities: { ...activities, open },
      goTo: (move: Partial<Place>) => seen.moves.push(move),
      startCommand: (name: string) => seen.started.push(name),
      reload: () => undefined,
    };
    return <DeskContext.Provider value={desk}>{part}</DeskContext.Provider>;
  }

  render(<AtDesk />);
  return seen;
}
