import { describe, expect, it } from 'vitest';
import { messagePlace, serverOfEvent } from './message_link';

describe('a link to a message', () => {
  it('names its server, channel and message', () => {
    expect(messagePlace('https://discord.com/channels/1/22/333')).toEqual({
      guildId: '1',
      channelId: '22',
      messageId: '333',
    });
  });

  it.each([
    'https://discord.com/channels/1/22',
    'https://discord.com.evil.example/channels/1/22/333',
    'https://example.com/?u=https://discord.com/channels/1/22/333',
    'http://127.0.0.1:3333/j/abc',
  ])('is nothing else: %s', (url) => {
    expect(messagePlace(url)).toBeNull();
  });
});

describe('a link to an event', () => {
  it('names its server', () => {
    expect(serverOfEvent('https://discord.com/events/1/22')).toBe('1');
  });

  it.each(['https://discord.com/events/1', 'https://example.com/events/1/22'])(
    'is nothing else: %s',
    (url) => {
      expect(serverOfEvent(url)).toBeNull();
    },
  );
});
