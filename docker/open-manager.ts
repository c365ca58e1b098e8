import { type AddressInfo, connect, createServer } from 'node:net';
import { pipeline } from 'node:stream';

/** Passes a port of this container on to Evolution, so that the compose file can publish it on the machine's own address. */
const [port, host, evolutionPort] = process.argv.slice(2);
const server = createServer((browser) => {
  const evolution = connect(Number(evolutionPort), host);
  pipeline(browser, evolution, browser, () => {
    browser.destroy();
    evolution.destroy();
  });
});
server.listen(Number(port), () => process.stdout.write(`${(server.address() as AddressInfo).port} leads to ${host}\n`));

process.on('SIGTERM', () => process.exit(0));
