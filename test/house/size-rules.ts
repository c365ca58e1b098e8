import { at, type Node, type SourceFile, walk } from './source-file.ts';

export const MOST_LINES = 300;
export const MOST_FUNCTION_LINES = 60;

const FUNCTIONS = new Set(['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression']);
const SUITES = /^(describe|suite)\b/;

export function longFiles({ path, text }: Pick<SourceFile, 'path' | 'text'>): string[] {
  const lines = text.replace(/\n$/, '').split('\n').length;
  return lines > MOST_LINES ? [`${path}:${MOST_LINES} ${lines} lines, ${MOST_LINES} at most`] : [];
}

/** The callback of a `describe` is a list of tests, not a function that somebody has to follow. */
export function longFunctions(file: SourceFile): string[] {
  const suites = new Set<Node>();
  const offenders: string[] = [];
  for (const node of walk(file.program)) {
    if (node.type === 'CallExpression' && SUITES.test(file.text.slice(node.callee.start, node.callee.end)))
      for (const argument of node.arguments) suites.add(argument);
    if (!FUNCTIONS.has(node.type) || suites.has(node)) continue;
    const lines = file.lineOf(node.end) - file.lineOf(node.start) + 1;
    if (lines > MOST_FUNCTION_LINES)
      offenders.push(at(file, node, `a function of ${lines} lines, ${MOST_FUNCTION_LINES} at most`));
  }
  return offenders;
}
