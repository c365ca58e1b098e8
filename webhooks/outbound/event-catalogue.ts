import { z } from '@hono/zod-openapi';
import { appointmentActors, appointmentStatuses, reminderChannels } from '#src/db/schema/appointments.ts';
import { campaignStatuses } from '#src/db/schema/campaigns.ts';
import { instanceStatuses } from '#src/db/schema/instances.ts';
import { messageStatuses } from '#src/db/schema/messages.ts';
import { Id } from '#src/platform/schemas.ts';

/** Grows when a payload changes in a way that breaks whoever reads it; new fields do not. */
export const EVENT_VERSION = 'v1';

type Described = { summary: string; data: z.ZodObject; example: Record<string, unknown> };

const sample = (last: string) => `019a0000-0000-7000-8000-0000000000${last}`;
const maybe = Id.nullable();

const campaign = (summary: string, status: string, statusReason: string | null = null): Described => ({
  summary,
  data: z.object({
    campaignId: Id,
    channel: z.enum(['whatsapp', 'email']),
    status: z.enum(campaignStatuses),
    statusReason: z.string().nullable(),
  }),
  example: { campaignId: sample('c1'), channel: 'whatsapp', status, statusReason },
});

const appointment = (
  summary: string,
  status: (typeof appointmentStatuses)[number],
  more: { data?: z.ZodRawShape; example?: Record<string, unknown> } = {},
): Described => ({
  summary,
  data: z.object({
    appointmentId: Id,
    seriesId: maybe.openapi({ description: 'Null: it does not recur' }),
    customerId: Id,
    consultantId: maybe,
    status: z.enum(appointmentStatuses),
    startsAt: z.iso.datetime(),
    endsAt: z.iso.datetime(),
    version: z.int().openapi({ description: 'One more with every change of time, place or people' }),
    by: z.enum(appointmentActors).openapi({ description: 'Who did it; `customer`: by his link' }),
    ...more.data,
  }),
  example: {
    appointmentId: sample('91'),
    seriesId: null,
    customerId: sample('a1'),
    consultantId: sample('01'),
    status,
    startsAt: '2026-03-05T11:00:00.000Z',
    endsAt: '2026-03-05T12:00:00.000Z',
    version: 1,
    by: 'user',
    ...more.example,
  },
});
const proposal = {
  data: {
    proposedStartAt: z.iso.datetime().nullable().openapi({ description: 'Null: he only wrote something' }),
    proposedEndAt: z.iso.datetime().nullable(),
    note: z.string().nullable(),
  },
  example: {
    by: 'customer',
    proposedStartAt: '2026-03-06T11:00:00.000Z',
    proposedEndAt: '2026-03-06T12:00:00.000Z',
    note: 'Perşembe gelemiyorum',
  },
};
const reminded = {
  data: {
    reminderId: Id.openapi({ description: 'As in `reminders` of the appointment' }),
    channel: z.enum(reminderChannels),
    minutesBefore: z.int(),
  },
  example: { by: 'job', reminderId: sample('81'), channel: 'whatsapp', minutesBefore: 120 },
};

/**
 * What organizations can be told. Thin: ids and what changed, the rest is asked for. Every type here is published live by the room
 * that it is about, and queued by a trigger (migration webhook_events), whose list is this one.
 */
