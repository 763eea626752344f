/** What each key does. Text fields keep their keys; sliders and buttons keep those that they need themselves. */

import type { Room } from '../visit/room';
import type { Desk } from './desk';

type Deed = (desk: Desk, room: Room) => void;

const DEEDS: Record<string, Deed> = {
  ' ': (desk) => desk.togglePlay(),
  k: (desk) => desk.togglePlay(),
  ArrowLeft: (desk) => desk.seekBy(-5),
  ArrowRight: (desk) => desk.seekBy(5),
  ArrowUp: (desk) => desk.changeVolume(0.05),
  ArrowDown: (desk) => desk.changeVolume(-0.05),
  j: (desk) => desk.seekBy(-10),
  l: (desk) => desk.seekBy(10),
  m: (desk) => desk.toggleMute(),
  c: (desk) => desk.toggleCaptions(),
  s: (desk, room) => {
    room.remote.syncNow();
    desk.note('Synchronised anew.');
  },
  p: (desk) => desk.toggle('people'),
  f: (desk) => fillScreen(desk),
  '?': (desk) => desk.toggle('help'),
};

/** Discord's frame may not fill the screen; a browser tab may. */
function fillScreen(desk: Desk): void {
  if (!document.fullscreenEnabled) {
    desk.note('To fill the screen, use Discord’s own button in the corner of this window.');
  } else if (document.fullscreenElement === null) {
    document.documentElement
      .requestFullscreen()
      .catch(() => desk.note('Your browser did not fill the screen.'));
  } else {
    void document.exitFullscreen();
  }
}

const FIELDS = 'input[type="search"], input[type="text"], textarea, select';
const PRESSABLE = 'button, a, input[type="checkbox"], input[type="radio"]';
const ARROW_USERS = 'input[type="radio"]';

/** Does what the key says; false where the key is not ours. */
export function pressKey(event: KeyboardEvent, desk: Desk, room: Room): boolean {
  const deed = DEEDS[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  if (deed === undefined || event.ctrlKey || event.metaKey || event.altKey || belongsElsewhere(event)) {
    return false;
  }
  event.preventDefault();
  deed(desk, room);
  return true;
}

function belongsElsewhere({ key, target }: KeyboardEvent): boolean {
  if (!(target instanceof Element)) {
    return false;
  }
  if (target.closest(FIELDS)) {
    return true;
  }
  if (key === ' ') {
    return target.closest(PRESSABLE) !== null;
  }
  return key.startsWith('Arrow') && target.closest(ARROW_USERS) !== null;
}
