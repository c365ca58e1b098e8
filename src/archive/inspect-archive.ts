import type { AppContext } from '#src/context.ts';
import { readMigrationLevel } from '#src/db/migration-level.ts';
import type { ArchiveProblem } from '#src/db/schema/archive.ts';
import { ArchiveFault } from './archive-fault.ts';
import type { Import } from './import.ts';
import { requireFitting } from './load-archive.ts';
import { readArchive } from './read-archive.ts';

/** A report stays short, however much is wrong. */
const MOST = 100;

/** What is wrong with an archive as it stands, line by line, before the database is asked. */
export async function inspectArchive(
  ctx: AppContext,
  bytes: AsyncIterable<Uint8Array>,
  { mode }: Pick<Import, 'mode'>,
): Promise<ArchiveProblem[]> {
  const level = await readMigrationLevel(ctx.db);
  const problems: ArchiveProblem[] = [];
  const drain = async (content: AsyncIterable<Uint8Array>) => {
    for await (const _ of content);
  };
  try {
    await readArchive(
      bytes,
      { unpackedBytes: ctx.config.archives.unpackedLimitBytes },
      {
        manifest: (manifest) => requireFitting(manifest, { mode }, level),
        rows: async () => {},
        secrets: drain,
        file: (_, __, content) => drain(content),
        fault: (problem) => {
          if (problems.length < MOST) problems.push(problem);
        },
      },
    );
  } catch (error) {
    if (!(error instanceof ArchiveFault)) throw error;
    problems.push(error.problem);
  }
  return problems;
}
