/** The Activity's entry: leaves the page alone in a browser tab without a link, takes it over everywhere else. */

import { render } from 'preact';
import { createApi } from './api/client';
import { takeLinkToken } from './api/link_token';
import { constructSdk } from './discord/sdk';
import { IncompletePage } from './incomplete_page';
import { type Launch, readLaunch } from './launch';
import { App } from './ui/app';
import { enterRoom } from './visit/enter_room';
import { type Arrival, Visit } from './visit/visit';
import './ui/styles/theme.css';
import './ui/styles/frame.css';
import './ui/styles/controls.css';
import './ui/styles/panels.css';
import './ui/styles/film.css';

const FILM_ID = 'film';

function arrivalOf(launch: Launch): Arrival | null {
  if (launch.kind === 'activity') {
    return { kind: 'discord', instanceId: launch.instanceId };
  }
  const token = launch.kind === 'outside' ? takeLinkToken(window.location, window.history) : null;
  return token === null ? null : { kind: 'link', token };
}

function takeOver(page: HTMLElement, launch: Launch): void {
  const arrival = arrivalOf(launch);
  if (arrival !== null) {
    const film = document.createElement('div');
    film.id = FILM_ID;
    page.before(film);
    document.documentElement.dataset.page = 'room';
    page.replaceChildren();
    const visit = new Visit(arrival, { api: createApi(), constructSdk, enterRoom, window, filmId: FILM_ID });
    render(<App visit={visit} />, page);
  } else if (launch.kind === 'incomplete') {
    page.replaceChildren();
    render(<IncompletePage missing={launch.missing} />, page);
  }
}

const page = document.getElementById('page');
if (page !== null) {
  takeOver(page, readLaunch(window.location.search));
}
