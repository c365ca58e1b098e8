import type { Hono } from 'hono';
import { guardGlobalKey } from '#evolution/simulator/guards.ts';
import { answer, type SimulatorEnv } from '#evolution/simulator/simulator-context.ts';
import type { World } from '#evolution/simulator/world.ts';

const managerPage = `<!doctype html>
<html lang="en">
  <head><meta charset="UTF-8" /><title>Evolution Manager (simulator)</title></head>
  <body><div id="root">This is the Evolution API simulator. There is nothing to manage here.</div></body>
</html>
`;

export function addRootRoutes(app: Hono<SimulatorEnv>, world: World): void {
  app.get('/', (c) =>
    answer(c, 200, {
      status: 200,
      message: 'Welcome to the Evolution API, it is working!',
      version: '2.3.7',
      clientName: 'evolution_simulator',
      manager: `${world.url}/manager`,
      documentation: 'https://doc.evolution-api.com',
      whatsappWebVersion: '2.3000.1027934701',
    }),
  );
  app.get('/manager', (c) => c.html(managerPage));
  app.post('/verify-creds', (c) => {
    guardGlobalKey(world, c);
    return answer(c, 200, { status: 200, message: 'Credentials are valid' });
  });
}
