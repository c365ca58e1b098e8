import { at, type Node, type SourceFile, walk } from './source-file.ts';

const textOf = (file: SourceFile, node: Node) => file.text.slice(node.start, node.end);

/** There is one clock, handed over in the context: tests move it. */
export function otherClocks(file: SourceFile): string[] {
  const offenders: string[] = [];
  for (const node of walk(file.program)) {
    if (node.type === 'NewExpression' && node.callee.name === 'Date' && node.arguments.length === 0)
      offenders.push(at(file, node, 'new Date(): use ctx.clock.now()'));
    if (
      node.type === 'CallExpression' &&
      /^(Date\.now|DateTime\.(now|local|utc)\b)/.test(textOf(file, node.callee)) &&
      node.arguments.length === 0
    )
      offenders.push(at(file, node, `${textOf(file, node.callee)}(): use ctx.clock.now()`));
    if (
      node.type === 'TemplateElement' &&
      /\b(now\(\)|current_timestamp|clock_timestamp\(\)|statement_timestamp\(\)|current_date)/i.test(node.value.raw)
    )
      offenders.push(at(file, node, "the database's clock: pass ctx.clock.now()"));
  }
  return offenders;
}

const TELLS_TIME =
  /\.(toLocaleDateString|toLocaleTimeString|toFormat|setLocale)\s*\(|\b(DateTimeFormat|RelativeTimeFormat)\b/;
/** Numbers have one, too. */
const LOCALE_OF_TIME =
  /(\bat|At|[dD]ate|[tT]ime|now|month|day|new Date\([^)]*\))\.toLocaleString\(|\.toLocaleString\([\s\S]*(timeZone|dateStyle|timeStyle|hour|weekday|month)/;

/** People read times as one module writes them: in their language, on their clock. */
export const otherSpeakersOfTime = (file: SourceFile): string[] =>
  [...walk(file.program)]
    .filter(({ type }) => type === 'CallExpression' || type === 'NewExpression')
    .filter((node) => TELLS_TIME.test(`${textOf(file, node.callee)}(`) || LOCALE_OF_TIME.test(textOf(file, node)))
    .map((node) => at(file, node, `${textOf(file, node.callee)}: src/platform/time.ts says times`));

export const environmentReaders = (file: SourceFile): string[] =>
  [...walk(file.program)]
    .filter((node) => node.type === 'MemberExpression' && textOf(file, node) === 'process.env')
    .map((node) => at(file, node, 'reads process.env: src/config.ts does that'));

/** Inside a transaction nobody can reach the outer context, for the inner one has its name. */
export function unshadowedTransactions(file: SourceFile): string[] {
  const offenders: string[] = [];
  for (const node of walk(file.program)) {
    if (node.type !== 'CallExpression' || node.callee.name !== 'inTransaction') continue;
    const [outer, work] = node.arguments as [Node, Node | undefined];
    if (!work || !/Function/.test(work.type)) continue;
    const [inner] = work.params as Node[];
    if (outer.type !== 'Identifier' || inner?.name !== outer.name)
      offenders.push(
        at(
          file,
          node,
          `inTransaction(${textOf(file, outer)}, (${inner ? textOf(file, inner) : ''}) => …): both must have one name`,
        ),
      );
  }
  return offenders;
}

/** The driver below Drizzle is there to LISTEN. */
export const driverUses = (file: SourceFile): string[] =>
  [...walk(file.program)]
    .filter(
      ({ type, object }) =>
        type === 'MemberExpression' &&
        object.type === 'MemberExpression' &&
        object.property.name === 'client' &&
        /(^|\.)ctx$/.test(textOf(file, object.object)),
    )
    .filter(({ property }) => property.name !== 'listen')
    .map((node) => at(file, node, `${textOf(file, node)}: the driver is for LISTEN only`));

/** Whatever a module keeps, every test and every process of it shares. Constants are fine. */
export function moduleState(file: SourceFile): string[] {
  return (file.program.body as Node[])
    .map((node) => (node.type === 'ExportNamedDeclaration' && node.declaration ? (node.declaration as Node) : node))
    .filter((node) => node.type === 'VariableDeclaration' && node.kind !== 'const')
    .map((node) => at(file, node, `${node.kind} at module level is state`));
}

/** Every network call has a time-out and classified failures only in src/channels. */
export const strayRequests = (file: SourceFile): string[] =>
  [...walk(file.program)]
    .filter(
      (node) => node.type === 'CallExpression' && node.callee.type === 'Identifier' && node.callee.name === 'fetch',
    )
    .map((node) => at(file, node, 'fetch: the network is reached through src/channels'));
