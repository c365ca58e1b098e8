import type { ProvidedText } from './provided-template.ts';

const DEAR = '{{ firstName | default: "değerli müşterimiz" }}';

export const whatsappTr: ProvidedText[] = [
  {
    key: 'appointment-reminder',
    category: 'appointment-reminder',
    text: `Merhaba ${DEAR}, {{ organization.name }} randevunuzu hatırlatmak isteriz:

🗓 {{ appointment.startsAt }}
✨ {{ appointment.title }}{% if consultant.name %}
👤 {{ consultant.name }}{% endif %}{% if appointment.place %}
📍 {{ appointment.place }}{% endif %}

Saatiniz değişecekse bu mesajı yanıtlamanız yeterli. Görüşmek üzere!`,
  },
  {
    key: 'appointment-confirmation',
    category: 'appointment-confirmation',
    text: `Merhaba ${DEAR}, randevunuz oluşturuldu. ✅

🗓 {{ appointment.startsAt }}
✨ {{ appointment.title }}{% if consultant.name %}
👤 {{ consultant.name }}{% endif %}{% if appointment.place %}
📍 {{ appointment.place }}{% endif %}

Sizi ağırlamaktan memnuniyet duyacağız. — {{ organization.name }}`,
  },
  {
    key: 'welcome',
    category: 'welcome',
    text: `Merhaba ${DEAR}, {{ organization.name }} ailesine hoş geldiniz! 👋

Sorularınızı bu numaradan bize yazabilir, randevunuzu buradan kolayca oluşturabilirsiniz.{% if organization.workingHours %}
Çalışma saatlerimiz: {{ organization.workingHours }}{% endif %}`,
  },
  {
    key: 'offer',
    category: 'offer',
    text: `{Merhaba|İyi günler} ${DEAR},

{{ organization.name }} olarak sizin için {güzel|yeni} bir fırsat hazırladık. 🎁 Ayrıntıları öğrenmek için bu mesaja EVET yazmanız yeterli, hemen bilgi verelim.{% if organization.website %}
{{ organization.website }}{% endif %}

Bu tür mesajları almak istemiyorsanız İPTAL yazabilirsiniz.`,
  },
  {
    key: 'birthday',
    category: 'birthday',
    text: `{Doğum gününüz kutlu olsun|Nice mutlu yaşlara} ${DEAR}! 🎂

Yeni yaşınızın size sağlık, mutluluk ve güzel sürprizler getirmesini dileriz. — {{ organization.name }}`,
  },
  {
    key: 'follow-up',
    category: 'follow-up',
    text: `Merhaba ${DEAR}, bir süredir görüşemedik; umarız iyisinizdir. 😊

{{ organization.name }} olarak sizi yeniden ağırlamaktan mutluluk duyarız. Size uygun bir gün ve saat yazarsanız randevunuzu hemen ayarlayalım.

Bu tür mesajları almak istemiyorsanız İPTAL yazabilirsiniz.`,
  },
  {
    key: 'payment-reminder',
    category: 'payment',
    text: `Merhaba ${DEAR}, {{ organization.name }} nezdinde bekleyen bir ödemeniz görünüyor.

Ödemenizi yaptıysanız bu mesajı dikkate almayınız. Ayrıntıları öğrenmek isterseniz bu mesajı yanıtlayabilirsiniz{% if organization.phone %} ya da bizi {{ organization.phone }} numarasından arayabilirsiniz{% endif %}. Teşekkür ederiz.`,
  },
  {
    key: 'feedback',
    category: 'feedback',
    text: `Merhaba ${DEAR}, {{ organization.name }} olarak bizi tercih ettiğiniz için teşekkür ederiz. 🙏

Deneyiminizi 1 ile 5 arasında nasıl puanlarsınız? Görüşlerinizi bu mesajı yanıtlayarak paylaşırsanız çok seviniriz.`,
  },
  {
    key: 'greeting',
    category: 'quick-reply',
    shortcut: 'merhaba',
    text: 'Merhaba{% if firstName %} {{ firstName }}{% endif %}, {{ organization.name }} olarak size nasıl yardımcı olabiliriz?',
  },
  {
    key: 'address',
    category: 'quick-reply',
    shortcut: 'adres',
    text: `{% if organization.address %}📍 Adresimiz: {{ organization.address }}{% else %}Konumumuzu hemen paylaşıyoruz.{% endif %}{% if organization.mapUrl %}
Yol tarifi: {{ organization.mapUrl }}{% endif %}`,
  },
  {
    key: 'working-hours',
    category: 'quick-reply',
    shortcut: 'saatler',
    text: '{% if organization.workingHours %}🕘 Çalışma saatlerimiz: {{ organization.workingHours }}{% else %}Hangi gün ve saatte gelmek istediğinizi yazarsanız uygunluğumuzu hemen kontrol edelim.{% endif %}',
  },
  {
    key: 'booking',
    category: 'quick-reply',
    shortcut: 'randevu',
    text: 'Elbette! Size hangi gün ve saat aralığı uygun olur? Tercih ettiğiniz bir danışmanımız varsa onu da yazabilirsiniz.',
  },
  {
    key: 'away',
    category: 'quick-reply',
    shortcut: 'birazdan',
    text: 'Mesajınızı aldık, teşekkür ederiz. Şu anda yoğunuz; en kısa sürede size dönüş yapacağız.',
  },
  {
    key: 'thanks',
    category: 'quick-reply',
    shortcut: 'teşekkürler',
    text: 'Rica ederiz{% if firstName %} {{ firstName }}{% endif %}! Başka bir konuda yardımcı olabilirsek bize yazmanız yeterli. İyi günler dileriz.',
  },
];

export const smsTr: ProvidedText[] = [
  {
    key: 'appointment-reminder',
    category: 'appointment-reminder',
    text: '{{ organization.name }}: {{ appointment.startsAt }} randevunuzu hatırlatırız.{% if organization.phone %} Değişiklik için: {{ organization.phone }}{% endif %}',
  },
  {
    key: 'appointment-confirmation',
    category: 'appointment-confirmation',
    text: '{{ organization.name }}: {{ appointment.startsAt }} randevunuz oluşturuldu.{% if appointment.place %} Adres: {{ appointment.place }}{% endif %}',
  },
];
