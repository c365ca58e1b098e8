import { join } from 'node:path';
import { locateBinaries } from '#src/platform/embedded/binaries.ts';
import { runAs } from '#src/platform/embedded/run-as.ts';
import { chooseServerUser } from '#src/platform/embedded/server-user.ts';
import { openWorkshop } from '#test/platform/embedded/workshop.ts';

export type RestartableServer = AsyncDisposable & {
  url: string;
  /** Every connection cut, and by default nothing flushed; resolves when the server answers again, at the same port. */
  restart(mode?: 'fast' | 'immediate'): Promise<void>;
};

/** A PostgreSQL of the test's own that can be restarted without warning. */
export async function openRestartableServer(maxConnections = 60): Promise<RestartableServer> {
  const workshop = await openWorkshop();
  const settings = { fsync: 'off', shared_buffers: '32MB', max_connections: String(maxConnections) };
  const { url, directory } = await workshop.start({ settings });
  const cluster = join(directory, 'cluster');
  const user = chooseServerUser(cluster);
  const { pgCtl } = await locateBinaries(user, () => {});
  const control = async (...args: string[]) => {
    const outcome = await runAs(user, pgCtl, [...args, '-D', cluster, '-w', '-l', join(cluster, 'restart.log')]);
    if (!outcome.ok) throw new Error(outcome.output);
  };
  return {
    url,
    restart: (mode = 'immediate') => control('restart', '-m', mode),
    async [Symbol.asyncDispose]() {
      await control('stop', '-m', 'fast').catch(() => {});
      await workshop.close();
    },
  };
}
