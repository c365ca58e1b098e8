import type { ProvidedMail } from './provided-template.ts';

const DEAR = 'Merhaba {{ firstName | default: "değerli müşterimiz" }},';
const APPOINTMENT = `{{ appointment.startsAt }}
{{ appointment.title }}{% if consultant.name %}
Danışmanınız: {{ consultant.name }}{% endif %}{% if appointment.place %}
Adres: {{ appointment.place }}{% endif %}`;

export const mailsTr: ProvidedMail[] = [
  {
    key: 'appointment-reminder',
    category: 'appointment-reminder',
    subject: 'Randevu hatırlatması: {{ appointment.startsAt }}',
    preheader: '{{ organization.name }} randevunuz yaklaşıyor',
    source: {
      kind: 'layout',
      layout: 'announcement',
      title: 'Randevunuz yaklaşıyor',
      text: `${DEAR}\n\nRandevunuzu hatırlatmak isteriz:\n\n${APPOINTMENT}\n\nSaatiniz değişecekse{% if organization.phone %} {{ organization.phone }} numaralı telefondan ya da{% endif %} bu e-postayı yanıtlayarak bize bildirmenizi rica ederiz.\n\nGörüşmek üzere!`,
    },
  },
  {
    key: 'appointment-confirmation',
    category: 'appointment-confirmation',
    subject: 'Randevunuz oluşturuldu: {{ appointment.startsAt }}',
    preheader: '{{ organization.name }} sizi bekliyor',
    source: {
      kind: 'layout',
      layout: 'announcement',
      title: 'Randevunuz oluşturuldu',
      text: `${DEAR}\n\nRandevu bilgileriniz:\n\n${APPOINTMENT}\n\nSizi ağırlamaktan memnuniyet duyacağız.`,
    },
  },
  {
    key: 'welcome',
    category: 'welcome',
    subject: '{{ firstName | default: "Merhaba" }}, aramıza hoş geldiniz',
    preheader: '{{ organization.name }} ailesine katıldığınız için teşekkür ederiz',
    source: {
      kind: 'layout',
      layout: 'newsletter',
      title: 'Aramıza hoş geldiniz',
      text: `${DEAR}\n\n{{ organization.name }} ailesine katıldığınız için teşekkür ederiz. Yeniliklerimizi ve size özel fırsatlarımızı bundan sonra ilk öğrenenlerden olacaksınız.\n\n{% if organization.workingHours %}Çalışma saatlerimiz: {{ organization.workingHours }}{% else %}Sorularınız için bu e-postayı yanıtlamanız yeterli.{% endif %}`,
    },
  },
  {
    key: 'offer',
    category: 'offer',
    subject: '{{ firstName | default: "Merhaba" }}, size özel bir fırsatımız var',
    preheader: '{{ organization.name }} müşterilerine özel',
    source: {
      kind: 'layout',
      layout: 'offer',
      title: 'Size özel bir fırsatımız var',
      text: `${DEAR}\n\nBizi tercih ettiğiniz için teşekkür etmek istedik ve sizin için özel bir fırsat hazırladık.\n\nAyrıntıları öğrenmek için bu e-postayı yanıtlamanız{% if organization.phone %} ya da bizi {{ organization.phone }} numarasından aramanız{% endif %} yeterli.`,
    },
  },
  {
    key: 'birthday',
    category: 'birthday',
    subject: 'Doğum gününüz kutlu olsun{% if firstName %}, {{ firstName }}{% endif %}!',
    preheader: '{{ organization.name }} ailesinden iyi dileklerle',
    source: {
      kind: 'layout',
      layout: 'announcement',
      title: 'Doğum gününüz kutlu olsun',
      text: `${DEAR}\n\nYeni yaşınızın size sağlık, mutluluk ve güzel sürprizler getirmesini dileriz.\n\nSevgi ve saygılarımızla,\n{{ organization.name }}`,
    },
  },
  {
    key: 'follow-up',
    category: 'follow-up',
    subject: '{{ firstName | default: "Merhaba" }}, sizi yeniden görmek isteriz',
    preheader: 'Bir süredir görüşemedik',
    source: {
      kind: 'layout',
      layout: 'announcement',
      title: 'Sizi özledik',
      text: `${DEAR}\n\nBir süredir görüşemedik; umarız iyisinizdir. Sizi {{ organization.name }} bünyesinde yeniden ağırlamaktan mutluluk duyarız.\n\nSize uygun bir gün ve saati bu e-postayı yanıtlayarak yazarsanız randevunuzu hemen ayarlayalım.`,
    },
  },
  {
    key: 'feedback',
    category: 'feedback',
    subject: '{{ firstName | default: "Merhaba" }}, deneyiminiz nasıldı?',
    preheader: 'Görüşünüz bizim için değerli',
    source: {
      kind: 'layout',
      layout: 'announcement',
      title: 'Görüşünüz bizim için değerli',
      text: `${DEAR}\n\n{{ organization.name }} olarak bizi tercih ettiğiniz için teşekkür ederiz.\n\nDeneyiminizi 1 ile 5 arasında nasıl puanlarsınız? Düşüncelerinizi bu e-postayı yanıtlayarak paylaşırsanız çok seviniriz; her yanıtı okuyoruz.`,
    },
  },
];
