/** Puts a fake room's page into the document. */

import { cleanup, render } from '@testing-library/preact';
import { afterEach } from 'vitest';
import { RoomPage } from '../ui/room_page';
import type { FakeRoom } from './fake_room';

afterEach(cleanup);

/** happy-dom's window is 1024 by 768: landscape, not tiny. */
export function renderRoom(room: FakeRoom): FakeRoom {
  render(<RoomPage room={room} />);
  return room;
}
