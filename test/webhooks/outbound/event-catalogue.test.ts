import { sql } from 'drizzle-orm';
import { afterAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createWorld } from '#test/support/world.ts';
import { choosesEvent, eventCatalogue, eventChoices, eventTypes } from '#webhooks/outbound/event-catalogue.ts';

const world = await createWorld();
afterAll(() => world[Symbol.asyncDispose]());
const { ctx } = world;
type Operation = {
  description: string;
  parameters: { name: string; in: string }[];
  requestBody: { content: { 'application/json': { schema: { $ref: string } } } };
};
type Document = {
  webhooks: Record<string, { post: Operation }>;
  components: { schemas: Record<string, { example: Record<string, unknown> }> };
};

describe('the catalogue', () => {
  it('is the list by which the database queues', async () => {
    const [row] = await ctx.db.execute<{ types: string[] }>(sql`select webhook_event_types() as types`);
    expect(row!.types.toSorted()).toEqual(eventTypes.toSorted());
  });

  it('chooses as the database does', async () => {
    const types = [...eventTypes, 'campaign.progress', 'campaignx.started', 'message', ''];
    for (const choice of eventChoices) {
      const given = JSON.stringify(types);
      const rows = await ctx.db.execute<{ type: string; chosen: boolean }>(
        sql`select type, chooses_event(array[${choice}], type) as chosen from jsonb_array_elements_text(${given}::jsonb) type`,
      );
      expect([...rows]).toEqual(types.map((type) => ({ type, chosen: choosesEvent([choice], type) })));
    }
  });
});

describe('/openapi.json', async () => {
  const document = (await (await world.call('GET', '/openapi.json')).json()) as Document;
  const schemaOf = ({ requestBody }: Operation) =>
    document.components.schemas[requestBody.content['application/json'].schema.$ref.split('/').at(-1)!]!;

  it('describes every type and the ping in `webhooks`', () => {
    expect(Object.keys(document.webhooks).sort()).toEqual([...eventTypes, 'ping'].sort());
  });

  it.each(eventTypes)('%s: with its headers, and an example that its own schema takes', (type) => {
    const { post } = document.webhooks[type]!;
    expect(post.parameters.map(({ name }) => name)).toEqual(['webhook-id', 'webhook-timestamp', 'webhook-signature']);
    const { example } = schemaOf(post);
    expect(example).toMatchObject({ type, apiVersion: 'v1' });
    expect(z.strictObject(eventCatalogue[type].data.shape).parse(example['data'])).toEqual(
      eventCatalogue[type].example,
    );
  });
});
