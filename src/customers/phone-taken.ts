import { Problem } from '#src/platform/problem.ts';

/** Another living customer of the organization has this phone. */
export const phoneTaken = (customerId: string | null): Problem =>
  new Problem('already-exists', {
    detail: { en: 'A customer with this phone exists already', tr: 'Bu telefonla kayıtlı bir müşteri zaten var' },
    members: { customerId },
  });
