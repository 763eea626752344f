import { fireEvent, screen, waitFor } from '@testing-library/preact';
import { describe, expect, it } from 'vitest';
import { renderAtDesk } from '../testing/at_desk';
import { ANN, BO, SCHOOL } from '../testing/little_world';
import { ServerMenu } from './server_menu';
import { UserSwitcher } from './user_switcher';

describe('the menu of a server', () => {
  const open = () =>
    fireEvent.click(screen.getByRole('button', { name: 'Riverside School, server actions' }));

  it.each([
    ['Add Kaltura again', `${ANN} adds it to ${SCHOOL}`],
    ['Remove Kaltura', `it leaves ${SCHOOL}`],
  ])('lets whoever manages it: %s', async (words, deed) => {
    const { discord } = renderAtDesk(<ServerMenu />);
    open();
    fireEvent.click(screen.getByRole('menuitem', { name: words }));
    await waitFor(() => expect(discord.appDeeds).toEqual([deed]));
    expect(screen.queryByRole('menu')).toBeNull();
  });

  it('is only a name to everybody else', () => {
    renderAtDesk(<ServerMenu />, { place: { userId: BO } });
    expect(screen.queryByRole('button')).toBeNull();
    expect(screen.getByText('Riverside School')).toBeDefined();
  });

  it('stays open and says what went wrong', async () => {
    const { discord } = renderAtDesk(<ServerMenu />);
    discord.unreachable = true;
    open();
    fireEvent.click(screen.getByRole('menuitem', { name: 'Remove Kaltura' }));
    expect((await screen.findByRole('alert')).textContent).toBe('Nobody is there.');
  });
});

describe('the menu of a person', () => {
  it('adds the application to an account', async () => {
    const { discord } = renderAtDesk(<UserSwitcher />);
    fireEvent.click(screen.getByRole('button', { name: /You are Ann/ }));
    fireEvent.click(screen.getByRole('button', { name: 'Add Kaltura to my account' }));
    await waitFor(() => expect(discord.appDeeds).toEqual([`${ANN} authorises it`]));
  });

  it('takes back what was authorised', async () => {
    const { discord } = renderAtDesk(<UserSwitcher />, { place: { userId: BO } });
    fireEvent.click(screen.getByRole('button', { name: /You are Bo/ }));
    fireEvent.click(screen.getByRole('button', { name: 'Remove Kaltura’s authorisation' }));
    await waitFor(() => expect(discord.appDeeds).toEqual([`${BO} takes back the authorisation`]));
  });
});
