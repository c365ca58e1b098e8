import { lstatSync, readFileSync } from 'node:fs';

/** The account PostgreSQL's programs run as; undefined means our own. */
export type ServerUser = { name: string; uid: number; gid: number };

const PREFERRED = ['postgres', '_postgres', 'nobody', 'daemon'];

/**
 * PostgreSQL refuses to run as root, so root lends it an account: the owner of the existing cluster, else one of the
 * accounts every system has. It must stand in /etc/passwd, for initdb looks itself up there.
 */
export function chooseServerUser(existingCluster?: string): ServerUser | undefined {
  const us = process.geteuid?.();
  if (us === undefined) return undefined;
  const owner = existingCluster === undefined ? undefined : lstatSync(existingCluster, { throwIfNoEntry: false });
  if (us !== 0) {
    if (owner === undefined || owner.uid === us) return undefined;
    throw new Error(
      `${existingCluster} belongs to uid ${owner.uid}: start Ulak as that user or as root, not as uid ${us}.`,
    );
  }
  const accounts = readAccounts();
  if (owner !== undefined && owner.uid !== 0) {
    const name = accounts.find((account) => account.uid === owner.uid)?.name ?? `uid ${owner.uid}`;
    return { name, uid: owner.uid, gid: owner.gid };
  }
  const chosen =
    PREFERRED.map((name) => accounts.find((account) => account.name === name)).find(Boolean) ?? accounts[0];
  if (chosen !== undefined) return chosen;
  throw new Error('PostgreSQL does not run as root, and /etc/passwd lists no other user: start Ulak as another user.');
}

function readAccounts(): ServerUser[] {
  return readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
    .map(([name = '', , uid, gid]) => ({ name, uid: Number(uid), gid: Number(gid) }))
    .filter(({ name, uid, gid }) => name !== '' && uid > 0 && gid >= 0);
}
