import { existsSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort, type Process, startFromSource, startProcess, until } from '#test/support/processes.ts';
import { processesIn, runToEnd } from './run-to-end.ts';

const JSON_TYPE = { 'content-type': 'application/json' };

/** A fresh DATA_DIR in which the database's own user may work. */
async function freshDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'ulak-start-'));
  await chmod(directory, 0o711);
  return directory;
}

describe('the sandbox in a fresh DATA_DIR', () => {
  let env: { DATA_DIR: string; PORT: string };
  let url: string;
  let first: Process;
  let password: string;
  let token: string;
  let instanceId: string;

  const call = (method: string, path: string, body?: unknown) =>
    fetch(url + path, {
      method,
      body: body ? JSON.stringify(body) : null,
      headers: { ...JSON_TYPE, authorization: `Bearer ${token}` },
    });
  const signIn = () =>
    fetch(`${url}/v1/auth/sign-in/email`, {
      method: 'POST',
      headers: JSON_TYPE,
      body: JSON.stringify({ email: 'admin@ulak.local', password }),
    });
  const isOpen = async () =>
    ((await (await call('GET', `/v1/instances/${instanceId}`)).json()) as { status: string }).status === 'open';

  beforeAll(async () => {
    env = { DATA_DIR: await freshDirectory(), PORT: String(await freePort()) };
    url = `http://127.0.0.1:${env.PORT}`;
    first = await startFromSource(env);
  });
  afterAll(async () => {
    await first?.[Symbol.asyncDispose]();
    expect(await processesIn(env.DATA_DIR)).toEqual([]);
    await rm(env.DATA_DIR, { recursive: true, force: true });
  });

  it('says when it is ready, and the login that it prints signs in', async () => {
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    password = /password: (\S+)/.exec(first.output())![1]!;
    const response = await signIn();
    expect(response.status).toBe(200);
    token = ((await response.json()) as { token: string }).token;
    instanceId = ((await (await call('POST', '/v1/instances', {})).json()) as { id: string }).id;
    await until('the scan', isOpen);
  });

  it('1: a second start on the same DATA_DIR ends with one line, and disturbs nobody', async () => {
    const { code, stdout, stderr } = await runToEnd({ ...env, PORT: String(await freePort()) });
    expect(code).toBe(1);
    expect(stderr).toBe(
      `Ulak could not start: DATA_DIR ${env.DATA_DIR} is in use by process ${first.pid}: stop it first, or set another DATA_DIR.\n`,
    );
    expect(stdout).toBe('');
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
  });

  it('kill -9: the next start takes over the database, and everything is still there', async () => {
    first.kill('SIGKILL');
    expect(await first.ended).toBe('SIGKILL');
    expect(await processesIn(env.DATA_DIR)).not.toEqual([]);
    first = await startProcess(env);
    expect(first.output()).toContain('taken over');
    expect((await call('GET', '/v1/me')).status).toBe(200);
    expect((await signIn()).status).toBe(200);
    await until('the connection to be open again', isOpen);
  });

  it('0: SIGTERM leaves no process behind, and the next start finds it all', async () => {
    first.kill('SIGTERM');
    expect(await first.ended).toBe(0);
    expect(await processesIn(env.DATA_DIR)).toEqual([]);
    first = await startProcess(env);
    expect((await signIn()).status).toBe(200);
    await until('the connection to be open again', isOpen);
    const reached = (await (await call('POST', `/v1/instances/${instanceId}/connect`, {})).json()) as {
      status: string;
    };
    expect(reached.status).toBe('open');
    first.kill('SIGINT');
    expect(await first.ended).toBe(0);
  });

  it('0: SIGTERM while it is still starting leaves no process behind either', async () => {
    const server = join(env.DATA_DIR, 'postgres/cluster/postmaster.pid');
    const { code, stdout, stderr } = await runToEnd(
      env,
      until('PostgreSQL to start', async () => existsSync(server)),
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).not.toContain('Ulak is ready');
    expect(await processesIn(env.DATA_DIR)).toEqual([]);
  });
}, 60_000);
