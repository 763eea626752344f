import { fireEvent, screen, waitFor } from '@testing-library/preact';
import { describe, expect, it } from 'vitest';
import { SimulatedDiscordError } from '../api/client';
import { renderAtDesk } from '../testing/at_desk';
import { outcome } from '../testing/fake_discord';
import { ANN, GENERAL } from '../testing/little_world';
import { Composer } from './composer';

const textBox = () => screen.getByRole('textbox', { name: 'Message #general' });
const field = (name: string) => screen.getByRole('textbox', { name });
const type = (element: HTMLElement, value: string) => fireEvent.input(element, { target: { value } });
const press = (element: HTMLElement, key: string) => fireEvent.keyDown(element, { key });

describe('the composer', () => {
  it('sends a plain message with Enter, and not with Shift and Enter', async () => {
    const { discord } = renderAtDesk(<Composer wanted={null} />);
    type(textBox(), ' hello ');
    fireEvent.keyDown(textBox(), { key: 'Enter', shiftKey: true });
    expect(discord.said).toEqual([]);
    press(textBox(), 'Enter');
    await waitFor(() => expect(discord.said).toEqual(['hello']));
  });

  it('keeps a message that could not be sent', async () => {
    const { discord } = renderAtDesk(<Composer wanted={null} />);
    discord.unreachable = true;
    type(textBox(), 'hello');
    press(textBox(), 'Enter');
    await screen.findByText(/Nobody is there/);
    expect((textBox() as HTMLTextAreaElement).value).toBe('hello');
  });

  it('offers the commands after a slash, with what they are for', () => {
    renderAtDesk(<Composer wanted={null} />);
    type(textBox(), '/');
    const names = screen.getAllByRole('option').map((option) => option.getAttribute('aria-label'));
    expect(names).toEqual([
      '/kaltura-join Join a meeting',
      '/kaltura-list List meetings',
      '/kaltura-start Start a meeting',
    ]);
    press(textBox(), 'Escape');
    expect(screen.queryByRole('option')).toBeNull();
  });

  it('is worked by keys alone from the slash to the answer', async () => {
    const { discord } = renderAtDesk(<Composer wanted={null} />);
    type(textBox(), '/start');
    press(textBox(), 'Enter');
    press(field('type'), 'ArrowDown');
    press(field('type'), 'Tab');
    expect((field('type') as HTMLTextAreaElement).value).toBe('Meeting room');
    type(field('title'), 'Waves, part 2: @everyone');
    press(field('title'), 'Enter');
    expect(screen.getByRole('alert').textContent).toContain('20 or fewer');
    type(field('title'), 'Waves: part 2');
    press(field('title'), 'Enter');
    await waitFor(() => expect(discord.interactions).toHaveLength(1));
    expect(discord.interactions[0]).toEqual({
      user_id: ANN,
      channel_id: GENERAL,
      command: 'kaltura-start',
      options: { type: 'room', title: 'Waves: part 2' },
    });
    expect(textBox()).toBeDefined();
  });

  it('adds an optional option, and lets it go with Backspace', () => {
    renderAtDesk(<Composer wanted={{ name: 'kaltura-start' }} />);
    fireEvent.click(screen.getByRole('button', { name: '+1 optional' }));
    fireEvent.click(screen.getByRole('option', { name: /about/ }));
    press(field('about'), 'Backspace');
    expect(screen.queryByRole('textbox', { name: 'about' })).toBeNull();
  });

  it('gives up a command with Escape, once its list is closed', () => {
    renderAtDesk(<Composer wanted={{ name: 'kaltura-start' }} />);
    press(field('type'), 'Escape');
    expect(screen.queryByRole('option')).toBeNull();
    press(field('type'), 'Escape');
    expect(textBox()).toBeDefined();
  });

  it('sends a command without options with Enter', async () => {
    const { discord } = renderAtDesk(<Composer wanted={null} />);
    type(textBox(), '/kaltura-list ');
    press(screen.getByRole('textbox', { name: /Press Enter/ }), 'Enter');
    await waitFor(() => expect(discord.interactions).toHaveLength(1));
  });

  it('asks the application for suggestions, and sends the value behind the chosen name', async () => {
    const { discord } = renderAtDesk(<Composer wanted={null} />);
    discord.outcomes = [outcome({ outcome: 'choices', choices: [{ name: 'Physics', value: 'meeting-7' }] })];
    type(textBox(), '/kaltura-join phys');
    expect(screen.getByText(/Loading options/)).toBeDefined();
    fireEvent.click(await screen.findByRole('option', { name: 'Physics' }));
    expect(discord.interactions[0]).toMatchObject({ focused: 'meeting', options: { meeting: 'phys' } });
    press(field('meeting'), 'Enter');
    await waitFor(() => expect(discord.interactions).toHaveLength(2));
    expect(discord.interactions[1]).toMatchObject({
      command: 'kaltura-join',
      options: { meeting: 'meeting-7' },
    });
  });

  it('says so when suggestions do not come', async () => {
    const { discord } = renderAtDesk(<Composer wanted={null} />);
    discord.outcomes = [new SimulatedDiscordError(400, 'No such option.')];
    type(textBox(), '/kaltura-join phys');
    expect((await screen.findByRole('alert')).textContent).toBe('Loading options failed. No such option.');
  });
});
