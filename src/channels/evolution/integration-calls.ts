import type { Answer, CallEvolution, Request } from './call-evolution.ts';
import { classifyCall } from './classify-answer.ts';
import { describeAnswer, readErrorTexts } from './error-texts.ts';
import type {
  Chatwoot,
  IntegrationClient,
  IntegrationRejection,
  KnownTypebot,
  Typebot,
  TypebotTrigger,
} from './integration-client.ts';
import { typebotOperators } from './integration-client.ts';
import { accepted, mapAccepted, type Outcome, rejected } from './outcome.ts';

type Bag = Record<string, unknown>;
const bag = (value: unknown): Bag =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Bag) : {};
const text = (value: unknown): string => (typeof value === 'string' ? value : '');

type Wire = {
  call: CallEvolution;
  pathOf(verb: string, instance: string): string;
  timeouts: { control: number; query: number };
};

/** The integrations of one server. Shapes and refusals: Evolution 2.3.7, src/api/integrations/chatbot. */
export function integrating({ call, pathOf, timeouts }: Wire): IntegrationClient {
  const find = (path: string) => ask(call, { method: 'GET', path, timeoutMs: timeouts.query });
  const change = async (method: Request['method'], path: string, body?: unknown) =>
    mapAccepted(await ask(call, { method, path, body, timeoutMs: timeouts.control }), () => {});
  const botPath = (verb: string, id: string, instance: string) =>
    `${pathOf(`typebot/${verb}`, id)}${pathOf('', instance).slice(1)}`;
  return {
    findChatwoot: async (instance) => mapAccepted(await find(pathOf('chatwoot/find', instance)), readChatwoot),
    setChatwoot: (instance, chatwoot) => change('POST', pathOf('chatwoot/set', instance), writeChatwoot(chatwoot)),
    findTypebots: async (instance) => mapAccepted(await find(pathOf('typebot/find', instance)), readTypebots),
    createTypebot: (instance, typebot) => change('POST', pathOf('typebot/create', instance), writeTypebot(typebot)),
    updateTypebot: (instance, id, typebot) => change('PUT', botPath('update', id, instance), writeTypebot(typebot)),
    async deleteTypebot(instance, id) {
      const gone = await change('DELETE', botPath('delete', id, instance));
      if (gone.kind === 'accepted') return gone;
      const left = mapAccepted(await find(pathOf('typebot/find', instance)), readTypebots);
      return left.kind === 'accepted' && left.value.every((bot) => bot.id !== id) ? accepted(undefined) : gone;
    },
  };
}

async function ask(call: CallEvolution, request: Request): Promise<Outcome<unknown, IntegrationRejection>> {
  const result = await call(request);
  return 'status' in result ? classify(result) : result;
}

const OFF = /^(Chatwoot|Typebot) is disabled$/;
const TAKEN = /^(Error: )?(You already have a Typebot|Trigger already exists|Typebot already exists)/;
const UNUSABLE = /^(url is not valid|accountId is required|token is required|signMsg is required)$/;

function classify(answer: Answer): Outcome<unknown, IntegrationRejection> {
  const { texts } = readErrorTexts(answer.body);
  const cause = describeAnswer(answer.status, answer.body);
  const says = (pattern: RegExp) => answer.status >= 400 && texts.some((line) => pattern.test(line));
  if (says(OFF)) return rejected('integration-off', cause);
  if (says(TAKEN)) return rejected('integration-taken', cause);
  if (says(UNUSABLE)) return rejected('invalid-content', cause);
  return classifyCall(answer);
}

const writeChatwoot = ({ inboxName, signMessages, importDays, ...same }: Chatwoot) => ({
  ...same,
  nameInbox: inboxName,
  signMsg: signMessages,
  daysLimitImportMessages: importDays,
  mergeBrazilContacts: false,
  autoCreate: same.enabled,
  ignoreJids: ['@g.us'],
});

function readChatwoot(body: unknown): Chatwoot | null {
  const row = bag(body);
  if (text(row.url) === '') return null;
  const yes = (value: unknown) => value === true;
  return {
    enabled: yes(row.enabled),
    url: text(row.url),
    accountId: String(row.accountId ?? ''),
    token: text(row.token),
    inboxName: text(row.nameInbox),
    signMessages: yes(row.signMsg),
    signDelimiter: text(row.signDelimiter) || null,
    reopenConversation: yes(row.reopenConversation),
    conversationPending: yes(row.conversationPending),
    importContacts: yes(row.importContacts),
    importMessages: yes(row.importMessages),
    importDays: Number(row.daysLimitImportMessages) || 0,
  };
}

const writeTypebot = ({ trigger, ...bot }: Typebot) => ({
  enabled: bot.enabled,
  description: bot.description,
  url: bot.url,
  typebot: bot.typebot,
  triggerType: trigger.type,
  ...(trigger.type === 'keyword' && { triggerOperator: trigger.operator, triggerValue: trigger.value }),
  expire: bot.expireMinutes,
  keywordFinish: bot.finishWord,
  delayMessage: bot.delayMs,
  unknownMessage: bot.unknownMessage,
  listeningFromMe: false,
  stopBotFromMe: bot.stopWhenAnswered,
  keepOpen: bot.keepOpen,
  debounceTime: bot.debounceSeconds,
  ignoreJids: ['@g.us'],
});

const readTypebots = (body: unknown): KnownTypebot[] => (Array.isArray(body) ? body.map(bag).map(readTypebot) : []);

const readTypebot = (row: Bag): KnownTypebot => ({
  id: text(row.id),
  enabled: row.enabled === true,
  description: text(row.description),
  url: text(row.url),
  typebot: text(row.typebot),
  trigger: readTrigger(row),
  expireMinutes: Number(row.expire) || 0,
  finishWord: text(row.keywordFinish),
  unknownMessage: text(row.unknownMessage),
  delayMs: Number(row.delayMessage) || 0,
  debounceSeconds: Number(row.debounceTime) || 0,
  keepOpen: row.keepOpen === true,
  stopWhenAnswered: row.stopBotFromMe === true,
});

function readTrigger({ triggerType, triggerOperator, triggerValue }: Bag): TypebotTrigger {
  const operator = typebotOperators.find((known) => known === triggerOperator);
  if (triggerType === 'keyword' && operator) return { type: 'keyword', operator, value: text(triggerValue) };
  return { type: triggerType === 'all' ? 'all' : 'none' };
}
