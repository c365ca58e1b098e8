import { expect } from 'vitest';
import { openInstance, storeMedia } from '#test/campaigns/stage.ts';
import type { Answer } from '#test/support/cast.ts';
import { placesOf, replaceAt, spell } from './mutations.ts';
import type { Kind, Scene } from './scene.ts';

export type Theirs = Partial<Record<Kind, string>>;

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
export const NOBODYS = '019a0000-0000-7000-8000-00000000000f';

/** What globex owns, of every kind that a body may name. */
export async function createTheirs({ world, simulator, globex: own }: Scene): Promise<Theirs> {
  const { globex, ctx } = world;
  const post = async (path: string, body: object) => (await globex.call('POST', path, body)).json();
  const make = async (path: string, body: object) => (await post(path, body)).id as string;
  const instance = await openInstance(ctx, globex, simulator);
  const customerId = await make('/v1/customers', { firstName: 'Elif', phone: '0532 999 88 77' });
  const audience = { customerIds: [customerId] };
  const later = { channel: 'whatsapp', text: 'a', startAt: '2026-03-03T12:00:00+03:00', audience };
  const span = { startsAt: '2026-03-05T08:00:00Z', endsAt: '2026-03-05T08:30:00Z' };
  const { messages } = await post('/v1/messages', { customerId, text: 'a' });
  const campaign = await make('/v1/campaigns', { name: 'C', ...later });
  const appointment = await make('/v1/appointments', { ...span, customerId, consultantId: null, title: 'a' });
  const text = { name: 'T', channel: 'whatsapp', language: 'tr', category: 'welcome', text: 'Merhaba' };
  const mailText = { ...text, channel: 'email', text: undefined, subject: 'a', html: '<p>a</p>' };
  const sender = { fromName: 'G', fromEmail: 'a@globex.example.com', tradeName: 'G', contact: 'İstanbul' };
  const identity = await make('/v1/sending-identities', sender);
  return {
    customer: own.customerId,
    group: own.groupId,
    segment: await make('/v1/segments', { name: 'S', filter: { field: 'tag', value: ['vip'] } }),
    media: await storeMedia(ctx, globex, 'image'),
    instance,
    campaign,
    mailing: campaign,
    appointment,
    visit: appointment,
    meeting: appointment,
    message: messages[0].id,
    sentMessage: messages[0].id,
    template: await make('/v1/templates', text),
    letter: await make('/v1/templates', mailText),
    identity,
    sender: identity,
    user: globex.userId,
    member: globex.userId,
  };
}

/** Each id in a body once with the same kind of thing that globex has, and once with nobody's. */
export function withForeignIds(scene: Scene, theirs: Theirs, body: unknown) {
  const kinds = new Map<string, Kind>([
    ...(Object.entries(scene.ids) as [Kind, string][]).map(([kind, id]) => [id, kind] as const),
    ...Object.values(scene.world.customers).map((id) => [id, 'customer'] as const),
    [scene.world.acme.userId, 'member'],
  ]);
  return placesOf(body)
    .filter(({ value }) => typeof value === 'string' && UUID.test(value))
    .map(({ at, value }) => {
      const kind = kinds.get(value as string);
      const foreign = theirs[kind!];
      expect(foreign, `${spell(at)}: what globex has of the kind ${kind}`).toBeDefined();
      return {
        path: spell(at),
        foreign: replaceAt(body, at, foreign),
        nobodys: replaceAt(body, at, NOBODYS),
        id: foreign!,
      };
    });
}

/** Reads, which answer with what was found. */
export const ANSWERS_ALIKE = /^POST .*\/(search|count|facets|preview|check|quote)$/;
/** They take ids as words of a filter, or as those whom it shall not be any more, and find nobody by them. */
export const KEEPS_WORDS = /^(POST|PATCH) \/v1\/segments(\/\{id\})?$|^DELETE .*\/(recipients|customers)$/;

/** What was answered, without what differs from one question to the next. */
export async function readAlike(answer: Answer, id: string): Promise<string> {
  const text = `${answer.status} ${await answer.text()}`;
  return text
    .replaceAll(id, 'ID')
    .replaceAll(/"requestId":"[^"]*"/g, '')
    .replaceAll(/"\w*[aA]t":"[^"]*"/g, '');
}
