import { fireEvent, screen, waitFor } from '@testing-library/preact';
import { describe, expect, it } from 'vitest';
import { renderAtDesk } from '../testing/at_desk';
import { BO } from '../testing/little_world';
import { EventList } from './event_list';

describe('the events of a server', () => {
  const open = () => fireEvent.click(screen.getByRole('button', { name: 'Events, 1' }));

  it('say when they are, and how many are interested', () => {
    renderAtDesk(<EventList />);
    open();
    expect(screen.getByRole('heading', { name: 'Weekly review' })).toBeDefined();
    expect(screen.getByText(/2033/)).toBeDefined();
    expect(screen.getByText('1 person is interested')).toBeDefined();
  });

  it('are told who is interested', async () => {
    const { discord } = renderAtDesk(<EventList />, { place: { userId: BO } });
    open();
    const button = screen.getByRole('button', { name: 'Interested' });
    expect(button.getAttribute('aria-pressed')).toBe('true');
    fireEvent.click(button);
    await waitFor(() => expect(discord.appDeeds).toEqual([`${BO} and the event 1`]));
  });

  it('say why they cannot be cancelled', async () => {
    const { discord } = renderAtDesk(<EventList />);
    discord.unreachable = true;
    open();
    fireEvent.click(screen.getByRole('button', { name: 'Cancel event' }));
    expect((await screen.findByRole('alert')).textContent).toBe('Nobody is there.');
  });
});
