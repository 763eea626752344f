/**
 * Who may control, as far as a viewer's page can tell. Pure.
 *
 * It only decides what is offered: the server decides anew, from the connection, in the write that makes the change.
 */

import type { Control, Host } from './protocol';
import type { WhyNot, You } from './room_view';

/** Null where this viewer may play, pause, seek, and change speed and video. */
export function whyNotControl(you: You | null, host: Host | null, control: Control | null): WhyNot | null {
  if (you === null || host === null || control === null) {
    return 'disconnected';
  }
  if (you.userId === host.user_id || you.level !== 'viewer') {
    return null;
  }
  if (control.locked) {
    return 'locked';
  }
  if (control.barred.includes(you.userId)) {
    return 'barred';
  }
  return control.mode === 'everyone' ? null : 'host_controls';
}
