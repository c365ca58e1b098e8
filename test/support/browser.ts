import { mkdir } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import chromium from '@sparticuz/chromium';
import { type Browser, chromium as browsers } from 'playwright-core';

/** The build of Chromium that comes from npm is for Linux on x64. */
export const hasBrowser = process.platform === 'linux' && process.arch === 'x64';

export const openBrowser = async (): Promise<Browser> =>
  browsers.launch({ args: [...chromium.args, '--no-sandbox'], executablePath: await unpack() });

/** Into a directory of this user's: what another one unpacked in /tmp cannot be run. */
async function unpack(): Promise<string> {
  const { TMPDIR } = process.env;
  const directory = join(tmpdir(), `ulak-browser-${userInfo().uid}`);
  await mkdir(directory, { recursive: true, mode: 0o700 });
  process.env['TMPDIR'] = directory;
  try {
    return await chromium.executablePath();
  } finally {
    if (TMPDIR === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = TMPDIR;
  }
}
