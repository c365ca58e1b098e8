import { inspectLiquid } from '#src/personalisation/inspect-liquid.ts';
import { parsePersonalised } from '#src/personalisation/personalisation.ts';
import type { Text } from '#src/platform/language.ts';
import { type FieldError, Problem } from '#src/platform/problem.ts';
import type { TemplateContent } from './freeze-content.ts';
import { variablesOfCategory } from './template.ts';

type Inspected = { ok: true; variables: readonly string[] } | { ok: false; error: Text };

/**
 * The names that a content is filled with. Throws a 400 that names every text in which something cannot be read, or a variable stands
 * that its category does not know.
 */
export function checkVariables(content: TemplateContent): string[] {
  const allowed = variablesOfCategory(content.category);
  const names = new Set<string>();
  const errors: FieldError[] = [];
  for (const { path, text, inspect } of textsOf(content)) {
    const inspected = inspect(
      text,
      path === 'subject' || path === 'preheader' ? allowed : [...allowed, 'unsubscribeUrl'],
    );
    if (!inspected.ok) errors.push({ path, message: inspected.error });
    else for (const name of inspected.variables) if (name !== 'unsubscribeUrl') names.add(name);
  }
  if (errors.length > 0) throw new Problem('invalid-request', { errors });
  return [...names].sort((a, b) => allowed.indexOf(a) - allowed.indexOf(b));
}

type Place = { path: string; text: string; inspect(text: string, allowed: readonly string[]): Inspected };

const inMail = (path: string, text: string | null | undefined): Place[] =>
  text == null ? [] : [{ path, text, inspect: inspectLiquid }];

function textsOf({ subject, preheader, text, source }: TemplateContent): Place[] {
  const message: Place[] = text === null ? [] : [{ path: 'text', text, inspect: inspectMessage }];
  const lines = [...inMail('subject', subject), ...inMail('preheader', preheader)];
  if (source === null) return [...message, ...lines];
  if (source.kind !== 'layout')
    return [...lines, ...inMail(source.kind, source.kind === 'html' ? source.html : source.mjml)];
  return [
    ...lines,
    ...inMail('layout.title', source.title),
    ...inMail('layout.text', source.text),
    ...inMail('layout.imageUrl', source.imageUrl),
    ...inMail('layout.imageAlt', source.imageAlt),
    ...inMail('layout.button.label', source.button?.label),
    ...inMail('layout.button.url', source.button?.url),
  ];
}

/** Offers alternatives, too, and has no link to unsubscribe. */
function inspectMessage(text: string, allowed: readonly string[]): Inspected {
  const parsed = parsePersonalised(
    text,
    allowed.filter((name) => name !== 'unsubscribeUrl'),
  );
  return parsed.ok ? { ok: true, variables: parsed.template.variables } : parsed;
}
