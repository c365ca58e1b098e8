import { z } from '@hono/zod-openapi';
import { interactionDirections, interactionKinds } from '#src/db/schema/journey.ts';
import { bothLanguages } from '#src/platform/read-request.ts';
import { Id, InstantIn, InstantOut, PageQuery, pageOf, toInstant } from '#src/platform/schemas.ts';
import type { Reader } from '#src/platform/time.ts';
import { describeEntry } from './describe-entry.ts';
import type { Interaction } from './interaction.ts';
import { type Entry, entryChannels, entryKinds } from './timeline.ts';

export const InteractionParams = z.strictObject({ id: Id, interactionId: Id });

const instant = InstantIn.transform((text) => new Date(text));
const line = (max: number) => z.string().trim().min(1).max(max);
const fields = {
  kind: z.enum(interactionKinds),
  direction: z
    .enum(interactionDirections)
    .nullable()
    .openapi({ description: 'Who called or came: `in` the customer.' }),
  happenedAt: instant.openapi({ description: 'Not in the future.' }),
  durationMinutes: z.int().min(0).max(1440).nullable(),
  outcome: line(200).nullable().openapi({ description: 'In a few words: reached, no answer, wants an offer' }),
  text: line(4000).nullable(),
};
const { kind, direction, happenedAt, durationMinutes, outcome, text } = fields;

export const InteractionIn = z
  .strictObject({
    kind,
    direction: direction.default(null),
    happenedAt: happenedAt.optional().openapi({ description: 'Now, unless told. Not in the future.' }),
    durationMinutes: durationMinutes.default(null),
    outcome: outcome.default(null),
    text: text.default(null),
  })
  .refine((one) => one.kind !== 'note' || one.text !== null, {
    path: ['text'],
    error: bothLanguages({ en: 'A note says something', tr: 'Not boş olamaz' }),
  })
  .openapi('InteractionCreate');

export const InteractionUpdate = z
  .strictObject(fields)
  .partial()
  .openapi('InteractionUpdate', { description: 'What is left out stays; null clears.' });

export const InteractionOut = z
  .object({
    id: Id,
    kind: z.enum(interactionKinds),
    direction: z.enum(interactionDirections).nullable(),
    happenedAt: InstantOut,
    durationMinutes: z.number().int().nullable(),
    outcome: z.string().nullable(),
    text: z.string().nullable(),
    user: z.object({ id: Id, name: z.string().nullable() }),
    createdAt: InstantOut,
    updatedAt: InstantOut,
  })
  .openapi('Interaction');
export const InteractionPage = pageOf(InteractionOut);

export const presentInteraction = (row: Interaction): z.input<typeof InteractionOut> => ({
  id: row.id,
  kind: row.kind,
  direction: row.direction,
  happenedAt: toInstant(row.happenedAt),
  durationMinutes: row.durationMinutes,
  outcome: row.outcome,
  text: row.text,
  user: { id: row.userId, name: row.userName },
  createdAt: toInstant(row.createdAt),
  updatedAt: toInstant(row.updatedAt),
});

const several = <T extends z.ZodType>(one: T) => z.union([one, z.array(one).max(20)]);

export const TimelineQuery = PageQuery.extend({
  kind: several(z.enum(entryKinds))
    .optional()
    .openapi({ description: 'One, or several: `kind=message&kind=campaign`' }),
  channel: z.enum(entryChannels).optional(),
  campaignId: Id.optional().openapi({ description: 'What has to do with this campaign' }),
  from: instant.optional(),
  to: instant.optional().openapi({ description: 'Left out itself' }),
});

export const EntryOut = z
  .object({
    id: z.string().openapi({ description: 'Unique within the timeline' }),
    kind: z.enum(entryKinds),
    event: z.string().openapi({
      description:
        'What happened, such as `message.received`, `campaign.sent`, `mail.clicked`, `appointment.kept`, `record.edited`',
    }),
    channel: z.enum(entryChannels).nullable(),
    at: InstantOut,
    summary: z.string().openapi({ description: 'In the language that was asked for' }),
    actor: z
      .object({ type: z.string(), id: z.string().nullable(), name: z.string().nullable() })
      .nullable()
      .openapi({ description: 'Who did it; `customer`: he himself. Null: nobody in particular' }),
    customerId: Id.openapi({ description: 'Another one than asked for: of somebody who was merged into him' }),
    data: z.record(z.string(), z.unknown()).openapi({ description: 'The facts, by `event`' }),
  })
  .openapi('TimelineEntry');
export const TimelinePage = pageOf(EntryOut);

export const presentEntry = (entry: Entry, reader: Reader): z.input<typeof EntryOut> => ({
  id: `${entry.source}:${entry.id}`,
  kind: entry.kind,
  event: entry.event,
  channel: entry.channel,
  at: new Date(entry.at).toISOString(),
  summary: describeEntry(entry, reader),
  actor: entry.actorType === null ? null : { type: entry.actorType, id: entry.actorId, name: entry.actorName },
  customerId: entry.customerId,
  data: withInstants(entry.data),
});

const STORED_INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?\+00:00$/;

/** PostgreSQL writes times with `+00:00`, we write them with `Z`. */
const withInstants = (data: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(data).map(([key, value]) => [
      key,
      key.endsWith('At') && typeof value === 'string' && STORED_INSTANT.test(value)
        ? new Date(value).toISOString()
        : value,
    ]),
  );