export const eventCatalogue = {
  'message.received': {
    summary: 'A customer wrote',
    data: z.object({
      messageId: Id,
      conversationId: Id,
      customerId: maybe.openapi({ description: 'Null: a number that is no customer’s yet' }),
      instanceId: Id,
      kind: z.string(),
      saidAt: z.iso.datetime(),
      attached: z.boolean().openapi({ description: 'A file comes with it; it is being fetched' }),
      answersCampaignId: maybe.openapi({ description: 'The campaign that it answers' }),
    }),
    example: {
      messageId: sample('d1'),
      conversationId: sample('e1'),
      customerId: sample('a1'),
      instanceId: sample('b1'),
      kind: 'text',
      saidAt: '2026-03-02T08:59:58.000Z',
      attached: false,
      answersCampaignId: null,
    },
  },
  'message.edited': {
    summary: 'A message was edited, by the customer or on the owner’s phone',
    data: z.object({ messageId: Id, conversationId: maybe, instanceId: Id, direction: z.enum(['in', 'out']) }),
    example: { messageId: sample('d1'), conversationId: sample('e1'), instanceId: sample('b1'), direction: 'in' },
  },
  'message.recalled': {
    summary: 'A message was deleted for everyone, by whoever wrote it',
    data: z.object({
      messageId: Id,
      conversationId: maybe,
      instanceId: Id.optional(),
      direction: z.enum(['in', 'out']).optional(),
      campaignId: maybe.optional(),
      recalledAt: z.iso.datetime().optional(),
    }),
    example: {
      messageId: sample('d2'),
      conversationId: sample('e1'),
      campaignId: null,
      recalledAt: '2026-03-02T09:00:00.000Z',
    },
  },
  'message.status-changed': {
    summary: 'A message was sent, delivered, read, or has failed',
    data: z.object({
      messageId: Id,
      campaignId: maybe,
      recipientId: maybe,
      conversationId: maybe.optional().openapi({ description: 'Of one that belongs to no campaign' }),
      status: z.enum(messageStatuses),
    }),
    example: { messageId: sample('d2'), campaignId: sample('c1'), recipientId: sample('f1'), status: 'delivered' },
  },
  'campaign.started': campaign('A campaign runs for the first time', 'running'),
  'campaign.paused': campaign('A campaign stands still until somebody resumes it', 'paused', 'paused-by-user'),
  'campaign.resumed': campaign('A campaign that was paused or over goes on', 'pending'),
  'campaign.completed': campaign('A campaign is through', 'completed'),
  'campaign.cancelled': campaign('A campaign was called off', 'cancelled', 'cancelled-by-user'),
  'campaign.failed': campaign('A campaign could not go on', 'failed', 'instance-deleted'),
  'instance.status-changed': {
    summary: 'A WhatsApp connection was opened or lost',
    data: z.object({ id: Id, status: z.enum(instanceStatuses), statusReason: z.string().nullable() }),
    example: { id: sample('b1'), status: 'logged-out', statusReason: 'logged-out-on-phone' },
  },
  'instance.health-changed': {
    summary: 'A number stopped sending to protect itself, or goes on',
    data: z.object({
      id: Id,
      scope: z.string(),
      state: z.string(),
      reason: z.string().nullable(),
      retryAt: z.iso.datetime().nullable(),
    }),
    example: { id: sample('b1'), scope: 'all', state: 'open', reason: 'failures', retryAt: '2026-03-02T09:15:00.000Z' },
  },
  'customer.opted-out': {
    summary: 'A customer asked by WhatsApp to be left alone',
    data: z.object({ customerId: maybe, phone: z.string(), suppressionId: Id, instanceId: Id }),
    example: {
      customerId: sample('a1'),
      phone: '+905321234567',
      suppressionId: sample('a9'),
      instanceId: sample('b1'),
    },
  },
  'customer.unsubscribed': {
    summary: 'An address is closed to marketing mail',
    data: z.object({ customerId: maybe, suppressionId: Id, reason: z.string() }),
    example: { customerId: sample('a1'), suppressionId: sample('a9'), reason: 'unsubscribe' },
  },
  'appointment.booked': appointment('An appointment was made that nobody has to approve', 'approved'),
  'appointment.requested': appointment('An appointment waits for its customer’s yes', 'requested'),
  'appointment.approved': appointment('The customer, or a colleague for him, agreed', 'approved', {
    example: { by: 'customer' },
  }),
  'appointment.declined': appointment('The customer, or a colleague for him, said no', 'declined', {
    example: { by: 'customer' },
  }),
  'appointment.time-proposed': appointment('The customer asks for another time', 'requested', proposal),
  'appointment.moved': appointment('Time, place or people of an appointment changed', 'approved', {
    example: { version: 2 },
  }),
  'appointment.cancelled': appointment('An appointment was called off', 'cancelled', { example: { version: 2 } }),
  'appointment.reminded': appointment('A reminder was handed over to be sent', 'approved', reminded),
  'appointment.done': appointment('An appointment took place', 'done'),
  'appointment.no-show': appointment('The customer did not come', 'no-show'),
  'credits.low': {
    summary: 'A user has fewer credits than he wants to be warned at (`PUT /v1/settings`, `mails.creditsBelow`)',
    data: z.object({ userId: z.string(), availableCredit: z.int(), threshold: z.int() }),
    example: { userId: sample('01'), availableCredit: 48, threshold: 50 },
  },
} as const satisfies Record<string, Described>;

export type WebhookEventType = keyof typeof eventCatalogue;

export const eventTypes = Object.keys(eventCatalogue) as WebhookEventType[];

/** What an endpoint can choose: a type, a family of types, or everything. */
export const eventChoices: string[] = [
  '*',
  ...new Set(eventTypes.map((type) => `${type.split('.')[0]}.*`)),
  ...eventTypes,
];

/** Whether an endpoint that chose so is told of the type. The same as chooses_event() in the database. */
export const choosesEvent = (chosen: readonly string[], type: string): boolean =>
  chosen.includes('*') || chosen.includes(`${type.split('.')[0]}.*`) || chosen.includes(type);
