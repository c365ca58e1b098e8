import type { ImportDefaults, ImportRules } from '#src/db/schema/customer-imports.ts';
import { newId } from '#src/platform/ids.ts';
import type { Text } from '#src/platform/language.ts';
import { createImportRegister } from './import-register.ts';
import type { ImportRow, RowError } from './import-row.ts';
import { fillCustomer, overwriteCustomer, startCustomer } from './merge-import-row.ts';
import type { ImportedConsent } from './record-import-consents.ts';

/** What an import knows of a customer; all its phones and emails, the primary ones first. */
export type ImportCustomer = Omit<
  ImportRow,
  'phone' | 'otherPhones' | 'email' | 'otherEmails' | 'phoneCountryCode' | 'consents'
> & { id: string; phones: string[]; emails: string[] };
/** A row that was read, and where it stands in the file. */
export type PlacedRow = { line: number; row: ImportRow };
export type PlacedError = RowError & { line: number };
export type ImportPlan = {
  /** To be written, each once. */
  changed: ImportCustomer[];
  /** Every customer a row stands for and may change. */
  touched: string[];
  /** What the rows say of consent, in their order. */
  consents: ImportedConsent[];
  created: number;
  updated: number;
  skipped: number;
  /** Rows that the rule for twins turns down. */
  rejected: PlacedError[];
  warnings: PlacedError[];
};
export type PlanRules = Pick<ImportRules, 'twins'> & { defaults: ImportDefaults };

const TWIN: Record<'phone' | 'email', Text> = {
  phone: {
    en: 'There is a customer with this phone already, here or further up in the file',
    tr: 'Bu telefonla bir müşteri zaten var; kayıtlarınızda veya dosyanın üst satırlarında',
  },
  email: {
    en: 'There is a customer with this email already, here or further up in the file',
    tr: 'Bu e-postayla bir müşteri zaten var; kayıtlarınızda veya dosyanın üst satırlarında',
  },
};
const SOMEBODY_ELSES: Text = {
  en: 'This further number belongs to another customer and was left out',
  tr: 'Bu ek numara başka bir müşterinin; alınmadı',
};

/**
 * Lays rows, in order, over the customers that exist: matched by any of their phones, else by email where only one side has a phone.
 * What a row leaves open stays; tags and further addresses add up; what becomes of a customer who is there already, the rule for twins says.
 */
export function planImportBatch(rows: PlacedRow[], existing: ImportCustomer[], rules: PlanRules): ImportPlan {
  const known = createImportRegister(existing);
  const changed = new Map<string, ImportCustomer>();
  const touched = new Set<string>();
  const plan: ImportPlan = {
    changed: [],
    touched: [],
    consents: [],
    created: 0,
    updated: 0,
    skipped: 0,
    rejected: [],
    warnings: [],
  };
  for (const { line, row } of rows) {
    const before = known.find(row);
    if (before && rules.twins === 'skip') plan.skipped++;
    else if (before && rules.twins === 'reject') {
      const field = known.sharesPhone(before, row) ? 'phone' : 'email';
      plan.rejected.push({ line, field, message: TWIN[field] });
    } else {
      const id = before?.id ?? newId();
      const free = row.otherPhones.filter((phone) => known.mayHave(id, phone));
      if (free.length < row.otherPhones.length)
        plan.warnings.push({ line, field: 'otherPhone', message: SOMEBODY_ELSES });
      const after = combine(before, { ...row, otherPhones: free }, id, rules);
      if (before) plan.updated++;
      else plan.created++;
      if (!before || differs(before, after)) {
        changed.set(id, after);
        known.keep(after);
      }
      touched.add(id);
      for (const consent of row.consents ?? []) plan.consents.push({ ...consent, customerId: id });
    }
  }
  return { ...plan, changed: [...changed.values()], touched: [...touched] };
}

function combine(
  before: ImportCustomer | undefined,
  row: ImportRow,
  id: string,
  { twins, defaults }: PlanRules,
): ImportCustomer {
  if (!before) return startCustomer(id, row, defaults);
  return twins === 'fill-empty' ? fillCustomer(before, row, defaults) : overwriteCustomer(before, row, defaults);
}

const differs = (before: ImportCustomer, after: ImportCustomer): boolean =>
  (Object.keys(after) as (keyof ImportCustomer)[]).some(
    (key) => JSON.stringify(before[key] ?? '') !== JSON.stringify(after[key] ?? ''),
  );
