import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

// a consumer of webhooks that takes everything at once, as a process of its own
const server = createServer((request, response) => {
  request.resume().once('end', () => response.end('ok'));
});
server.listen(0, '127.0.0.1', () => process.stdout.write(`${(server.address() as AddressInfo).port}\n`));
