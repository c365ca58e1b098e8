import { foldText } from '#src/customers/fold-text.ts';

export const shortcutKeyOf = (shortcut: string | null): string | null =>
  shortcut === null ? null : foldText(shortcut);

/** What a template is found by. */
export const searchTextOf = ({ name, shortcut }: { name: string; shortcut: string | null }): string =>
  foldText(`${name} ${shortcut ?? ''}`);
