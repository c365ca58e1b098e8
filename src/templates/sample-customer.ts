import type { CampaignVariable } from '#src/personalisation/personalisation.ts';
import type { Language } from '#src/platform/language.ts';

/** Somebody to look at a text with. */
export const sampleCustomer: Record<Language, Record<CampaignVariable, string>> = {
  tr: {
    firstName: 'Ayşe',
    lastName: 'Yılmaz',
    fullName: 'Ayşe Yılmaz',
    phone: '+905321112233',
    email: 'ayse.yilmaz@example.com',
  },
  en: {
    firstName: 'Emma',
    lastName: 'Taylor',
    fullName: 'Emma Taylor',
    phone: '+447400123456',
    email: 'emma.taylor@example.com',
  },
};
