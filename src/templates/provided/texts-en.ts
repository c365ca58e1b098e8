import type { ProvidedText } from './provided-template.ts';

const HELLO = 'Hello {{ firstName | default: "there" }}';

export const whatsappEn: ProvidedText[] = [
  {
    key: 'appointment-reminder',
    category: 'appointment-reminder',
    text: `${HELLO}, this is a reminder of your appointment with {{ organization.name }}:

🗓 {{ appointment.startsAt }}
✨ {{ appointment.title }}{% if consultant.name %}
👤 {{ consultant.name }}{% endif %}{% if appointment.place %}
📍 {{ appointment.place }}{% endif %}

If you need another time, just reply to this message. See you soon!`,
  },
  {
    key: 'appointment-confirmation',
    category: 'appointment-confirmation',
    text: `${HELLO}, your appointment is booked. ✅

🗓 {{ appointment.startsAt }}
✨ {{ appointment.title }}{% if consultant.name %}
👤 {{ consultant.name }}{% endif %}{% if appointment.place %}
📍 {{ appointment.place }}{% endif %}

We look forward to seeing you. — {{ organization.name }}`,
  },
  {
    key: 'welcome',
    category: 'welcome',
    text: `${HELLO}, welcome to {{ organization.name }}! 👋

You can write to us here with any question, and book your appointments too.{% if organization.workingHours %}
Our working hours: {{ organization.workingHours }}{% endif %}`,
  },
  {
    key: 'offer',
    category: 'offer',
    text: `{Hello|Good day} {{ firstName | default: "there" }},

{{ organization.name }} has prepared {a special|a new} offer for you. 🎁 Reply YES and we will gladly tell you all about it.{% if organization.website %}
{{ organization.website }}{% endif %}

If you would rather not get messages like this one, reply STOP.`,
  },
  {
    key: 'birthday',
    category: 'birthday',
    text: `Happy birthday{% if firstName %}, {{ firstName }}{% endif %}! 🎂

{We wish you|May it bring you} health, happiness and a wonderful year ahead. — {{ organization.name }}`,
  },
  {
    key: 'follow-up',
    category: 'follow-up',
    text: `${HELLO}, it has been a while and we hope you are well. 😊

We would love to welcome you to {{ organization.name }} again. Tell us a day and time that suits you and we will arrange it right away.

If you would rather not get messages like this one, reply STOP.`,
  },
  {
    key: 'payment-reminder',
    category: 'payment',
    text: `${HELLO}, our records at {{ organization.name }} show a payment that is still open.

If you have paid already, please disregard this message. For the details just reply{% if organization.phone %}, or call us on {{ organization.phone }}{% endif %}. Thank you.`,
  },
  {
    key: 'feedback',
    category: 'feedback',
    text: `${HELLO}, thank you for choosing {{ organization.name }}. 🙏

How would you rate your experience from 1 to 5? We would be glad to read your thoughts in a reply.`,
  },
  {
    key: 'greeting',
    category: 'quick-reply',
    shortcut: 'hello',
    text: 'Hello{% if firstName %} {{ firstName }}{% endif %}, how can we help you at {{ organization.name }}?',
  },
  {
    key: 'address',
    category: 'quick-reply',
    shortcut: 'address',
    text: `{% if organization.address %}📍 Our address: {{ organization.address }}{% else %}We will share our location with you right away.{% endif %}{% if organization.mapUrl %}
Directions: {{ organization.mapUrl }}{% endif %}`,
  },
  {
    key: 'working-hours',
    category: 'quick-reply',
    shortcut: 'hours',
    text: '{% if organization.workingHours %}🕘 Our working hours: {{ organization.workingHours }}{% else %}Tell us the day and time you would like to come and we will check it right away.{% endif %}',
  },
  {
    key: 'booking',
    category: 'quick-reply',
    shortcut: 'booking',
    text: 'Of course! Which day and time would suit you? If you have a favourite consultant, please tell us as well.',
  },
  {
    key: 'away',
    category: 'quick-reply',
    shortcut: 'soon',
    text: 'Thank you, we have your message. We are busy at the moment and will get back to you as soon as we can.',
  },
  {
    key: 'thanks',
    category: 'quick-reply',
    shortcut: 'thanks',
    text: 'You are welcome{% if firstName %}, {{ firstName }}{% endif %}! Write to us whenever we can help. Have a lovely day.',
  },
];

export const smsEn: ProvidedText[] = [
  {
    key: 'appointment-reminder',
    category: 'appointment-reminder',
    text: '{{ organization.name }}: a reminder of your appointment on {{ appointment.startsAt }}.{% if organization.phone %} To change it: {{ organization.phone }}{% endif %}',
  },
  {
    key: 'appointment-confirmation',
    category: 'appointment-confirmation',
    text: '{{ organization.name }}: your appointment on {{ appointment.startsAt }} is booked.{% if appointment.place %} Address: {{ appointment.place }}{% endif %}',
  },
];
