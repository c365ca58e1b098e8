import { afterEach, beforeEach, expect, test } from 'vitest';
import { processStart } from '#src/platform/embedded/process-start.ts';
import { openWorkshop, postmasterPid, query, type Workshop } from './workshop.ts';

let shop: Workshop;
beforeEach(async () => {
  shop = await openWorkshop();
});
afterEach(() => shop.close());

test('the server of an owner killed by kill -9 is adopted as it runs, and stop ends it', async () => {
  const owner = await shop.own();
  await query(owner.said.url, 'create table kept as select 1 as one');
  const pid = postmasterPid(owner.said.directory);
  await owner.kill();
  expect(processStart(pid)).toBeDefined();
  const heir = await shop.start();
  expect(heir).toMatchObject({ adopted: true, url: owner.said.url, directory: owner.said.directory });
  expect(postmasterPid(heir.directory)).toBe(pid);
  expect(await query(heir.url, 'select one from kept')).toEqual([{ one: 1 }]);
  await heir.stop();
  expect(processStart(pid)).toBeUndefined();
});

test('Ctrl-C in the terminal reaches the owner, not its server', async () => {
  const owner = await shop.own(shop.dataDir, 'stay', { detached: true });
  const pid = postmasterPid(owner.said.directory);
  process.kill(-owner.pid, 'SIGINT');
  await owner.done();
  expect(await query(owner.said.url, 'select 1 as one')).toEqual([{ one: 1 }]);
  expect(processStart(pid)).toBeDefined();
});

test('a server that no longer takes our password is stopped, and the start says so', async () => {
  const owner = await shop.own();
  const pid = postmasterPid(owner.said.directory);
  await query(owner.said.url, `alter role ulak password 'another'`);
  await owner.kill();
  const lines: string[] = [];
  await expect(shop.start({ log: (line) => lines.push(line) })).rejects.toMatchObject({ code: '28P01' });
  expect(lines.join()).toContain(`left running (process ${pid}) is stopped`);
  expect(processStart(pid)).toBeUndefined();
});

test('an owner killed at any moment of its first start leaves a directory that starts', async () => {
  for (const patienceMs of [150, 300, 450, 600, 750]) {
    const { child, kill } = shop.begin(shop.dataDir);
    await new Promise((resolve) => setTimeout(resolve, patienceMs));
    await kill();
    expect(child.signalCode).toBe('SIGKILL');
  }
  const { url } = await shop.start();
  expect(await query(url, 'select 1 as one')).toEqual([{ one: 1 }]);
});
