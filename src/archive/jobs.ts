import { defineJob } from '#src/platform/jobs.ts';

const long = { retryLimit: 4, expireInSeconds: 6 * 3600, heartbeatSeconds: 60 } as const;

/** Makes an archive that was asked for. */
export const makeExportJob = defineJob<{ exportId: string }>({ name: 'archive.export', ...long });
/** Rehearses the import of an archive: everything is put in, and taken back. */
export const checkImportJob = defineJob<{ importId: string }>({ name: 'archive.check', ...long });
/** Puts an archive in. */
export const applyImportJob = defineJob<{ importId: string }>({ name: 'archive.apply', ...long });
/** Removes what has expired, what was abandoned and what nobody has any more; every hour. */
export const purgeArchivesJob = defineJob<object>({
  name: 'archive.purge',
  retryLimit: 0,
  expireInSeconds: 600,
  policy: 'exclusive',
});

export const archiveJobs = [makeExportJob, checkImportJob, applyImportJob, purgeArchivesJob];
