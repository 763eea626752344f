import { fireEvent, screen, waitFor } from '@testing-library/preact';
import { describe, expect, it } from 'vitest';
import { ApiProblem } from '../../api/problem';
import { asBo, FakeRoom, FILM, roomView } from '../../testing/fake_room';
import { renderRoom } from '../../testing/render_room';

const EMPTY = { media: null, timeline: null } as const;

describe('a room without a video', () => {
  it('shows the newest videos to whoever may choose, and puts on what they press', async () => {
    const room = renderRoom(new FakeRoom(roomView(EMPTY)));
    expect(screen.getByRole('heading', { name: 'What shall we watch?' })).toBeDefined();
    fireEvent.click(await screen.findByRole('button', { name: /The river/ }));
    await waitFor(() => expect(room.asked).toEqual([['setMedia', 'grant for 1_film0001']]));
  });

  it('tells the others who is choosing', () => {
    renderRoom(new FakeRoom(asBo(EMPTY)));
    expect(screen.getByRole('heading', { name: 'Ann is choosing a video' })).toBeDefined();
    expect(screen.queryByRole('searchbox')).toBeNull();
  });

  it('searches after a pause in typing, once', async () => {
    const room = renderRoom(new FakeRoom(roomView(EMPTY)));
    await screen.findByRole('button', { name: /The river/ });
    fireEvent.input(screen.getByRole('searchbox'), { target: { value: 'ri' } });
    fireEvent.input(screen.getByRole('searchbox'), { target: { value: 'river' } });
    expect(await screen.findByText('1 found')).toBeDefined();
    await waitFor(() => expect(room.queries.map((one) => one.query)).toEqual(['', 'river']));
  });

  it('says so where nothing is found', async () => {
    const room = new FakeRoom(roomView(EMPTY));
    room.found = [];
    renderRoom(room);
    expect(await screen.findByText('There are no videos for this server yet.')).toBeDefined();
    fireEvent.input(screen.getByRole('searchbox'), { target: { value: 'rivr' } });
    expect(await screen.findByText('Nothing found for “rivr”. Try fewer words.')).toBeDefined();
  });

  it('says what went wrong, and tries again when asked', async () => {
    const room = new FakeRoom(roomView(EMPTY));
    room.libraryFails = new ApiProblem('unwell', 503, 'not-now', 'Kaltura doesn’t answer at the moment.');
    renderRoom(room);
    expect((await screen.findByRole('alert')).textContent).toContain('Kaltura doesn’t answer');
    room.libraryFails = null;
    fireEvent.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await screen.findByRole('button', { name: /The river/ })).toBeDefined();
  });

  it('marks the video that is on', async () => {
    renderRoom(new FakeRoom());
    fireEvent.click(screen.getByRole('button', { name: /people are here/ }));
    fireEvent.click(screen.getByRole('button', { name: 'Change the video' }));
    expect((await screen.findByRole('button', { name: new RegExp(FILM.title) })).textContent).toContain(
      'On now',
    );
  });
});
