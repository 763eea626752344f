import { fireEvent, screen } from '@testing-library/preact';
import { describe, expect, it } from 'vitest';
import { FakeRoom, roomView } from '../testing/fake_room';
import { renderRoom } from '../testing/render_room';

const key = (name: string) => fireEvent.keyDown(document.body, { key: name });

describe('the keys', () => {
  it.each([
    [' ', ['pause']],
    ['k', ['pause']],
    ['ArrowRight', ['seek', 729]],
    ['ArrowLeft', ['seek', 719]],
    ['j', ['seek', 714]],
    ['L', ['seek', 734]],
    ['s', ['syncNow']],
  ])('"%s" does its deed', (name, deed) => {
    const room = renderRoom(new FakeRoom());
    key(name);
    expect(room.asked).toEqual([deed]);
  });

  it('add up when pressed quickly', () => {
    const room = renderRoom(new FakeRoom());
    key('l');
    key('l');
    key('ArrowLeft');
    expect(room.asked.at(-1)).toEqual(['seek', 739]);
  });

  it('change sound and captions, and explain themselves', () => {
    const room = renderRoom(new FakeRoom());
    key('m');
    key('c');
    expect(room.player.volume.isMuted).toBe(true);
    expect(room.player.chosenCaptions).toBe(0);
    key('?');
    expect(screen.getByRole('dialog', { name: 'Keys' }).textContent).toContain('5 seconds back, forward');
    fireEvent.keyDown(document, { key: 'Escape' });
    expect(screen.queryByRole('dialog')).toBeNull();
    key('f');
    expect(screen.getByText(/Discord’s own button/)).toBeDefined();
  });

  it('belong to a text field while one types there', async () => {
    const room = renderRoom(new FakeRoom(roomView({ media: null, timeline: null })));
    const field = screen.getByRole('searchbox');
    fireEvent.keyDown(field, { key: 'k' });
    fireEvent.keyDown(field, { key: ' ' });
    expect(room.asked).toEqual([]);
  });

  it('are left alone together with Ctrl', () => {
    const room = renderRoom(new FakeRoom());
    fireEvent.keyDown(document.body, { key: 'k', ctrlKey: true });
    expect(room.asked).toEqual([]);
  });
});
