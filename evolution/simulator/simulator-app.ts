import { Hono } from 'hono';
import { notFound } from './evolution-error.ts';
import { asEvolutionError, refuseByFault } from './fault-effects.ts';
import { drawFault } from './faults.ts';
import { addChatRoutes } from './routes/chat-routes.ts';
import { addConfigurationRoutes } from './routes/configuration-routes.ts';
import { controlRoutes } from './routes/control-routes.ts';
import { addEvolutionChannelRoutes } from './routes/evolution-channel-routes.ts';
import { addInstanceRoutes } from './routes/instance-routes.ts';
import { addMessageRoutes } from './routes/message-routes.ts';
import { addRootRoutes } from './routes/root-routes.ts';
import { addStoredMessageRoutes } from './routes/stored-message-routes.ts';
import { answer, type SimulatorEnv } from './simulator-context.ts';
import type { World } from './world.ts';

const alwaysOpen = /^\/$|^\/(simulator|manager|license)(\/|$)/;

export function createSimulatorApp(world: World): Hono<SimulatorEnv> {
  const app = new Hono<SimulatorEnv>();
  app.use(async (c, next) => {
    if (world.faults.length === 0 || alwaysOpen.test(c.req.path)) return next();
    const [, room, verb = '', instance] = c.req.path.split('/');
    const isSend = room === 'message';
    // Sends draw their faults later, when the recipient is known; the licence is asked before anything else.
    const rules = isSend ? world.faults.filter((rule) => rule.outcome.kind === 'license') : world.faults;
    const refusal = await refuseByFault(world, c, drawFault(world, { verb, instance, isSend }, rules));
    if (refusal) return refusal;
    await next();
  });
  app.route('/simulator', controlRoutes(world));
  addRootRoutes(app, world);
  addInstanceRoutes(app, world);
  addConfigurationRoutes(app, world);
  addMessageRoutes(app, world);
  addChatRoutes(app, world);
  addStoredMessageRoutes(app, world);
  addEvolutionChannelRoutes(app, world);
  app.notFound((c) => {
    const { status, body } = notFound(`Cannot ${c.req.method} ${c.req.path}`);
    return answer(c, status, body);
  });
  app.onError((error, c) => {
    const { status, body } = asEvolutionError(error);
    return answer(c, status, body);
  });
  return app;
}
