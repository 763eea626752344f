import { describe, expect, it } from 'vitest';
import {
  ANN,
  BO,
  CAFE,
  COFFEE,
  GENERAL,
  KAI,
  SCHOOL,
  STAFF_ROOM,
  THE_SCHOOL,
  THE_WORLD,
} from '../testing/little_world';
import { channelsFor, hashOf, placeFromHash, settle } from './address';

describe('the address', () => {
  it('says where and who', () => {
    const place = { guildId: SCHOOL, channelId: GENERAL, userId: ANN };
    expect(placeFromHash(hashOf(place))).toEqual(place);
  });

  it('may say less', () => {
    expect(placeFromHash('')).toEqual({});
    expect(placeFromHash(`#/${SCHOOL}`)).toEqual({ guildId: SCHOOL });
    expect(placeFromHash(`#/?as=${BO}`)).toEqual({ userId: BO });
  });

  it('leads to the first server, its first channel and its owner when it says nothing', () => {
    expect(settle(THE_WORLD, {})).toEqual({ guildId: SCHOOL, channelId: GENERAL, userId: ANN });
  });

  it('leads somebody to a channel they can see', () => {
    expect(settle(THE_WORLD, { guildId: SCHOOL, channelId: STAFF_ROOM, userId: BO })).toEqual({
      guildId: SCHOOL,
      channelId: GENERAL,
      userId: BO,
    });
  });

  it('makes somebody of the server out of a stranger', () => {
    expect(settle(THE_WORLD, { guildId: CAFE, userId: ANN })).toEqual({
      guildId: CAFE,
      channelId: COFFEE,
      userId: KAI,
    });
  });

  it('leads nowhere in an empty world', () => {
    expect(settle({ ...THE_WORLD, servers: [] }, {})).toBeNull();
  });

  it('hides channels from those who may not see them', () => {
    expect(channelsFor(THE_SCHOOL, BO).map((channel) => channel.name)).toEqual(['general', 'Assembly hall']);
  });
});
