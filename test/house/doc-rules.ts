export type Doc = { path: string; text: string };

const CODE = /`([^`\n]+)`/g;
const LINK = /\]\((?!\w+:|#)([^)#\s]+)/g;
const PATH = /^[\w@.-]+(\/[\w@.-]+)*\/?$/;

/** Paths that a document cites and that are not there. In backticks a path begins with a folder or file of the repository. */
export function deadPaths({ path, text }: Doc, files: Set<string>): string[] {
  const folders = new Set(
    [...files].flatMap((file) =>
      file
        .split('/')
        .slice(0, -1)
        .map((_, i, parts) => parts.slice(0, i + 1).join('/')),
    ),
  );
  const roots = new Set([...files].map((file) => file.split('/')[0]!));
  const own = path.split('/').slice(0, -1).join('/');
  const exists = (cited: string) => {
    const name = cited.replace(/\/$/, '');
    return [name, ...(own ? [normalize(`${own}/${name}`)] : [])].some(
      (candidate) => files.has(candidate) || folders.has(candidate),
    );
  };
  return text.split('\n').flatMap((line, i) => {
    const coded = [...line.matchAll(CODE)]
      .map(([, code]) => code!)
      .filter((code) => PATH.test(code) && code.includes('/') && roots.has(code.split('/')[0]!));
    const linked = [...line.matchAll(LINK)].map(([, link]) => link!).filter((link) => !link.startsWith('/'));
    return [...coded, ...linked]
      .filter((cited) => !exists(cited))
      .map((cited) => `${path}:${i + 1} cites ${cited}, which is not there`);
  });
}

function normalize(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.') parts.push(part);
  }
  return parts.join('/');
}
