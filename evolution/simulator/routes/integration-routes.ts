import { randomUUID } from 'node:crypto';
import type { Hono } from 'hono';
import { badRequest, uncaught } from '#evolution/simulator/evolution-error.ts';
import { guardInstance } from '#evolution/simulator/guards.ts';
import { datedNow, type Instance } from '#evolution/simulator/instance.ts';
import { setChatwootSchema, setTypebotSchema } from '#evolution/simulator/instance-schemas.ts';
import { type Fields, readJson } from '#evolution/simulator/request-body.ts';
import { checkSchema } from '#evolution/simulator/schema-check.ts';
import { answer, type SimulatorContext, type SimulatorEnv } from '#evolution/simulator/simulator-context.ts';
import { saveInstance, type World } from '#evolution/simulator/world.ts';

/*
 * Chatwoot and Typebot as the source of 2.3.7 has them (src/api/integrations/chatbot; not recorded): kept, checked and given back, without
 * any effect on messages.
 */

const neverSet = { enabled: false, url: '', accountId: '', token: '', signMsg: false, nameInbox: '', webhook_url: '' };

function requireOn(world: World, name: string): void {
  if (!world.options.integrations) throw badRequest(`${name} is disabled`);
}

function checkChatwoot(fields: Fields): void {
  if (fields.enabled !== true) return;
  for (const name of ['accountId', 'token']) if (!fields[name]) throw badRequest(`${name} is required`);
  if (!/^(https?:\/\/)?[^\s/]+/.test(String(fields.url))) throw badRequest('url is not valid');
}

function addChatwootRoutes(app: Hono<SimulatorEnv>, world: World): void {
  const present = ({ record }: Instance) => ({
    ...record.chatwoot,
    webhook_url: `${world.url}/chatwoot/webhook/${record.name}`,
  });
  app.post('/chatwoot/set/:instanceName', async (c) => {
    const instance = guardInstance(world, c);
    const fields = await readJson(c);
    checkSchema(fields, setChatwootSchema);
    requireOn(world, 'Chatwoot');
    checkChatwoot(fields);
    instance.record.chatwoot = { ...fields, nameInbox: fields.nameInbox || instance.record.name };
    saveInstance(world, instance);
    return answer(c, 201, present(instance));
  });
  app.get('/chatwoot/find/:instanceName', (c) => {
    const instance = guardInstance(world, c);
    requireOn(world, 'Chatwoot');
    return answer(c, 200, instance.record.chatwoot ? present(instance) : neverSet);
  });
}

/** One bot for everything, and one for each word. */
function requireFree(bots: Fields[], fields: Fields): void {
  if (fields.triggerType === 'all' && bots.some((bot) => bot.enabled === true && bot.triggerType === 'all'))
    throw uncaught('You already have a Typebot with an "All" trigger, you cannot have more bots while it is active');
  if (fields.triggerType !== 'keyword') return;
  const same = (bot: Fields) =>
    bot.triggerOperator === fields.triggerOperator && bot.triggerValue === fields.triggerValue;
  if (bots.some(same)) throw uncaught('Trigger already exists');
}

async function readTypebot(world: World, c: SimulatorContext, others: (id: string) => boolean): Promise<Fields> {
  const { record } = guardInstance(world, c);
  const fields = await readJson(c);
  checkSchema(fields, setTypebotSchema);
  requireOn(world, 'Typebot');
  requireFree(
    record.typebots.filter((bot) => others(String(bot.id))),
    fields,
  );
  return { ...fields, instanceId: record.id };
}

function addTypebotRoutes(app: Hono<SimulatorEnv>, world: World): void {
  app.post('/typebot/create/:instanceName', async (c) => {
    const typebot = { ...datedNow(), ...(await readTypebot(world, c, () => true)), id: randomUUID() };
    const instance = guardInstance(world, c);
    instance.record.typebots.push(typebot);
    saveInstance(world, instance);
    return answer(c, 201, typebot);
  });
  app.get('/typebot/find/:instanceName', (c) => {
    const { record } = guardInstance(world, c);
    requireOn(world, 'Typebot');
    return answer(c, 200, record.typebots);
  });
  app.put('/typebot/update/:typebotId/:instanceName', async (c) => {
    const id = c.req.param('typebotId');
    const fields = await readTypebot(world, c, (other) => other !== id);
    const instance = guardInstance(world, c);
    const typebot = instance.record.typebots.find((bot) => bot.id === id);
    if (!typebot) throw uncaught('Typebot not found');
    Object.assign(typebot, fields, { updatedAt: new Date().toISOString() });
    saveInstance(world, instance);
    return answer(c, 200, typebot);
  });
  app.delete('/typebot/delete/:typebotId/:instanceName', (c) => {
    const instance = guardInstance(world, c);
    requireOn(world, 'Typebot');
    const id = c.req.param('typebotId');
    const left = instance.record.typebots.filter((bot) => bot.id !== id);
    if (left.length === instance.record.typebots.length) throw uncaught('Error deleting Typebot bot');
    instance.record.typebots = left;
    saveInstance(world, instance);
    return answer(c, 200, { bot: { id } });
  });
}

export function addIntegrationRoutes(app: Hono<SimulatorEnv>, world: World): void {
  addChatwootRoutes(app, world);
  addTypebotRoutes(app, world);
}
