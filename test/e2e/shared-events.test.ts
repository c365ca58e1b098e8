import { expect, it } from 'vitest';
import { publishLiveEvent } from '#src/live/publish-live-event.ts';
import { listen } from '#test/live/listen.ts';
import { freePort, type Process, startProcess } from '#test/support/processes.ts';
import { AUTH_SECRET, createWorld } from '#test/support/world.ts';

it('two API processes share live events: what one causes both tell, nothing of others, and a stream that one breaks off goes on at the other', async () => {
  await using world = await createWorld({ now: new Date().toISOString() });
  const { acme, globex, admin } = world;
  const start = async (): Promise<Process & { url: string }> => {
    const port = await freePort();
    const env = {
      DATABASE_URL: world.databaseUrl,
      DATA_DIR: world.dataDir,
      AUTH_SECRET,
      PORT: String(port),
      EVOLUTION_URL: 'http://127.0.0.1:9',
      EVOLUTION_API_KEY: 'none',
      LOG_LEVEL: 'fatal',
      ROLES: 'api',
    };
    return { ...(await startProcess(env)), url: `http://127.0.0.1:${port}` };
  };
  const [one, other] = await Promise.all([start(), start()]);
  try {
    const open = async (at: { url: string }, token: string, lastId?: string) => {
      const headers = { authorization: `Bearer ${token}`, ...(lastId && { 'last-event-id': lastId }) };
      const stream = listen(await fetch(`${at.url}/v1/events`, { headers }));
      await stream.until((sent) => sent.retry !== undefined);
      return stream;
    };
    const topUp = async (at: { url: string }, amount: number) => {
      const response = await fetch(`${at.url}/v1/admin/users/${acme.userId}/credits`, {
        method: 'POST',
        headers: { authorization: `Bearer ${admin.token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ amount, note: 'shared' }),
      });
      expect(response.status).toBe(201);
    };
    const streams = [await open(one, acme.token), await open(other, acme.token)];
    const foreign = await open(one, globex.token);
    await topUp(one, 5);
    await topUp(other, 7);
    for (const stream of streams) {
      const events = await stream.untilEvents(2);
      expect(events.map(({ event, data }) => [event, (data as { currentCredit: number }).currentCredit])).toEqual([
        ['credits.changed', 1005],
        ['credits.changed', 1012],
      ]);
    }
    one.kill('SIGKILL');
    await one.ended;
    await topUp(other, 1);
    const resumed = await open(other, acme.token, streams[0]!.events()[0]!.id!);
    const missed = await resumed.untilEvents(2);
    expect(missed.map(({ data }) => (data as { currentCredit: number }).currentCredit)).toEqual([1012, 1013]);
    expect(await streams[1]!.untilEvents(3)).toHaveLength(3);
    await publishLiveEvent(globex.ctx, { type: 'probe.said', data: {} });
    const theirs = await open(other, globex.token, foreign.seen.findLast(({ id }) => id)!.id!);
    expect((await theirs.untilEvents(1)).map(({ event }) => event)).toEqual(['probe.said']);
  } finally {
    await one[Symbol.asyncDispose]();
    await other[Symbol.asyncDispose]();
  }
}, 180_000);
