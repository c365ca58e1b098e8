import type { Entry } from './matrix.ts';

/** What is made of somebody who wrote. */
export const inboundLines: Record<string, Entry> = {
  'POST /v1/conversations/{id}/customer': {
    access: 'user',
    scope: 'customers:write',
    of: 'stranger',
    bodies: ({ ids }) => [
      {
        firstName: 'Zeynep',
        lastName: 'Arslan',
        email: 'zeynep.arslan@example.com',
        source: 'whatsapp',
        consultantId: ids.member,
        tags: ['vip'],
        note: 'Wrote by himself',
      },
    ],
  },
};
