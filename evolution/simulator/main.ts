import { parseArgs } from 'node:util';
import type { SimulatorOptions } from './simulator-options.ts';
import { startSimulator } from './start-simulator.ts';

/** `text` options are taken as they stand, all others are JSON: 1500, null, true, [20,80], {"server":250}. */
const options: Record<string, { key: keyof SimulatorOptions; text?: true }> = {
  port: { key: 'port' },
  host: { key: 'host', text: true },
  'api-key': { key: 'apiKey', text: true },
  'state-file': { key: 'stateFile', text: true },
  'auto-scan-ms': { key: 'autoScanMs' },
  'create-wait-ms': { key: 'createWaitMs' },
  'connect-wait-ms': { key: 'connectWaitMs' },
  'reconnect-ms': { key: 'reconnectMs' },
  'qr-rotation-ms': { key: 'qrRotationMs' },
  'qr-limit': { key: 'qrLimit' },
  'ack-delays-ms': { key: 'ackDelaysMs' },
  webhook: { key: 'webhook' },
  'latency-ms': { key: 'latencyMs' },
  'own-message-id': { key: 'supportsOwnMessageId' },
  'sandbox-numbers': { key: 'sandboxNumbers' },
  'expose-instance-key': { key: 'exposeInstanceKey' },
  'messages-per-instance': { key: 'messagesPerInstance' },
  seed: { key: 'seed' },
};

/** `--port 8080`, or SIMULATOR_PORT=8080: the option wins over the variable. */
function readOptions(): SimulatorOptions {
  const names = Object.keys(options);
  const { values } = parseArgs({
    options: Object.fromEntries(names.map((name) => [name, { type: 'string' as const }])),
  });
  const given = names.flatMap((name) => {
    const { key, text } = options[name] ?? { key: 'port' };
    const value = values[name] ?? process.env[`SIMULATOR_${name.toUpperCase().replaceAll('-', '_')}`];
    return value === undefined ? [] : [[key, text ? value : JSON.parse(String(value))]];
  });
  return { autoScanMs: 1_500, ...Object.fromEntries(given) };
}

const simulator = await startSimulator(readOptions());
console.log(JSON.stringify({ url: simulator.url }));

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => {
    void simulator.close().then(() => process.exit(0));
  });
}
