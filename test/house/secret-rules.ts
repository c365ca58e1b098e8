import { at, type Node, type SourceFile, walk } from './source-file.ts';

const SECRET = /(secret|token|signature|\bmac|password|apiKey|credential|bearer)$/i;
/** Names in capitals are constants of ours, not secrets. */
const CONSTANT = /(^|\.)[A-Z][A-Z0-9_]+$/;
/** Decoded and encoded again: says how a token is spelled, not whether it is right. */
const SPELLING = /\.toString\('base64url'\)/;

const isPlain = ({ type, name }: Node): boolean =>
  type === 'Literal' || type === 'UnaryExpression' || type === 'TemplateLiteral' || name === 'undefined';

/** `===` tells by the time it takes how many letters were right: secrets are looked up by hash, or timingSafeEqual compares them. */
export function comparedSecrets(file: SourceFile): string[] {
  const textOf = (node: Node) => file.text.slice(node.start, node.end);
  return [...walk(file.program)]
    .filter((node) => node.type === 'BinaryExpression' && /^[!=]==?$/.test(node['operator']))
    .filter(({ left, right }) => {
      const sides = [left, right] as [Node, Node];
      if (sides.some((side) => isPlain(side) || CONSTANT.test(textOf(side)) || SPELLING.test(textOf(side))))
        return false;
      return sides.some((side) => SECRET.test(textOf(side).replace(/\)$/, '')));
    })
    .map((node) => at(file, node, `${textOf(node)}: use timingSafeEqual`));
}
