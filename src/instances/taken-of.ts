import type { IntegrationRejection } from '#src/channels/evolution/integration-client.ts';
import type { Outcome } from '#src/channels/evolution/outcome.ts';
import type { OrgContext } from '#src/context.ts';
import { Problem, type ProblemCode } from '#src/platform/problem.ts';
import type { Instance } from './instance.ts';

type Refused = { code: ProblemCode; en: string; tr: string };
const refusals: Partial<Record<IntegrationRejection, Refused>> = {
  'integration-off': {
    code: 'integration-off',
    en: 'The WhatsApp server has this integration switched off: ask the operator',
    tr: 'WhatsApp sunucusunda bu entegrasyon kapalı: sistem yöneticisine danışın',
  },
  'integration-taken': {
    code: 'already-exists',
    en: 'Another bot on this connection answers to the same messages already',
    tr: 'Bu bağlantıda aynı mesajlara yanıt veren başka bir bot zaten var',
  },
  'instance-missing': {
    code: 'instance-not-open',
    en: 'The WhatsApp server does not know this connection any more: connect it again',
    tr: 'WhatsApp sunucusu bu bağlantıyı artık tanımıyor: yeniden bağlayın',
  },
  'invalid-content': {
    code: 'invalid-request',
    en: 'The WhatsApp server does not take these settings',
    tr: 'WhatsApp sunucusu bu ayarları kabul etmiyor',
  },
};

/** The value of an answer. Throws what a caller can do something about, and `whatsapp-unavailable` for the rest. */
export function takenOf<T>(ctx: OrgContext, { id }: Instance, outcome: Outcome<T, IntegrationRejection>): T {
  if (outcome.kind === 'accepted') return outcome.value;
  const { reason, cause } = outcome;
  ctx.log.warn({ instanceId: id, reason, cause }, 'evolution did not take an integration');
  const refused = outcome.kind === 'rejected' ? refusals[outcome.reason] : undefined;
  if (!refused) throw new Problem('whatsapp-unavailable', { headers: { 'Retry-After': '15' }, cause });
  const { code, ...detail } = refused;
  throw new Problem(code, { detail, cause });
}
