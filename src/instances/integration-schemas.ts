import { z } from '@hono/zod-openapi';
import { typebotOperators } from '#src/channels/evolution/integration-client.ts';
import { bothLanguages } from '#src/platform/read-request.ts';

const word = (max: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(max)
    .regex(/^[^\p{Cc}]*$/u, bothLanguages({ en: 'One line of text', tr: 'Tek satırlık metin' }));
const Url = z.url({ protocol: /^https?$/ }).max(500);
const masked = { description: 'Its last four signs; never shown whole', example: '••••f3a9' };

export const ChatwootIn = z
  .strictObject({
    enabled: z.boolean().default(true),
    url: Url.openapi({ example: 'https://app.chatwoot.com' }),
    accountId: z
      .string()
      .regex(/^\d{1,12}$/, bothLanguages({ en: 'The number of the account', tr: 'Hesabın numarası' })),
    token: word(500)
      .regex(/^\S+$/, bothLanguages({ en: 'Without spaces', tr: 'Boşluk içeremez' }))
      .optional()
      .openapi({ description: 'An access token of Chatwoot; left out: the one there stays, as long as the URL does' }),
    inboxName: word(100).optional().openapi({ description: 'Left out: the name of the connection' }),
    signMessages: z.boolean().default(true).openapi({ description: 'Whether answers begin with the agent’s name' }),
    signDelimiter: z.string().min(1).max(20).nullish(),
    reopenConversation: z.boolean().default(true),
    conversationPending: z.boolean().default(false),
    importContacts: z.boolean().default(false),
    importMessages: z.boolean().default(false),
    importDays: z.int().min(1).max(60).default(3),
  })
  .openapi('ChatwootIn', {
    description: 'Evolution makes the inbox in Chatwoot, hands on what comes in and sends what agents answer.',
  });

export const ChatwootOut = z
  .object({
    name: z.literal('chatwoot'),
    enabled: z.boolean(),
    settings: z
      .object({
        enabled: z.boolean(),
        url: z.string(),
        accountId: z.string(),
        token: z.string().openapi(masked),
        inboxName: z.string(),
        signMessages: z.boolean(),
        signDelimiter: z.string().nullable(),
        reopenConversation: z.boolean(),
        conversationPending: z.boolean(),
        importContacts: z.boolean(),
        importMessages: z.boolean(),
        importDays: z.int(),
      })
      .nullable()
      .openapi({ description: 'Null: not set up' }),
  })
  .openapi('Chatwoot');

const Trigger = z
  .discriminatedUnion('type', [
    z.strictObject({ type: z.literal('all') }),
    z.strictObject({ type: z.literal('none') }),
    z.strictObject({ type: z.literal('keyword'), operator: z.enum(typebotOperators), value: word(100) }),
  ])
  .openapi({ description: 'Which messages begin a conversation with the bot' });

export const TypebotIn = z
  .strictObject({
    enabled: z.boolean().default(true),
    url: Url.openapi({ description: 'Of the viewer', example: 'https://typebot.io' }),
    typebot: z
      .string()
      .trim()
      .regex(/^[\w-]{1,100}$/, bothLanguages({ en: 'The public id of a bot', tr: 'Botun herkese açık kimliği' }))
      .openapi({ description: 'Its public id', example: 'randevu-al' }),
    trigger: Trigger.default({ type: 'all' }),
    expireMinutes: z.int().min(0).max(10_080).default(60).openapi({ description: '0: it never ends by itself' }),
    finishWord: word(50).optional().openapi({ description: 'What ends it; left out: bitir, or finish' }),
    unknownMessage: word(500).optional().openapi({ description: 'What it says to what it does not understand' }),
    delayMs: z.int().min(0).max(20_000).default(1000),
    debounceSeconds: z.int().min(0).max(60).default(2).openapi({ description: 'How long it waits for another line' }),
    keepOpen: z.boolean().default(false),
    stopWhenAnswered: z.boolean().default(true).openapi({ description: 'Whether it is silent once a person answers' }),
  })
  .openapi('TypebotIn');

export const TypebotOut = z
  .object({
    name: z.literal('typebot'),
    enabled: z.boolean(),
    settings: z
      .object({
        enabled: z.boolean(),
        url: z.string(),
        typebot: z.string(),
        trigger: z.object({
          type: z.enum(['all', 'none', 'keyword']),
          operator: z.enum(typebotOperators).optional(),
          value: z.string().optional(),
        }),
        expireMinutes: z.int(),
        finishWord: z.string(),
        unknownMessage: z.string(),
        delayMs: z.int(),
        debounceSeconds: z.int(),
        keepOpen: z.boolean(),
        stopWhenAnswered: z.boolean(),
      })
      .nullable()
      .openapi({ description: 'Null: not set up' }),
  })
  .openapi('Typebot');
