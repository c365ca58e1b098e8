import type { AppContext } from '#src/context.ts';
import type { Text } from '#src/platform/language.ts';
import { Problem } from '#src/platform/problem.ts';
import type { Feature } from './platform-settings.ts';
import { readPlatformSettings } from './read-platform-settings.ts';

const names: Record<Feature, Text> = {
  signUp: { en: 'Signing up', tr: 'Üyelik açma' },
  whatsapp: { en: 'Sending by WhatsApp', tr: 'WhatsApp gönderimi' },
  emailCampaigns: { en: 'Sending email campaigns', tr: 'E-posta kampanyası gönderimi' },
  sms: { en: 'Sending SMS', tr: 'SMS gönderimi' },
  appointments: { en: 'Booking appointments', tr: 'Randevu oluşturma' },
  integrations: { en: 'Chatwoot and Typebot', tr: 'Chatwoot ve Typebot' },
  webhooks: { en: 'Adding webhooks', tr: 'Webhook ekleme' },
  imports: { en: 'Importing customers', tr: 'Müşteri içe aktarma' },
};

export const featureOff = (feature: Feature): Problem =>
  new Problem('feature-off', {
    detail: {
      en: `${names[feature].en} is switched off on this platform at the moment`,
      tr: `${names[feature].tr} şu anda bu platformda kapalı`,
    },
    members: { feature },
  });

export const isOn = async (ctx: AppContext, feature: Feature): Promise<boolean> =>
  (await readPlatformSettings(ctx)).features[feature];

/** Throws `feature-off` for what the platform admin has switched off. */
export async function requireFeature(ctx: AppContext, feature: Feature): Promise<void> {
  if (!(await isOn(ctx, feature))) throw featureOff(feature);
}
