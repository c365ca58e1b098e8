import type { Answer, Member } from '#test/support/cast.ts';

// biome-ignore lint/suspicious/noExplicitAny: answers are looked at field by field
export type Json = any;
export const json = async (answer: Promise<Answer>): Promise<Json> => (await answer).json();

export const greeting = {
  name: 'Karşılama mesajı',
  channel: 'whatsapp',
  language: 'tr',
  category: 'welcome',
  text: 'Merhaba {{ firstName | default: "değerli müşterimiz" }}, {{ organization.name }} sizi bekliyor.',
};
export const letter = {
  name: 'Bahar mektubu',
  channel: 'email',
  language: 'tr',
  category: 'offer',
  subject: '{{ firstName | default: "Merhaba" }}, bahar geldi',
  preheader: '{{ organization.name }} haberleri',
  layout: {
    name: 'offer',
    title: 'Bahar geldi',
    text: 'Merhaba {{ firstName }},\n\n{{ organization.name }} sizi bekliyor.',
  },
};

/** Throws for whatever is not made. */
export async function makeTemplate(member: Member, body: object): Promise<Json> {
  const answer = await member.call('POST', '/v1/templates', body);
  if (answer.status !== 201) throw new Error(JSON.stringify(await answer.json()));
  return answer.json();
}
