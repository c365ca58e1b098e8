import { connect, createServer } from 'node:net';
import { pipeline } from 'node:stream';

/** Passes a port of this container on to Evolution, so that the compose file can publish it on the machine's own address. */
createServer((browser) => {
  const evolution = connect(8080, 'evolution');
  pipeline(browser, evolution, browser, () => {
    browser.destroy();
    evolution.destroy();
  });
}).listen(8080);

process.on('SIGTERM', () => process.exit(0));
