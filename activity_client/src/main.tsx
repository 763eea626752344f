/** The Activity's entry: leaves the page alone in a browser tab, takes it over inside Discord. */

import { render } from 'preact';
import { readLaunch } from './launch';
import { NotSwitchedOn } from './not_switched_on';

const page = document.getElementById('page');
const launch = readLaunch(window.location.search);

if (page !== null && launch.kind !== 'outside') {
  page.replaceChildren();
  render(<NotSwitchedOn launch={launch} />, page);
}
