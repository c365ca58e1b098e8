import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import axios from 'axios';
import type { AppContext } from '#src/context.ts';
import { webhookEvents } from '#src/instances/webhook-of.ts';
import { inParallel } from './in-parallel.ts';
import { INSTANCE_TOKEN, type Sender } from './populate.ts';

const MAIN = fileURLToPath(new URL('../../evolution/simulator/main.ts', import.meta.url));
const OPTIONS = {
  'sandbox-numbers': 'false',
  'auto-scan-ms': '0',
  'create-wait-ms': '0',
  'connect-wait-ms': '0',
  'reconnect-ms': '0',
  'messages-per-instance': '200',
  'ack-delays-ms': '{"server":20,"delivery":60,"read":120}',
};
const API_KEY = 'benchmark-evolution-key';

export type Simulator = AsyncDisposable & {
  url: string;
  apiKey: string;
  /** Makes and opens the senders' numbers there, webhooks (if given where) and all. */
  connect(senders: Pick<Sender, 'providerName' | 'secret'>[], site?: Pick<AppContext, 'publicUrl'>): Promise<void>;
};

/** The simulator as a process of its own, answering at once. */
export async function startSimulator(): Promise<Simulator> {
  const args = Object.entries({ ...OPTIONS, 'api-key': API_KEY }).flatMap(([name, value]) => [`--${name}`, value]);
  const child = spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const end = () => child.kill('SIGTERM');
  process.on('exit', end);
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.once('data', (line) => resolve(JSON.parse(String(line)).url));
    child.once('exit', () => reject(new Error('the simulator ended')));
  });
  const http = axios.create({ baseURL: url, headers: { apikey: API_KEY }, proxy: false });
  return {
    url,
    apiKey: API_KEY,
    async connect(senders, site) {
      await inParallel(8, senders, async ({ providerName, secret }) => {
        const webhook = site && {
          enabled: true,
          url: `${site.publicUrl}/hooks/evolution/${secret}`,
          events: webhookEvents,
          headers: { jwt_key: secret },
        };
        const body = {
          instanceName: providerName,
          token: INSTANCE_TOKEN,
          integration: 'WHATSAPP-BAILEYS',
          qrcode: true,
          webhook,
        };
        await http.post('/instance/create', body);
      });
      for (let open = 0; open < senders.length; ) {
        const names = new Set(senders.map(({ providerName }) => providerName));
        const all = (await http.get('/simulator/instances')).data as { instance: string; state: string }[];
        open = all.filter(({ instance, state }) => state === 'open' && names.has(instance)).length;
      }
    },
    async [Symbol.asyncDispose]() {
      end();
      await ended;
      process.off('exit', end);
    },
  };
}
