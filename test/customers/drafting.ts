import { and, asc, eq } from 'drizzle-orm';
import ExcelJS from 'exceljs';
import { expect } from 'vitest';
import { customerAddresses } from '#src/db/schema/customer-records.ts';
import { customers } from '#src/db/schema/customers.ts';
import type { World } from '#test/support/world.ts';
import { type Json, json, status } from './importing.ts';

const TR = { 'accept-language': 'tr' };

/** acme looks at files first and starts them then. */
export function draftsOf(world: World) {
  const { acme } = world;
  const preview = (content: string | Uint8Array, query = '', headers = {}) =>
    acme.call('POST', `/v1/imports/preview${query}`, content, { 'content-type': 'text/csv', ...TR, ...headers });
  const start = (id: string, body: object) => acme.call('POST', `/v1/imports/${id}/start`, body, TR);
  return {
    preview,
    start,
    draft: async (content: string | Uint8Array): Promise<string> => (await json(preview(content))).id,
    /** Starts a draft, imports it, and gives what became of it. */
    carryDraft: async (id: string, body: object): Promise<Json> => {
      expect((await start(id, body)).status).toBe(202);
      await world.drain();
      return status(acme, id, 'tr');
    },
    recordOf: async (phone: string) => {
      const [row] = await world.ctx.db
        .select()
        .from(customers)
        .where(and(eq(customers.organizationId, acme.organizationId), eq(customers.phone, phone)));
      return row!;
    },
    /** The primary ones with a star. */
    addressesOf: async (id: string) => {
      const rows = await world.ctx.db
        .select()
        .from(customerAddresses)
        .where(eq(customerAddresses.customerId, id))
        .orderBy(asc(customerAddresses.kind), asc(customerAddresses.address));
      return rows.map(({ address, isPrimary }) => (isPrimary ? `${address} *` : address));
    },
  };
}

/** A workbook of one sheet, called Liste. */
export async function book(rows: (string | number)[][]): Promise<Uint8Array> {
  const made = new ExcelJS.Workbook();
  made.addWorksheet('Liste').addRows(rows);
  return new Uint8Array(await made.xlsx.writeBuffer());
}
