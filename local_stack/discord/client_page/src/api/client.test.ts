import { describe, expect, it } from 'vitest';
import { message, THE_WORLD } from '../testing/little_world';
import { createClient, SimulatedDiscordError } from './client';

function clientThat(answer: () => Response | Promise<Response>) {
  const requests: { path: string; body: unknown }[] = [];
  const client = createClient('/sim', async (path, init) => {
    requests.push({ path, body: init?.body === undefined ? null : JSON.parse(String(init.body)) });
    return answer();
  });
  return { client, requests };
}

const json = (body: unknown, status = 200) => new Response(JSON.stringify(body), { status });

describe('the client of the simulated Discord', () => {
  it('asks for a channel as a person, and puts the oldest message first', async () => {
    const { client, requests } = clientThat(() => json([message('100'), message('99')]));
    const messages = await client.messages('1', '2');
    expect(requests[0]?.path).toBe('/sim/channels/2/messages?as=1');
    expect(messages.map((one) => one.id)).toEqual(['99', '100']);
  });

  it('fills in the lists that a message may leave out', async () => {
    const { client } = clientThat(() => json([{ id: '1', channel_id: '2', author: {}, timestamp: '' }]));
    const [found] = await client.messages('1', '2');
    expect(found?.embeds).toEqual([]);
    expect(found?._sim.state).toBe('sent');
  });

  it('sends interactions as they are', async () => {
    const { client, requests } = clientThat(() => json({ outcome: 'silent' }));
    const asked = { user_id: '1', channel_id: '2', command: 'kaltura-list', options: {} };
    await client.interact(asked);
    expect(requests[0]).toEqual({ path: '/sim/interactions', body: asked });
  });

  it('uploads a file under its name', async () => {
    const sent: { path: string; body: unknown }[] = [];
    const client = createClient('/sim', async (path, init) => {
      sent.push({ path, body: init?.body });
      return json({ id: '9', filename: 'a_b.json', size: 2 }, 201);
    });
    const file = new File(['{}'], 'a b.json');
    expect(await client.upload('1', file)).toEqual({ id: '9', filename: 'a_b.json', size: 2 });
    expect(sent).toEqual([{ path: '/sim/attachments?as=1&filename=a%20b.json', body: file }]);
  });

  it('reads the world', async () => {
    const { client } = clientThat(() => json(THE_WORLD));
    expect(await client.world()).toEqual(THE_WORLD);
  });

  it('refuses an answer that is no world', async () => {
    const { client } = clientThat(() => json({ hello: 'there' }));
    await expect(client.world()).rejects.toThrow('list of servers');
  });

  it('passes on the sentence of a refusal', async () => {
    const { client } = clientThat(() => json({ message: 'The button is disabled.' }, 400));
    await expect(client.say('1', '2', 'hi')).rejects.toEqual(
      new SimulatedDiscordError(400, 'The button is disabled.'),
    );
  });

  it('says which status came where a refusal has no sentence', async () => {
    const { client } = clientThat(() => new Response('<html>', { status: 502 }));
    await expect(client.world()).rejects.toThrow('answered 502');
  });

  it('says that nobody is there when nobody is', async () => {
    const { client } = clientThat(() => Promise.reject(new TypeError('Failed to fetch')));
    await expect(client.world()).rejects.toThrow('can’t be reached');
  });
});
