import { z } from 'zod';
import { inboundKinds } from './inbound-message.ts';

const milliseconds = z.union([z.number().min(0), z.tuple([z.number().min(0), z.number().min(0)])]);
const spoiled = { status: z.number().int(), message: z.unknown().optional(), body: z.unknown().optional() };

const outcome = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('answer'), ...spoiled }),
  z.strictObject({ kind: z.literal('hang'), ms: milliseconds.optional() }),
  z.strictObject({ kind: z.literal('slow'), ms: milliseconds }),
  z.strictObject({ kind: z.literal('reset') }),
  z.strictObject({ kind: z.literal('no-key'), body: z.unknown().optional() }),
  z.strictObject({ kind: z.literal('license') }),
  z.strictObject({ kind: z.literal('mute') }),
  z.strictObject({ kind: z.literal('late-answer'), ms: milliseconds }),
  z.strictObject({ kind: z.literal('accept-then-hang'), ms: milliseconds.optional(), trace: z.boolean().optional() }),
  z.strictObject({ kind: z.literal('accept-then-answer'), ...spoiled, trace: z.boolean().optional() }),
  z.strictObject({ kind: z.literal('accept-then-reset'), trace: z.boolean().optional() }),
]);

export const faultRuleSchema = z.strictObject({
  instance: z.string().optional(),
  number: z.string().optional(),
  verb: z.string().optional(),
  probability: z.number().min(0).max(1).optional(),
  count: z.number().int().min(1).optional(),
  outcome,
});

/** One rule, a list of rules, or `{rules: [...]}`. */
export const faultRulesSchema = z.union([
  z.array(faultRuleSchema),
  z.strictObject({ rules: z.array(faultRuleSchema) }).transform(({ rules }) => rules),
  faultRuleSchema.transform((rule) => [rule]),
]);

const ackStep = z.strictObject({
  status: z.enum(['ERROR', 'SERVER_ACK', 'DELIVERY_ACK', 'READ', 'PLAYED']),
  afterMs: milliseconds,
  remoteJidForm: z.enum(['phone', 'lid', 'device']).optional(),
  duplicate: z.boolean().optional(),
});

export const ackPlanSchema = z.union([
  z.array(ackStep),
  z.strictObject({ steps: z.array(ackStep) }).transform(({ steps }) => steps),
]);

export const weatherSchema = z.strictObject({
  loseShare: z.number().min(0).max(1).optional(),
  duplicateShare: z.number().min(0).max(1).optional(),
  delayMs: milliseconds.optional(),
  reorder: z.union([z.boolean(), z.number().min(0)]).optional(),
  paused: z.boolean().optional(),
});

export const inboundSchema = z.strictObject({
  kind: z.enum(inboundKinds).default('text'),
  from: z.string(),
  address: z.enum(['phone', 'lid', 'lid-with-phone']).optional(),
  fromMe: z.boolean().optional(),
  id: z.string().optional(),
  pushName: z.string().optional(),
  text: z.string().optional(),
  targetId: z.string().optional(),
  buttonId: z.string().optional(),
  mimetype: z.string().optional(),
  fileName: z.string().optional(),
  file: z.base64().optional(),
  wrapped: z.enum(['ephemeral', 'view-once']).optional(),
  group: z.boolean().optional(),
  times: z.number().int().min(1).max(100).optional(),
});

export const scanSchema = z.strictObject({ number: z.string().optional(), profileName: z.string().optional() });

export const closeSchema = z.strictObject({
  statusReason: z.union([z.literal(401), z.literal(402), z.literal(403), z.literal(406)]).default(401),
  /** The owner unlinks the device (one 401), or WhatsApp refuses the next login. */
  cause: z.enum(['device-removed', 'login-refused']).optional(),
});

export const stormSchema = z.strictObject({
  perSecond: z.number().positive().max(1_000).default(40),
  seconds: z.number().positive().max(3_600).default(5),
});

export const resetSchema = z.strictObject({ keepInstances: z.boolean().default(false) });
