import { describe, expect, it, vi } from 'vitest';
import { FIRST_FRAME, type Frame } from '../discord/frame';
import { Store } from '../store';
import { ANN, BO, roomView } from '../testing/fake_room';
import { knownAs, knownView } from './known_as';

const BO_IN_DISCORD = { id: BO, username: 'bo', global_name: 'Bo', nickname: 'Mr Bo', avatar: 'new' };

describe('people in a room', () => {
  it('bear their nickname of this server, and their newest picture', () => {
    const { roster } = knownAs(roomView(), [BO_IN_DISCORD]);
    expect(roster.map((one) => one.name)).toEqual(['Ann', 'Mr Bo', 'Chen']);
    expect(roster[1]?.avatar).toBe('new');
  });

  it('are the same objects where nothing differs', () => {
    const view = roomView();
    expect(knownAs(view, [])).toBe(view);
    expect(knownAs(view, [{ id: ANN, username: 'ann', global_name: 'Ann' }])).toBe(view);
  });

  it('are named anew when Discord’s list changes, and not without need', () => {
    const view = new Store(roomView());
    const frame = new Store<Frame>(FIRST_FRAME);
    const known = knownView(view, frame);
    const heard = vi.fn();
    const stop = known.subscribe(heard);
    frame.change({ participants: [BO_IN_DISCORD] });
    expect(heard).toHaveBeenCalledTimes(1);
    expect(known.value.roster[1]?.name).toBe('Mr Bo');
    expect(known.value).toBe(known.value);
    stop();
    view.set(roomView());
    expect(heard).toHaveBeenCalledTimes(1);
  });
});
