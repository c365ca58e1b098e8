import { phoneOfJid } from '#src/instances/instance.ts';
import { jidsOf } from '#src/messages/is-trace-of.ts';

/** Somebody on WhatsApp, as far as WhatsApp tells who it is. */
export type Person = {
  /** E.164, as WhatsApp spells it. */
  phone: string | null;
  /** Digits of `…@lid`. */
  lid: string | null;
};

/** Somebody who speaks with a number of ours. */
export type Speaker = Person & {
  organizationId: string;
  instanceId: string;
  profileName: string | null;
  /** When something was first said here, for a conversation that begins with it. */
  at: Date;
};

/** The forms in which one number may stand: with and without the digit that WhatsApp drops or adds in Brazil, Mexico and Argentina. */
export const spellingsOf = (phone: string): string[] => [
  ...new Set([phone, ...jidsOf(phone).flatMap((jid) => phoneOfJid(jid) ?? [])]),
];

const SHORTENED = [/^(\+55\d{2})9(\d{8})$/, /^(\+52)1(\d{10})$/, /^(\+54)9(\d{10})$/];

/** The same for every spelling of a number. */
export function numberKey(phone: string): string {
  for (const form of SHORTENED) if (form.test(phone)) return phone.replace(form, '$1$2');
  return phone;
}

/** The same for everybody who is the same person to one number of ours, as far as phone or hidden number tell. */
export const speakerKey = ({ instanceId, phone, lid }: Person & { instanceId: string }): string =>
  `${instanceId} ${phone ? numberKey(phone) : `@${lid}`}`;
