import { exe, png } from '#test/files/samples.ts';
import { formEnd, formStart, MULTIPART } from '#test/files/upload.ts';
import type { Entry, RawBody } from './matrix.ts';
import type { Scene } from './scene.ts';

const key = (scope: string, more: Partial<Entry> = {}): Entry => ({ access: 'user', scope, ...more });
const ofCustomer = { of: 'customer', params: ({ ids }: Scene) => ({ fileId: ids.file }) } as const;
const MEGABYTE = 1024 * 1024;

const picture: RawBody = {
  headers: MULTIPART,
  content: () => Buffer.concat([Buffer.from(formStart('sale.png')), png(), Buffer.from(formEnd)]),
  begin: Buffer.concat([Buffer.from(formStart('sale.png')), png()]),
  limitBytes: 5 * MEGABYTE,
};
const anything: RawBody = {
  headers: MULTIPART,
  content: () => Buffer.concat([Buffer.from(formStart('a.exe')), exe(), Buffer.from(formEnd)]),
  begin: Buffer.concat([Buffer.from(formStart('a.exe')), exe()]),
  limitBytes: 100 * MEGABYTE,
};

/** The media library and the customers' Files tabs. */
export const fileLines: Record<string, Entry> = {
  'GET /v1/media': key('media:read'),
  'POST /v1/media': key('media:write', { raw: picture }),
  'GET /v1/media/{id}': key('media:read', { of: 'media' }),
  'GET /v1/media/{id}/content': key('media:read', { of: 'media' }),
  'GET /v1/files': key('customers:read'),
  'GET /v1/file-tags': key('customers:read'),
  'GET /v1/customers/{id}/files': key('customers:read', { of: 'customer' }),
  'POST /v1/customers/{id}/files': key('customers:write', { of: 'customer', raw: anything }),
  'GET /v1/customers/{id}/files/{fileId}': key('customers:read', ofCustomer),
  'GET /v1/customers/{id}/files/{fileId}/content': key('customers:read', ofCustomer),
  'GET /v1/customers/{id}/files/{fileId}/thumbnail': key('customers:read', ofCustomer),
  'PATCH /v1/customers/{id}/files/{fileId}': key('customers:write', {
    ...ofCustomer,
    bodies: () => [{ name: 'Sözleşme.png', tags: ['önemli'] }],
  }),
  'DELETE /v1/customers/{id}/files/{fileId}': key('customers:write', ofCustomer),
};
